// An annotated dump of a message as data: offsets, bytes, names, values and meanings; masked by default.
import { given, toHex } from '@chipswitch/bytes';
import { type NumberCover, coverStated } from '@chipswitch/cardholder-data';
import type { CompiledSpec } from '../codec/compiled-spec.ts';
import {
  type DecodeOptions,
  decodeErrorOf,
  readCarriedBits,
  readerFor,
} from '../codec/message-codec.ts';
import { describeMti } from '../message/mti.ts';
import type { FieldSpec, FieldValue, Sensitive } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { FAIL, type Reader, type Trace } from '../wire/cursor.ts';
import type { DecodeError } from '../wire/errors.ts';
import { emvObjects, markInTemplate } from './emv-data.ts';
import { type ValueMark, coverValue, numbersInValue, sensitivityOf } from './mask.ts';
import { meaningOf } from './meaning.ts';

/** One element of a described message. */
export interface DescribedElement {
  /** 'header', '0' (message type), '1' (bitmap), '2' … '192', or deeper: '55.9F26'. */
  readonly path: string;
  readonly name: string;
  /** Where its bytes stand in the message, length prefix included. */
  readonly offset: number;
  readonly length: number;
  /** Its bytes as hex; digits of secrets are asterisks. */
  readonly bytes: string;
  /** Its value as text or hex, masked; undefined when only its children have values. */
  readonly value: string | undefined;
  readonly meaning?: string;
  /** Whether something was masked. */
  readonly masked: boolean;
  readonly children?: readonly DescribedElement[];
}

/** A described message: every element up to the first error, if there is one. */
export interface Description {
  readonly mti: string | undefined;
  readonly elements: readonly DescribedElement[];
  readonly error?: DecodeError;
  /** Bytes of the message. */
  readonly length: number;
}

/** How to describe. */
export interface DescribeOptions extends DecodeOptions {
  /** Shows everything. Its output is cardholder data. */
  readonly unmasked?: boolean;
  /** Names of EMV tags (hex, capitals) in DE 55, from whoever has a dictionary of them. */
  readonly emvTagName?: (tag: string) => string | undefined;
}

interface Shown {
  readonly value: string | undefined;
  readonly masked: boolean;
}

interface Context {
  readonly bytes: Uint8Array;
  readonly unmasked: boolean;
  /** Hides the numbers that the message states wherever they stand in it. */
  readonly stated: NumberCover;
  readonly emvTagName: (tag: string) => string | undefined;
}

function shownValue({ stated, unmasked }: Context, value: FieldValue, place: ValueMark): Shown {
  const isText = typeof value === 'string';
  if (!isText && !(value instanceof Uint8Array)) return { value: undefined, masked: false };
  const clear = isText ? value : toHex(value);
  if (unmasked) return { value: clear, masked: false };
  const masked = coverValue(value, place, stated);
  return { value: masked, masked: masked !== clear };
}

/** Bytes as they came; all hidden when anything of them is, or a number runs over the border of what they hold. */
function wireHex(context: Context, start: number, end: number, masked: boolean): string {
  const hex = toHex(context.bytes, start, end);
  if (context.unmasked) return hex;
  return masked || context.stated.hex(hex) !== hex ? '*'.repeat(hex.length) : hex;
}

/** DE 55 kept raw, opened: its objects with their places in the message. */
function emvChildren(
  context: Context,
  value: Uint8Array,
  path: string,
  valueAt: number,
): DescribedElement[] {
  return emvObjects(value).objects.map((object) => {
    const clear = toHex(object.value);
    const shown = context.unmasked
      ? clear
      : coverValue(object.value, { mark: 'emv', emvTag: object.tag }, context.stated);
    return {
      path: `${path}.${object.tag}`,
      name: context.emvTagName(object.tag) ?? '',
      offset: valueAt + object.offset,
      length: object.valueOffset - object.offset + object.value.length,
      bytes: toHex(value, object.offset, object.valueOffset) + shown,
      value: shown,
      masked: shown !== clear,
    };
  });
}

function subSpec(spec: FieldSpec | undefined, key: string): FieldSpec | undefined {
  const sub = spec?.sub;
  if (sub === undefined || sub.kind === 'datasets') return undefined;
  return sub.fields[key] ?? (sub.kind === 'tlv' ? sub.value : undefined);
}

