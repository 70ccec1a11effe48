// A whole message both ways: header, message type, bitmap, then the data elements in ascending order.
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { cut, pool, reserve } from '../wire/byte-pool.ts';
import { FAIL, type Leniency, Reader, Writer } from '../wire/cursor.ts';
import type { DecodeError, EncodeError } from '../wire/errors.ts';
import type { CompiledField, CompiledSpec } from './compiled-spec.ts';

/** What decoding gives: the message, or where and why it stopped with what had been decoded. */
export type DecodeResult<M> =
  | { readonly ok: true; readonly message: M; readonly used: number }
  | { readonly ok: false; readonly error: DecodeError; readonly partial: Partial<M> };

/** What encoding gives: the bytes, or which value is wrong and why. */
export type EncodeResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: EncodeError };

/** How strictly a message is decoded; by default nothing is forgiven. */
export interface DecodeOptions {
  /**
   * Rules not insisted on: `trailing` bytes after the last element are left alone, `filler` nibbles and
   * bytes may hold anything, `charset` attributes are not checked (encodings are), `max` lengths
   * may be exceeded, and bytes that subfields leave over (`sub-length`) are passed.
   */
  readonly lenient?: readonly Leniency[];
}

/** A reader over bytes with the named rules relaxed. */
export function readerFor(bytes: Uint8Array, options: DecodeOptions | undefined): Reader {
  const reader = new Reader(bytes);
  const lenient = options?.lenient;
  if (lenient === undefined) return reader;
  reader.lenientFiller = lenient.includes('filler');
  reader.lenientCharset = lenient.includes('charset');
  reader.lenientMax = lenient.includes('max');
  reader.lenientSubLength = lenient.includes('sub-length');
  return reader;
}

/** The error a reader holds. */
export function decodeErrorOf(reader: Reader): DecodeError {
  return {
    code: reader.code ?? 'truncated',
    path: reader.path.join('.'),
    offset: reader.offset,
    byte: reader.byte,
  };
}

/**
 * What was decoded, in order. Made an object all at once: V8 keeps one that gets more than a dozen
 * computed keys one by one as a hash table.
 */
type Decoded = (readonly [key: string, value: FieldValue])[];

function failed<M>(reader: Reader, key: string, decoded: Decoded): DecodeResult<M> {
  reader.path.unshift(key);
  if (reader.partial !== undefined) decoded.push([`de${Number(key)}`, reader.partial]);
  const partial = Object.fromEntries(decoded) as Partial<M>;
  return { ok: false, error: decodeErrorOf(reader), partial };
}

/** Bits of a third bitmap that a data element carries. */
export function readCarriedBits(compiled: CompiledSpec, value: FieldValue, set: number[]): void {
  if (!(value instanceof Uint8Array)) return;
  const first = compiled.bitmap.bitMax;
  for (let bit = 0; bit < value.length * 8; bit++) {
    if ((value[bit >> 3] & (0x80 >> (bit & 7))) !== 0) set.push(first + bit + 1);
  }
}

/** Decodes without the fast codec: the reference that every spec can use. */
export function decodeGeneral<M extends Message>(
  compiled: CompiledSpec,
  bytes: Uint8Array,
  options?: DecodeOptions,
): DecodeResult<M> {
  const reader = readerFor(bytes, options);
  const end = bytes.length;
  const decoded: Decoded = [];
  if (compiled.header !== undefined) {
    const header = compiled.header.decode(reader, end);
    if (header === FAIL) return failed(reader, 'header', decoded);
    decoded.push(['header', header]);
  }
  const mti = compiled.mti.decode(reader, end);
  if (mti === FAIL) return failed(reader, '0', decoded);
  decoded.push(['mti', mti]);
  const set: number[] = [];
  if (compiled.bitmap.read(reader, end, set) === FAIL) return failed(reader, '1', decoded);
  const carrier = compiled.definition.bitmap.tertiaryIn;
  let last = 1;
  for (let i = 0; i < set.length; i++) {
    const number = set[i];
    const field = compiled.fields[number];
    const value =
      field === undefined
        ? reader.fail('undefined-field', reader.at)
        : field.codec.decode(reader, end);
    if (value === FAIL) return failed(reader, String(number), decoded);
    decoded.push([(field as CompiledField).key, value]);
    if (number === carrier) readCarriedBits(compiled, value, set);
    last = number;
  }
  if (reader.at !== end && options?.lenient?.includes('trailing') !== true) {
    reader.fail('trailing', reader.at);
    return failed(reader, String(last), decoded);
  }
  return { ok: true, message: Object.fromEntries(decoded) as unknown as M, used: reader.at };
}

