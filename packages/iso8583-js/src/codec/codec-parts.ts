// The parts of a message on their own: one element, one length prefix, one bitmap.
import { bitmapCodec } from '../content/bitmap.ts';
import { lengthPrefix } from '../content/length-prefix.ts';
import type { BitmapSpec, FieldSpec, FieldValue, PrefixSpec } from '../spec/spec-types.ts';
import { FAIL, Writer } from '../wire/cursor.ts';
import type { DecodeError, EncodeError } from '../wire/errors.ts';
import { fieldCodec } from './field-codec.ts';
import { type DecodeOptions, decodeErrorOf, readerFor } from './message-codec.ts';

/** A part that could not be decoded. */
export interface PartFailure {
  readonly ok: false;
  readonly error: DecodeError;
  readonly partial?: FieldValue;
}

/** A part's bytes, or why they could not be made. */
export type PartBytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: EncodeError };

function written(writer: Writer, ok: boolean): PartBytes {
  if (ok) return { ok: true, bytes: writer.bytes.slice(0, writer.at) };
  const path = writer.path.join('.');
  return { ok: false, error: { code: writer.code ?? 'bad-type', path, offset: writer.offset } };
}

/**
 * Decodes one element; `used` tells how many bytes it took.
 *
 * @example
 * const field = { data: 'bcd', prefix: { data: 'bcd', size: 2 }, max: 19 } as const;
 * const decoded = decodeField(field, Uint8Array.of(0x04, 0x12, 0x34));
 * decoded.ok && decoded.value // '1234'
 */
export function decodeField(
  spec: FieldSpec,
  bytes: Uint8Array,
  options?: DecodeOptions,
): { readonly ok: true; readonly value: FieldValue; readonly used: number } | PartFailure {
  const reader = readerFor(bytes, options);
  const value = fieldCodec(spec).decode(reader, bytes.length);
  if (value !== FAIL) return { ok: true, value, used: reader.at };
  const error = decodeErrorOf(reader);
  return reader.partial === undefined
    ? { ok: false, error }
    : { ok: false, error, partial: reader.partial };
}

/**
 * Encodes one element: the inverse of `decodeField`.
 * @example
 * const made = encodeField({ data: 'bcd', len: 3, odd: 'right0' }, '840');
 * made.ok && made.bytes // Uint8Array [ 0x84, 0x00 ]
 */
export function encodeField(spec: FieldSpec, value: FieldValue): PartBytes {
  const writer = new Writer(256);
  return written(writer, fieldCodec(spec).encode(writer, value));
}

/**
 * Decodes one length prefix: the length of what follows (without the prefix when that counts itself)
 * and the bytes it took.
 *
 * @example
 * const prefix = decodePrefix({ data: 'bcd', size: 3 }, Uint8Array.of(0x02, 0x00));
 * prefix.ok && prefix.length // 200
 */
export function decodePrefix(
  spec: PrefixSpec & { readonly max?: number },
  bytes: Uint8Array,
): { readonly ok: true; readonly length: number; readonly used: number } | PartFailure {
  const reader = readerFor(bytes, undefined);
  const length = lengthPrefix(spec).read(reader, bytes.length);
  // A length that no number holds exactly cannot be told.
  if (length !== FAIL && length > Number.MAX_SAFE_INTEGER) reader.fail('bad-length', 0);
  if (length !== FAIL && length > (spec.max ?? length)) reader.fail('too-long', 0);
  const net = length === FAIL || spec.inclusive !== true ? length : length - reader.at;
  if (net !== FAIL && net < 0) reader.fail('bad-length', 0);
  if (net === FAIL || reader.code !== undefined) return { ok: false, error: decodeErrorOf(reader) };
  return { ok: true, length: net, used: reader.at };
}

/**
 * Encodes one length: the inverse of `decodePrefix`; `too-long` when it cannot state the length.
 * @example
 * const length = encodePrefix({ data: 'ber' }, 200);
 * length.ok && length.bytes // Uint8Array [ 0x81, 0xc8 ]
 */
export function encodePrefix(spec: PrefixSpec, length: number): PartBytes {
  const writer = new Writer(16);
  const prefix = lengthPrefix(spec);
  if (!Number.isInteger(length) || length < 0) return written(writer, writer.fail('bad-length'));
  const own = spec.inclusive === true ? prefix.sizeOf(length) : 0;
  if (length + own > prefix.max) return written(writer, writer.fail('too-long'));
  prefix.write(writer, length + own);
  return written(writer, true);
}

/**
 * Decodes one bitmap: the data bits that are on, ascending, and the bytes it took.
 *
 * @example
 * const bitmap = decodeBitmap({ data: 'binary', bytes: 1, chain: 0 }, Uint8Array.of(0x81));
 * bitmap.ok && bitmap.set // [1, 8]
 */
export function decodeBitmap(
  spec: BitmapSpec,
  bytes: Uint8Array,
): { readonly ok: true; readonly set: number[]; readonly used: number } | PartFailure {
  const reader = readerFor(bytes, undefined);
  const set: number[] = [];
  if (bitmapCodec(spec).read(reader, bytes.length, set) === FAIL) {
    return { ok: false, error: decodeErrorOf(reader) };
  }
  return { ok: true, set, used: reader.at };
}

/**
 * Encodes a bitmap: the inverse of `decodeBitmap`; `undefined-field` for a bit it cannot carry.
 * @example
 * const bits = encodeBitmap({ data: 'binary', bytes: 1, chain: 0 }, [1, 8]);
 * bits.ok && bits.bytes // Uint8Array [ 0x81 ]
 */
export function encodeBitmap(spec: BitmapSpec, set: readonly number[]): PartBytes {
  const writer = new Writer(64);
  const bitmap = bitmapCodec(spec);
  const sorted = [...set].sort((a, b) => a - b);
  const foreign = sorted.find((bit) => bit < 1 || bit > bitmap.bitMax || bitmap.isFlag(bit));
  if (foreign !== undefined) {
    writer.path.unshift(String(foreign));
    return written(writer, writer.fail('undefined-field'));
  }
  bitmap.write(writer, sorted);
  return written(writer, true);
}