function childMark(spec: FieldSpec | undefined, parent: Sensitive): Sensitive {
  if (spec?.sensitive !== undefined) return spec.sensitive;
  return parent === 'none' ? 'text' : parent;
}

/** What tracing recorded of an element, with what its spec and its place say of it. */
interface Recorded extends ValueMark {
  readonly trace: Trace;
  readonly spec: FieldSpec | undefined;
  readonly path: string;
}

function partsOf({ trace, spec, path, mark, emvTag }: Recorded): Recorded[] {
  const within = emvTag === undefined ? mark : markInTemplate(emvTag);
  return trace.children.map((child) => {
    const inner = subSpec(spec, child.key);
    const innerMark = childMark(inner, within);
    // An object whose spec does not say what it holds is judged by its tag.
    const tag = innerMark === 'emv' && inner?.sensitive === undefined ? child.key : undefined;
    return {
      trace: child,
      spec: inner,
      path: `${path}.${child.key}`,
      mark: innerMark,
      emvTag: tag,
    };
  });
}

/** The card numbers that an element and its parts state. */
function numbersIn(recorded: Recorded): string[] {
  const { value } = recorded.trace;
  const isPlain = typeof value === 'string' || value instanceof Uint8Array;
  const own = isPlain ? numbersInValue(value, recorded) : [];
  return [...own, ...partsOf(recorded).flatMap(numbersIn)];
}

/** Describes one element from what tracing recorded of it. */
function describeTrace(context: Context, recorded: Recorded): DescribedElement {
  const { trace, spec, path, mark, emvTag } = recorded;
  const children = partsOf(recorded).map((part) => describeTrace(context, part));
  const { value } = trace;
  const raw = value instanceof Uint8Array && mark === 'emv' && emvTag === undefined;
  if (raw) children.push(...emvRaw(context, trace, spec, path, value));
  const shown: Shown =
    value === undefined || raw
      ? { value: undefined, masked: false }
      : shownValue(context, value, { mark: children.length > 0 ? 'none' : mark, emvTag });
  const masked = shown.masked || children.some((child) => child.masked);
  const unopened = raw && children.length === 0;
  return {
    path,
    name: spec?.name ?? (emvTag === undefined ? '' : (context.emvTagName(emvTag) ?? '')),
    offset: trace.start,
    length: trace.end - trace.start,
    bytes: wireHex(context, trace.start, trace.end, masked || unopened),
    value: unopened ? '*'.repeat(value.length * 2) : shown.value,
    masked: masked || unopened,
    ...(children.length === 0 ? {} : { children }),
  };
}

function emvRaw(
  context: Context,
  trace: Trace,
  spec: FieldSpec | undefined,
  path: string,
  value: Uint8Array,
): DescribedElement[] {
  const raw = spec?.data === 'binary';
  const children = emvChildren(context, value, path, raw ? trace.end - value.length : 0);
  if (raw) return children;
  // Hex text takes two wire bytes for each byte of the value.
  const valueAt = trace.end - value.length * 2;
  return children.map((child) => ({
    ...child,
    offset: valueAt + child.offset * 2,
    length: child.length * 2,
  }));
}

class Describer {
  /** What was decoded so far; it is shown when all is known that must not be. */
  readonly #recorded: (Recorded & { readonly meaning?: string })[] = [];
  readonly #bytes: Uint8Array;
  readonly #options: DescribeOptions;
  readonly #reader: Reader;

  constructor(bytes: Uint8Array, options: DescribeOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.#reader = readerFor(bytes, options);
  }

  get reader(): Reader {
    return this.#reader;
  }

