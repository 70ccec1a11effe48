// A lazy view of a message: lengths are read once, a data element is decoded when it is asked for.
import { hasNodeBuffer, latin1 } from '../wire/byte-pool.ts';
import { FAIL, Reader } from '../wire/cursor.ts';
import type { DecodeError } from '../wire/errors.ts';
import {
  type CompiledSpec,
  type DecodeOptions,
  decodeErrorOf,
  readCarriedBits,
  readerFor,
} from '../codec/message-codec.ts';
import {
  type Lane,
  laneCheck,
  laneKind,
  laneLength,
  lanePrefix,
  lanePrefixBytes,
} from '../fast/flat-field.ts';
import { type SpecLanes, planAt, specLanes } from '../fast/message-plan.ts';
import type { FieldValue } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';

/** Numbers of the data elements of a message type. */
export type ElementNumber<M> = keyof M extends infer K
  ? K extends `de${infer N extends number}`
    ? N
    : never
  : never;

/** What a view stands on. */
interface ViewParts {
  readonly spec: CompiledSpec;
  readonly bytes: Uint8Array;
  readonly options: DecodeOptions | undefined;
  readonly header: Uint8Array | string | undefined;
  readonly mtiAt: number;
  readonly numbers: readonly number[];
  /** Index of each element by its number, -1 when it is absent. */
  readonly indexOf: Int16Array;
  /** Lanes of the elements, when the message was opened by the fast lane. */
  readonly lanes: readonly Lane[] | undefined;
  /** Start of each present element with its length, and the end of the last. */
  readonly offsets: readonly number[];
}

/**
 * A message whose data elements are decoded on demand.
 * @example
 * const result = decodeView(iso1987Ascii, bytes);
 * result.ok && result.view.has(70) // true
 */
export class MessageView<M> {
  readonly #parts: ViewParts;
  /** The message as text, made when the first text is asked for: elements are cut out of it. */
  #text = '';

  /** Made by `decodeView`. */
  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  /** The message type; its content was checked when the view was opened. */
  get mti(): string {
    const { spec, bytes, options, mtiAt } = this.#parts;
    const reader = readerFor(bytes, options);
    reader.at = mtiAt;
    return spec.mti.decode(reader, bytes.length) as string;
  }

  /** The header, for specs that have one. */
  get header(): Uint8Array | string | undefined {
    return this.#parts.header;
  }

  /** Numbers of the data elements that are present, ascending. */
  get numbers(): readonly number[] {
    return this.#parts.numbers;
  }

  /** Whether a data element is present. */
  has(number: number): boolean {
    return this.#parts.indexOf[number] >= 0;
  }

