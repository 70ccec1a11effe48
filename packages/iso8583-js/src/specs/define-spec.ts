// A spec: ISO 8583 as one host speaks it, compiled once from data.
import { hasNodeBuffer } from '../wire/byte-pool.ts';
import { Reader } from '../wire/cursor.ts';
import { Iso8583Error } from '../wire/errors.ts';
import { decodeFast } from '../fast/fast-decode.ts';
import { encodeFast } from '../fast/fast-encode.ts';
import {
  type CompiledSpec,
  type DecodeOptions,
  type DecodeResult,
  type EncodeOptions,
  type EncodeResult,
  compileSpec,
  decodeGeneral,
  encodeGeneral,
} from '../codec/message-codec.ts';
import { specLanes } from '../fast/message-plan.ts';
import type { FieldSpec, Message, MessageOf, SpecDefinition } from '../spec/spec-types.ts';
import { type SpecProblem, specProblems } from '../spec/spec-validate.ts';

/** A compiled spec whose messages have the type `M`. */
export interface Spec<M = Message> {
  readonly name: string;
  readonly definition: SpecDefinition;
  readonly compiled: CompiledSpec;
  /** Carries the message type only; there is no such property at run time. */
  readonly '~message'?: M;
}

function specOf<M>(definition: SpecDefinition): Spec<M> {
  return { name: definition.name ?? 'unnamed', definition, compiled: compileSpec(definition) };
}

function problemText(problems: readonly SpecProblem[]): string {
  const shown = problems.slice(0, 5).map(({ path, problem }) => `${path} ${problem}`);
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  return `${shown.join('; ')}${more}`;
}

/**
 * Compiles a spec written in the program; its messages are typed by it.
 *
 * @throws Iso8583Error `bad-spec` naming every place that is wrong.
 * @example
 * const spec = defineSpec({
 *   mti: { data: 'ascii', len: 4 },
 *   bitmap: { data: 'hex-ascii', bytes: 8, chain: 2 },
 *   fields: { 4: { data: 'ascii', len: 12, charset: 'n' }, 52: { data: 'binary', len: 8 } },
 * });
 * encodeMessage(spec, { mti: '0200', de4: '000000001251' }).ok // true
 */
export function defineSpec<const S extends SpecDefinition>(definition: S): Spec<MessageOf<S>> {
  const problems = specProblems(definition);
  if (problems.length > 0) throw new Iso8583Error('bad-spec', problemText(problems));
  return specOf<MessageOf<S>>(definition);
}

/**
 * Compiles a definition whose message type is stated by the caller, such as one built from a table.
 *
 * @throws Iso8583Error `bad-spec` naming every place that is wrong.
 * @example
 * const typed = compileDefinition<{ mti: string; de11?: string }>({
 *   mti: { data: 'ascii', len: 4 },
 *   bitmap: { data: 'binary', bytes: 8 },
 *   fields: { 11: { data: 'ascii', len: 6 } },
 * });
 * typed.name // 'unnamed'
 */
export function compileDefinition<M>(definition: SpecDefinition): Spec<M> {
  const problems = specProblems(definition);
  if (problems.length > 0) throw new Iso8583Error('bad-spec', problemText(problems));
  return specOf<M>(definition);
}

/** A copy of what JSON can say of a value; undefined when it can say nothing. */
function plainCopy(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // A cycle or a bigint: no JSON, which is all the caller needs to know.
    return undefined;
  }
}

/**
 * Compiles a spec given as data at run time (a parsed JSON file).
 *
 * @returns the spec, or every place that is wrong; depth of nesting is limited to `maxDepth` (16).
 * @example
 * const made = specFromJson({ mti: { data: 'ascii', len: 4 }, fields: {} });
 * made.ok ? '' : made.problems[0].path // 'bitmap'
 */
export function specFromJson(
  json: unknown,
  options: { readonly maxDepth?: number } = {},
): { ok: true; spec: Spec } | { ok: false; problems: readonly SpecProblem[] } {
  const copy = plainCopy(json);
  if (copy === undefined) return { ok: false, problems: [{ path: '', problem: 'is no JSON' }] };
  const problems = specProblems(copy, options);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, spec: specOf<Message>(copy as SpecDefinition) };
}

/**
 * The spec as data that `JSON.stringify` writes and `specFromJson` reads.
 * @example specFromJson(JSON.parse(JSON.stringify(specToJson(iso1987Ascii)))).ok // true
 */
export function specToJson(spec: Spec<unknown>): SpecDefinition {
  return structuredClone(spec.definition);
}

/**
 * The description of a data element, or undefined when the spec does not define it.
 * @example fieldSpecOf(iso1987Ascii, 4)?.name // 'Amount, transaction'
 */
export function fieldSpecOf(spec: Spec<unknown>, number: number): FieldSpec | undefined {
  return spec.compiled.fields[number]?.codec.spec;
}

const sharedReader = new Reader(new Uint8Array(0));

/** The one reader of strict decoding: decoding is synchronous, so that it is never used twice at once. */
function readerOver(bytes: Uint8Array): Reader {
  sharedReader.bytes = bytes;
  sharedReader.at = 0;
  return sharedReader;
}

/**
 * Decodes a message. Nothing is thrown for what the bytes hold.
 *
 * @param bytes one message without its frame; it is only read while the call lasts
 * @returns the message, or `{ code, path, offset, byte }` and the elements decoded before.
 * @example
 * const decoded = decodeMessage(iso1987Ascii, bytes);
 * decoded.ok && decoded.message.de70 // '301'
 */
export function decodeMessage<M>(
  spec: Spec<M>,
  bytes: Uint8Array,
  options?: DecodeOptions,
): DecodeResult<M> {
  const { compiled } = spec;
  if (options === undefined && hasNodeBuffer) {
    compiled.lanes ??= specLanes(compiled) ?? null;
    if (compiled.lanes !== null) {
      const message = decodeFast(compiled, compiled.lanes, bytes, readerOver(bytes));
      if (message !== undefined) return { ok: true, message: message as M, used: bytes.length };
    }
  }
  return decodeGeneral(compiled, bytes, options) as DecodeResult<M>;
}

/**
 * Encodes a message: the exact inverse of `decodeMessage`. The message is not changed.
 *
 * @returns bytes of their own, or `{ code, path, offset }`.
 * @example
 * const packed = encodeMessage(iso1987Binary, { mti: '0800', de11: '000001', de70: '301' });
 * packed.ok && packed.bytes.length // 23
 */
export function encodeMessage<M>(spec: Spec<M>, message: M, options?: EncodeOptions): EncodeResult {
  const { compiled } = spec;
  if (options === undefined && hasNodeBuffer) {
    compiled.lanes ??= specLanes(compiled) ?? null;
    if (compiled.lanes !== null) {
      const bytes = encodeFast(compiled, compiled.lanes, message as Message);
      if (bytes !== undefined) return { ok: true, bytes };
    }
  }
  return encodeGeneral(compiled, message as Message, options);
}