  /** Runs a decoder under tracing and describes what it did; undefined when it failed. */
  element(
    path: string,
    spec: FieldSpec,
    mark: Sensitive,
    decode: () => FieldValue | typeof FAIL,
    meaning?: (value: FieldValue) => string | undefined,
  ): FieldValue | undefined {
    const reader = this.#reader;
    const trace: Trace = { key: path, start: reader.at, end: 0, value: undefined, children: [] };
    reader.trace = trace;
    const value = decode();
    reader.trace = undefined;
    const failed = value === FAIL;
    trace.end = failed ? trace.start : reader.at;
    if (!failed) trace.value = value;
    if (failed && trace.children.length === 0) return undefined;
    if (failed) trace.end = trace.children.at(-1)?.end ?? trace.start;
    const words = failed ? undefined : meaning?.(value);
    this.#recorded.push({
      trace,
      spec,
      path,
      mark,
      emvTag: undefined,
      ...given({ meaning: words }),
    });
    return failed ? undefined : value;
  }

  #elements(): DescribedElement[] {
    const { unmasked = false, emvTagName = () => undefined } = this.#options;
    const stated = coverStated(unmasked ? [] : this.#recorded.flatMap(numbersIn));
    const context: Context = { bytes: this.#bytes, unmasked, stated, emvTagName };
    return this.#recorded.map((recorded) => ({
      ...describeTrace(context, recorded),
      ...given({ meaning: recorded.meaning }),
    }));
  }

  finish(mti: string | undefined): Description {
    const elements = this.#elements();
    const { length } = this.#bytes;
    if (this.#reader.code === undefined) return { mti, elements, length };
    return { mti, elements, length, error: decodeErrorOf(this.#reader) };
  }

  stop(key: string, mti: string | undefined): Description {
    this.#reader.path.unshift(key);
    return this.finish(mti);
  }
}

function describeFields(
  describer: Describer,
  compiled: CompiledSpec,
  mti: string,
  set: number[],
): Description | undefined {
  const { reader } = describer;
  const end = reader.bytes.length;
  for (let i = 0; i < set.length; i++) {
    const number = set[i];
    const codec = compiled.fields[number]?.codec;
    if (codec === undefined) {
      reader.fail('undefined-field', reader.at);
      return describer.stop(String(number), mti);
    }
    const mark = sensitivityOf(codec.spec, number);
    const value = describer.element(
      String(number),
      codec.spec,
      mark,
      () => codec.decode(reader, end),
      (decoded) => (typeof decoded === 'string' ? meaningOf(mti, number, decoded) : undefined),
    );
    if (value === undefined) return describer.stop(String(number), mti);
    if (number === compiled.definition.bitmap.tertiaryIn) readCarriedBits(compiled, value, set);
  }
  return undefined;
}

/**
 * An annotated dump of a message as data. Cardholder data is masked unless `unmasked` is set; an
 * error ends the list and stands in `error`, as `decodeMessage` gives it.
 *
 * @example
 * const description = describeMessage(iso1987Ascii, bytes);
 * description.elements[0].meaning // 'network management request (1987, acquirer)'
 */
export function describeMessage<M>(
  spec: Spec<M>,
  bytes: Uint8Array,
  options: DescribeOptions = {},
): Description {
  const { compiled } = spec;
  const describer = new Describer(bytes, options);
  const { reader } = describer;
  const end = bytes.length;
  const { header } = compiled;
  if (header !== undefined) {
    const named = { ...header.spec, name: 'Header' };
    const value = describer.element('header', named, 'none', () => header.decode(reader, end));
    if (value === undefined) return describer.stop('header', undefined);
  }
  const mtiSpec = { name: 'Message type', ...compiled.mti.spec };
  const mti = describer.element(
    '0',
    mtiSpec,
    'none',
    () => compiled.mti.decode(reader, end),
    (value) => describeMti(value as string),
  );
  if (mti === undefined) return describer.stop('0', undefined);
  const set: number[] = [];
  const bitmapSpec: FieldSpec = { name: 'Bitmap', data: 'ascii' };
  const bits = describer.element('1', bitmapSpec, 'none', () =>
    compiled.bitmap.read(reader, end, set) === FAIL ? FAIL : set.join(' '),
  );
  if (bits === undefined) return describer.stop('1', mti as string);
  const stopped = describeFields(describer, compiled, mti as string, set);
  if (stopped !== undefined) return stopped;
  if (reader.at !== end && options.lenient?.includes('trailing') !== true) {
    reader.fail('trailing', reader.at);
    return describer.stop(String(set.at(-1) ?? 1), mti as string);
  }
  return describer.finish(mti as string);
}
