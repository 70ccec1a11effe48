// A lazy view of a message: lengths are read once, a data element is decoded when it is asked for.
import { FAIL, type Reader } from './cursor.ts';
import type { DecodeError } from './errors.ts';
import {
  type CompiledSpec,
  type DecodeOptions,
  decodeErrorOf,
  readCarriedBits,
  readerFor,
} from './message-codec.ts';
import type { FieldValue } from './spec-types.ts';
import type { Spec } from './spec.ts';

/** Numbers of the data elements of a message type. */
export type ElementNumber<M> = keyof M extends infer K
  ? K extends `de${infer N extends number}`
    ? N
    : never
  : never;

/** A message whose data elements are decoded on demand. */
export class MessageView<M> {
  readonly #spec: CompiledSpec;
  readonly #bytes: Uint8Array;
  readonly #options: DecodeOptions | undefined;
  readonly #numbers: readonly number[];
  /** Start of each present element, and the end of the last. */
  readonly #offsets: readonly number[];
  readonly mti: string;
  readonly header: Uint8Array | string | undefined;

  /** Made by `decodeView`. */
  constructor(
    spec: CompiledSpec,
    bytes: Uint8Array,
    options: DecodeOptions | undefined,
    parts: {
      readonly mti: string;
      readonly header: Uint8Array | string | undefined;
      readonly numbers: readonly number[];
      readonly offsets: readonly number[];
    },
  ) {
    this.#spec = spec;
    this.#bytes = bytes;
    this.#options = options;
    this.#numbers = parts.numbers;
    this.#offsets = parts.offsets;
    this.mti = parts.mti;
    this.header = parts.header;
  }

  /** Numbers of the data elements that are present, ascending. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** Whether a data element is present. */
  has(number: number): boolean {
    return this.#numbers.includes(number);
  }

  /** A data element's value; undefined when it is absent or its content is wrong (`failure` says which). */
  get<N extends ElementNumber<M>>(number: N): M[`de${N}` & keyof M] | undefined {
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
    const index = this.#numbers.indexOf(number);
    if (index < 0) return undefined;
    return this.#bytes.subarray(this.#offsets[index], this.#offsets[index + 1]);
  }

  #decode(number: number): FieldValue | ViewFailure | undefined {
    const index = this.#numbers.indexOf(number);
    if (index < 0) return undefined;
    const reader = readerFor(this.#bytes, this.#options);
    reader.at = this.#offsets[index];
    const value = this.#spec.fields[number]?.codec.decode(reader, this.#offsets[index + 1]);
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
 * opened.ok && opened.view.get(11)
 */
export function decodeView<M>(
  spec: Spec<M>,
  bytes: Uint8Array,
  options?: DecodeOptions,
): ViewResult<M> {
  const { compiled } = spec;
  const reader = readerFor(bytes, options);
  const end = bytes.length;
  let header: Uint8Array | string | undefined;
  if (compiled.header !== undefined) {
    const decoded = compiled.header.decode(reader, end);
    if (decoded === FAIL) return failed(reader, 'header');
    header = decoded as Uint8Array | string;
  }
  const mti = compiled.mti.decode(reader, end);
  if (mti === FAIL) return failed(reader, '0');
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
  const parts = { mti: mti as string, header, numbers, offsets };
  return { ok: true, view: new MessageView<M>(compiled, bytes, options, parts) };
}