  /** A data element's value; undefined when it is absent or its content is wrong (`failure` says which). */
  get<N extends ElementNumber<M>>(number: N): M[`de${N}` & keyof M] | undefined {
    const { indexOf, lanes, bytes, offsets } = this.#parts;
    const index = indexOf[number];
    if (!(index >= 0)) return undefined;
    const lane = lanes === undefined ? undefined : lanes[index];
    if (lane !== undefined && lane.kind === laneKind.text) {
      const start = offsets[index] + lanePrefixBytes[lane.prefix];
      const end = offsets[index + 1];
      if (allAllowed(lane, bytes, start, end)) {
        if (this.#text === '') this.#text = latin1(bytes);
        return this.#text.substring(start, end) as M[`de${N}` & keyof M];
      }
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
    const { indexOf, bytes, offsets } = this.#parts;
    const index = indexOf[number];
    return index >= 0 ? bytes.subarray(offsets[index], offsets[index + 1]) : undefined;
  }

  #decode(number: number): FieldValue | ViewFailure | undefined {
    const { spec, indexOf, bytes, options, offsets } = this.#parts;
    const index = indexOf[number];
    if (!(index >= 0)) return undefined;
    const reader = readerFor(bytes, options);
    reader.at = offsets[index];
    const value = spec.fields[number]?.codec.decode(reader, offsets[index + 1]);
    if (value !== FAIL) return value;
    reader.path.unshift(String(number));
    return new ViewFailure(decodeErrorOf(reader));
  }
}

/** Whether a text element holds nothing but what its character set allows. */
function allAllowed(lane: Lane, bytes: Uint8Array, start: number, end: number): boolean {
  let all = 1;
  if (lane.check === laneCheck.digits) {
    for (let at = start; at < end; at++) all &= (bytes[at] - 48) >>> 0 > 9 ? 0 : 1;
    return all === 1;
  }
  const allowed = lane.check === laneCheck.ascii ? asciiTable : lane.allowed;
  for (let at = start; at < end; at++) all &= allowed[bytes[at]];
  return all === 1;
}

const asciiTable = Uint8Array.from({ length: 256 }, (_, code) => (code < 128 ? 1 : 0));

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

const sharedReader = new Reader(new Uint8Array(0));

/** Opens a message whose plan is known and whose structure is in order; undefined on any doubt. */
function openFast(
  compiled: CompiledSpec,
  lanes: SpecLanes,
  bytes: Uint8Array,
): ViewParts | undefined {
  const end = bytes.length;
  const reader = sharedReader;
  reader.bytes = bytes;
  reader.at = 0;
  let header: Uint8Array | string | undefined;
  if (compiled.header !== undefined) {
    const decoded = compiled.header.decode(reader, end);
    if (decoded === FAIL) return undefined;
    header = decoded as Uint8Array | string;
  }
  const mtiAt = reader.at;
  if (!compiled.mti.skip(reader, end)) return undefined;
  const mtiEnd = reader.at;
  const { mti } = lanes;
  if (mti.kind !== laneKind.text || !allAllowed(mti, bytes, mtiAt, mtiEnd)) {
    reader.at = mtiAt;
    if (compiled.mti.decode(reader, end) === FAIL) return undefined;
  }
  const plan = planAt(compiled, lanes, bytes, mtiEnd, end);
  if (plan === undefined) return undefined;
  const offsets = plan.places.slice();
  let at = mtiEnd + plan.wire.length;
  const planned = plan.lanes;
  for (let i = 0; i < planned.length; i++) {
    const lane = planned[i];
    offsets[i] = at;
    if (lane.kind === laneKind.general) {
      reader.at = at;
      if (!lane.codec.skip(reader, end)) return undefined;
      at = reader.at;
      continue;
    }
    const length = lane.prefix === lanePrefix.none ? lane.length : laneLength(lane, bytes, at);
    if (length > lane.length) return undefined;
    at +=
      lanePrefixBytes[lane.prefix] + (lane.kind === laneKind.packed ? (length + 1) >> 1 : length);
    if (at > end) return undefined;
  }
  if (at !== end) return undefined;
  offsets[planned.length] = at;
  const { numbers, indexOf } = plan;
  return {
    spec: compiled,
    bytes,
    options: undefined,
    header,
    mtiAt,
    numbers,
    indexOf,
    lanes: planned,
    offsets,
  };
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
  const { compiled } = spec;
  if (options === undefined && hasNodeBuffer) {
    compiled.lanes ??= specLanes(compiled) ?? null;
    const parts = compiled.lanes === null ? undefined : openFast(compiled, compiled.lanes, bytes);
    if (parts !== undefined) return { ok: true, view: new MessageView<M>(parts) };
  }
  return openGeneral(compiled, bytes, options);
}

/** Opens a message of any spec, or says what is wrong with it. */
function openGeneral<M>(
  compiled: CompiledSpec,
  bytes: Uint8Array,
  options: DecodeOptions | undefined,
): ViewResult<M> {
  const reader = readerFor(bytes, options);
  const end = bytes.length;
  let header: Uint8Array | string | undefined;
  if (compiled.header !== undefined) {
    const decoded = compiled.header.decode(reader, end);
    if (decoded === FAIL) return failed(reader, 'header');
    header = decoded as Uint8Array | string;
  }
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
  const parts = { spec: compiled, bytes, options, header, mtiAt, numbers, indexOf, offsets };
  return { ok: true, view: new MessageView<M>({ ...parts, lanes: undefined }) };
}
