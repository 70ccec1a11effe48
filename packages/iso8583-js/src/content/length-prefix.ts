// Length prefixes: digits, BCD, binary, hex and BER (ISO/IEC 8825-1 8.1.3), each both ways.
import { hexWire } from '../content/content-bytes.ts';
import { singleByteTable } from '../content/content-text.ts';
import type { PrefixSpec } from '../spec/spec-types.ts';
import { FAIL, type Reader, type Writer } from '../wire/cursor.ts';

/** Longer is no message: what states more is cut short. */
export const lengthMax = 0x7fff_ffff;

/** One length prefix. */
export interface LengthPrefix {
  /** Bytes on the wire, or -1 when it depends on the length (BER). */
  readonly bytes: number;
  /** Largest length that can be written. */
  readonly max: number;
  /** The stated length, whatever its size (rounded above 2^53), or FAIL; moves past the prefix. */
  readonly read: (reader: Reader, end: number) => number | typeof FAIL;
  /** Writes a length that is at most `max`. */
  readonly write: (writer: Writer, length: number) => void;
  /** Bytes that a length takes. */
  readonly sizeOf: (length: number) => number;
}

function fixed(
  bytes: number,
  max: number,
  value: (reader: Reader, start: number) => number,
  write: (target: Uint8Array, at: number, length: number) => void,
): LengthPrefix {
  return {
    bytes,
    max,
    sizeOf: () => bytes,
    read(reader, end) {
      const start = reader.at;
      if (start + bytes > end) return reader.fail('truncated', start, end);
      const length = value(reader, start);
      if (length < 0) return reader.fail('bad-length', start);
      reader.at = start + bytes;
      return length;
    },
    write(writer, length) {
      writer.reserve(bytes);
      write(writer.bytes, writer.at, length);
      writer.at += bytes;
    },
  };
}

/** Digits of a radix, one wire byte each. */
function digitPrefix(
  size: number,
  radix: 10 | 16,
  values: Uint8Array,
  digits: Uint8Array,
): LengthPrefix {
  return fixed(
    size,
    Math.min(radix ** size - 1, Number.MAX_SAFE_INTEGER),
    (reader, start) => {
      let length = 0;
      for (let i = start; i < start + size; i++) {
        const digit = values[reader.bytes[i]];
        if (digit >= radix) return -1;
        length = length * radix + digit;
      }
      return length;
    },
    (target, at, length) => {
      let rest = length;
      for (let i = at + size - 1; i >= at; i--) {
        target[i] = digits[rest % radix];
        rest = Math.floor(rest / radix);
      }
    },
  );
}

function bcdPrefix(size: number): LengthPrefix {
  const bytes = (size + 1) >> 1;
  return fixed(
    bytes,
    Math.min(10 ** size - 1, Number.MAX_SAFE_INTEGER),
    (reader, start) => {
      let length = 0;
      for (let i = start; i < start + bytes; i++) {
        const byte = reader.bytes[i];
        if (byte >> 4 > 9 || (byte & 15) > 9) return -1;
        length = length * 100 + (byte >> 4) * 10 + (byte & 15);
      }
      return length;
    },
    (target, at, length) => {
      let rest = length;
      for (let i = at + bytes - 1; i >= at; i--) {
        target[i] = (Math.floor((rest % 100) / 10) << 4) | (rest % 10);
        rest = Math.floor(rest / 100);
      }
    },
  );
}

function binaryPrefix(size: number): LengthPrefix {
  return fixed(
    size,
    Math.min(256 ** size - 1, Number.MAX_SAFE_INTEGER),
    (reader, start) => {
      let length = 0;
      for (let i = start; i < start + size; i++) length = length * 256 + reader.bytes[i];
      return length;
    },
    (target, at, length) => {
      let rest = length;
      for (let i = at + size - 1; i >= at; i--) {
        target[i] = rest % 256;
        rest = Math.floor(rest / 256);
      }
    },
  );
}

function berSize(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  if (length < 0x1_0000) return 3;
  let size = 4;
  for (let rest = Math.floor(length / 0x100_0000); rest > 0; rest = Math.floor(rest / 256)) size++;
  return size;
}

/** BER lengths, definite form only: 80 (indefinite) and FF (reserved, 8.1.3.5 c) are refused. */
function berPrefix(): LengthPrefix {
  return {
    bytes: -1,
    max: Number.MAX_SAFE_INTEGER,
    sizeOf: berSize,
    read(reader, end) {
      const start = reader.at;
      if (start >= end) return reader.fail('truncated', start, end);
      const first = reader.bytes[start];
      if (first < 0x80) {
        reader.at = start + 1;
        return first;
      }
      const count = first & 0x7f;
      if (count === 0 || count === 0x7f) return reader.fail('bad-length', start);
      if (start + 1 + count > end) return reader.fail('truncated', start, end);
      let length = 0;
      for (let i = 1; i <= count; i++) length = length * 256 + reader.bytes[start + i];
      reader.at = start + 1 + count;
      return length;
    },
    write(writer, length) {
      const size = berSize(length);
      writer.reserve(size);
      if (size > 1) writer.bytes[writer.at++] = 0x80 | (size - 1);
      let rest = length;
      for (let i = writer.at + Math.max(size - 2, 0); i >= writer.at; i--) {
        writer.bytes[i] = rest % 256;
        rest = Math.floor(rest / 256);
      }
      writer.at += Math.max(size - 1, 1);
    },
  };
}

function textDigits(encoding: 'ascii' | 'ebcdic' | 'ebcdic1047'): [Uint8Array, Uint8Array] {
  const { decode, encode } = singleByteTable(encoding);
  const values = Uint8Array.from({ length: 256 }, (_, byte) => {
    const digit = decode[byte] - 48;
    return digit >= 0 && digit <= 9 ? digit : 0xff;
  });
  return [values, Uint8Array.from({ length: 10 }, (_, digit) => encode[48 + digit])];
}

/** The codec of a length prefix. */
export function lengthPrefix(spec: PrefixSpec): LengthPrefix {
  const size = spec.size ?? 0;
  switch (spec.data) {
    case 'ascii':
    case 'ebcdic':
    case 'ebcdic1047': {
      const [values, digits] = textDigits(spec.data);
      return digitPrefix(size, 10, values, digits);
    }
    case 'hex-digit':
      return digitPrefix(size, 16, hexWire['hex-ascii'].values, hexWire['hex-ascii'].digits);
    case 'hex-ascii':
    case 'hex-ebcdic':
      return digitPrefix(size * 2, 16, hexWire[spec.data].values, hexWire[spec.data].digits);
    case 'bcd':
      return bcdPrefix(size);
    case 'binary':
      return binaryPrefix(size);
    case 'ber':
      return berPrefix();
  }
}