/** Data elements of a message by number, ascending, or the key that the spec does not define. */
function presentFields(
  compiled: CompiledSpec,
  message: Message,
  raw: EncodeOptions['raw'],
): number[] | string {
  const present: number[] = [];
  for (const key in raw) {
    const number = Number(key);
    if (raw[number] === undefined) continue;
    if (compiled.fields[number] === undefined) return `de${key}`;
    present.push(number);
  }
  for (const key in message) {
    if (key === 'mti' || key === 'header') continue;
    if (message[key as 'de2'] === undefined) continue;
    const number = compiled.numbers.get(key);
    if (number !== undefined && raw?.[number] !== undefined) continue;
    if (number === undefined || compiled.bitmap.isFlag(number)) return key;
    present.push(number);
  }
  return present.sort((a, b) => a - b);
}

/**
 * The third bitmap as the data element that carries it: undefined when nothing needs it, unless the
 * message has an empty one itself. One that announces elements which are gone is not written.
 */
function carriedBitmap(
  compiled: CompiledSpec,
  present: readonly number[],
  own: FieldValue | undefined,
): Uint8Array | undefined {
  const first = compiled.bitmap.bitMax;
  const bits = present.filter((number) => number > first);
  if (bits.length === 0) {
    return own instanceof Uint8Array && own.every((byte) => byte === 0) ? own : undefined;
  }
  const bitmap = new Uint8Array(compiled.definition.bitmap.bytes);
  for (const number of bits) {
    const bit = number - first - 1;
    bitmap[bit >> 3] |= 0x80 >> (bit & 7);
  }
  return bitmap;
}

function encodeFailure(writer: Writer, key: string): EncodeResult {
  const path = [key, ...writer.path].join('.');
  return { ok: false, error: { code: writer.code ?? 'bad-type', path, offset: writer.offset } };
}

function refuse(writer: Writer, code: EncodeError['code'], key: string): EncodeResult {
  writer.fail(code);
  return encodeFailure(writer, key);
}

/** Name of a message key in an error path. */
function pathOf(key: string): string {
  return /^de\d+$/.test(key) ? key.slice(2) : key;
}

/** What can be given beside a message when encoding. */
export interface EncodeOptions {
  /**
   * Wire bytes of data elements by number, prefix included, as `MessageView.raw` gives them: copied
   * without a look at their content, instead of the message's own values.
   */
  readonly raw?: { readonly [number: number]: Uint8Array | undefined };
}

/** The one writer of whole messages: encoding is synchronous, so that it is never used twice at once. */
const writerBytes = 4096;
const writerBytesMax = 262_144;
const sharedWriter = new Writer(writerBytes);

/** What was written, as bytes of their own. */
function bytesOf(writer: Writer): Uint8Array {
  const start = reserve(writer.at);
  pool.bytes.set(writer.bytes.subarray(0, writer.at), start);
  // One huge message must not keep its memory for ever.
  if (writer.bytes.length > writerBytesMax) writer.bytes = new Uint8Array(writerBytes);
  return cut(start, start + writer.at);
}

/** Encodes without the fast codec: the reference that every spec can use. */
export function encodeGeneral(
  compiled: CompiledSpec,
  message: Message,
  options?: EncodeOptions,
): EncodeResult {
  const writer = sharedWriter;
  writer.at = 0;
  writer.code = undefined;
  writer.path = [];
  if (compiled.header !== undefined) {
    if (message.header === undefined) return refuse(writer, 'missing', 'header');
    if (!compiled.header.encode(writer, message.header)) return encodeFailure(writer, 'header');
  }
  if (message.mti === undefined) return refuse(writer, 'missing', '0');
  if (!compiled.mti.encode(writer, message.mti)) return encodeFailure(writer, '0');
  let present = presentFields(compiled, message, options?.raw);
  if (typeof present === 'string') return refuse(writer, 'undefined-field', pathOf(present));
  const carrier = compiled.definition.bitmap.tertiaryIn;
  let carried: Uint8Array | undefined;
  if (carrier !== undefined) {
    carried = carriedBitmap(compiled, present, message[`de${carrier}`]);
    const others = present.filter((number) => number !== carrier);
    present = carried === undefined ? others : [...others, carrier].sort((a, b) => a - b);
  }
  const { bitMax } = compiled.bitmap;
  compiled.bitmap.write(
    writer,
    present.filter((number) => number <= bitMax),
  );
  for (const number of present) {
    const field = compiled.fields[number];
    if (field === undefined) return refuse(writer, 'undefined-field', String(number));
    const raw = options?.raw?.[number];
    if (raw !== undefined) {
      writer.reserve(raw.length);
      writer.bytes.set(raw, writer.at);
      writer.at += raw.length;
      continue;
    }
    const value = number === carrier ? carried : message[field.key];
    if (!field.codec.encode(writer, value as FieldValue))
      return encodeFailure(writer, String(number));
  }
  return { ok: true, bytes: bytesOf(writer) };
}
