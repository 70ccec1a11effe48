// A lazy view of a message: lengths are read once, a data element is decoded when it is asked for.
import type { CompiledSpec } from '../codec/compiled-spec.ts';
import {
  type DecodeOptions,
  decodeErrorOf,
  readCarriedBits,
  readerFor,
} from '../codec/message-codec.ts';
import { type OpenedMessage, textStart } from '../fast/fast-codec.ts';
import type { FieldValue } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { latin1 } from '../wire/byte-pool.ts';
import { FAIL, type Reader } from '../wire/cursor.ts';
import type { DecodeError } from '../wire/errors.ts';

/** Numbers of the data elements of a message type. */
export type ElementNumber<M> = keyof M extends infer K
  ? K extends `de${infer N extends number}`
    ? N
    : never
  : never;

/**
 * A message whose data elements are decoded on demand.
 * @example
 * const result = decodeView(iso1987Ascii, bytes);
 * result.ok && result.view.has(70) // true
 */
export class MessageView<M> {
  readonly #compiled: CompiledSpec;
  readonly #bytes: Uint8Array;
  readonly #options: DecodeOptions | undefined;
  readonly #opened: OpenedMessage;
  /** The message as text, made when the first text is asked for: elements are cut out of it. */
  #text = '';

  /** Made by `decodeView`. */
  constructor(
    compiled: CompiledSpec,
    bytes: Uint8Array,
    options: DecodeOptions | undefined,
    opened: OpenedMessage,
  ) {
    this.#compiled = compiled;
    this.#bytes = bytes;
    this.#options = options;
    this.#opened = opened;
  }

  /** The message type; its content was checked when the view was opened. */
  get mti(): string {
    const reader = readerFor(this.#bytes, this.#options);
    reader.at = this.#opened.mtiAt;
    return this.#compiled.mti.decode(reader, this.#bytes.length) as string;
  }

  /** The header, for specs that have one. */
  get header(): Uint8Array | string | undefined {
    return this.#opened.header;
  }

  /** Numbers of the data elements that are present, ascending. */
  get numbers(): readonly number[] {
    return this.#opened.numbers;
  }

  /** Whether a data element is present. */
  has(number: number): boolean {
    return this.#opened.indexOf[number] >= 0;
  }

  /** A data element's value; undefined when it is absent or its content is wrong (`failure` says which). */
  get<N extends ElementNumber<M>>(number: N): M[`de${N}` & keyof M] | undefined {
    const bytes = this.#bytes;
    const { indexOf, offsets, fields } = this.#opened;
    const index = indexOf[number];
    if (!(index >= 0)) return undefined;
    const start = textStart(fields, index, bytes, offsets);
    if (start >= 0) {
      if (this.#text === '') this.#text = latin1(bytes);
      return this.#text.substring(start, offsets[index + 1]) as M[`de${N}` & keyof M];
    }
    const value = this.#decode(number);
    return value instanceof ViewFailure ? undefined : (value as M[`de${N}` & keyof M] | undefined);
  }

  /** Why a data element that is present cannot be decoded; undefined when it can or is absent. */
  failure(number: number): DecodeError | undefined {
    const value = this.#decode(number);
    return value instanceof ViewFailure ? value.error : undefined;
  }

  /**
   * The bytes of a data element with its length prefix: a view of the message, not a copy. They can be
   * put into another message of the same spec by `encodeMessage`'s option `raw`.
   */
  raw(number: number): Uint8Array | undefined {
    const { indexOf, offsets } = this.#opened;
    const index = indexOf[number];
    return index >= 0 ? this.#bytes.subarray(offsets[index], offsets[index + 1]) : undefined;
  }

  #decode(number: number): FieldValue | ViewFailure | undefined {
    const { indexOf, offsets } = this.#opened;
    const index = indexOf[number];
    if (!(index >= 0)) return undefined;
    const reader = readerFor(this.#bytes, this.#options);
    reader.at = offsets[index];
    const value = this.#compiled.fields[number]?.codec.decode(reader, offsets[index + 1]);
    if (value !== FAIL) return value;
    reader.path.unshift(String(number));
    return new ViewFailure(decodeErrorOf(reader));
  }
}

/** Marks a failed element among values. */
class ViewFailure {
  readonly error: DecodeError;
  constructor(error: DecodeError) {
    this.error = error;
  }
}

/** What `decodeView` gives. */
export type ViewResult<M> =
  | { readonly ok: true; readonly view: MessageView<M> }
  | { readonly ok: false; readonly error: DecodeError };

function failed<M>(reader: Reader, key: string): ViewResult<M> {
  reader.path.unshift(key);
  return { ok: false, error: decodeErrorOf(reader) };
}

/**
 * Opens a lazy view: the structure (bitmap, lengths, end) is checked now, the content of a data
 * element when it is read. The view refers to `bytes`, which must not change while it is used.
 *
 * @example
 * const opened = decodeView(iso1987Ascii, bytes);
 * opened.ok && opened.view.get(11) // '000001'
 */
export function decodeView<M>(
  spec: Spec<M>,
  bytes: Uint8Array,
  options?: DecodeOptions,
): ViewResult<M> {
  const { compiled, fast } = spec;
  const opened = options === undefined ? fast.open(bytes) : undefined;
  if (opened === undefined) return openGeneral(compiled, bytes, options);
  return { ok: true, view: new MessageView<M>(compiled, bytes, options, opened) };
}

/** Opens a message of any spec, or says what is wrong with it. */
function openGeneral<M>(
  compiled: CompiledSpec,
  bytes: Uint8Array,
  options: DecodeOptions | undefined,
): ViewResult<M> {
  const reader = readerFor(bytes, options);
  const end = bytes.length;
  const header = compiled.header?.decode(reader, end);
  if (header === FAIL) return failed(reader, 'header');
  const mtiAt = reader.at;
  if (compiled.mti.decode(reader, end) === FAIL) return failed(reader, '0');
  const numbers: number[] = [];
  if (compiled.bitmap.read(reader, end, numbers) === FAIL) return failed(reader, '1');
  const carrier = compiled.definition.bitmap.tertiaryIn;
  const offsets: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    const field = compiled.fields[number];
    offsets.push(reader.at);
    if (field === undefined) {
      reader.fail('undefined-field', reader.at);
      return failed(reader, String(number));
    }
    if (number === carrier) {
      const value = field.codec.decode(reader, end);
      if (value === FAIL) return failed(reader, String(number));
      readCarriedBits(compiled, value, numbers);
    } else if (!field.codec.skip(reader, end)) return failed(reader, String(number));
  }
  offsets.push(reader.at);
  if (reader.at !== end && options?.lenient?.includes('trailing') !== true) {
    reader.fail('trailing', reader.at);
    return failed(reader, String(numbers.at(-1) ?? 1));
  }
  const indexOf = new Int16Array(256).fill(-1);
  for (let i = 0; i < numbers.length; i++) indexOf[numbers[i]] = i;
  const opened = {
    header: header as Uint8Array | string | undefined,
    mtiAt,
    numbers,
    indexOf,
    offsets,
    fields: undefined,
  };
  return { ok: true, view: new MessageView<M>(compiled, bytes, options, opened) };
}
