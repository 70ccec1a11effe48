// Byte content: raw, or as hexadecimal characters in ASCII or EBCDIC.
import { hexDigitValue } from '@chipswitch/bytes';
import type { BytesEncoding } from '../spec/spec-types.ts';
import { singleByteTable } from './content-text.ts';
import type { Content } from './content-type.ts';

const upper = '0123456789ABCDEF';

/** Value of the hex digit that a wire byte stands for, 0xFF when it is none; by byte. */
const asciiHexValues = hexValues((byte) => byte);
/** The same for EBCDIC, whose digits and A-F are alike in code pages 500 and 1047. */
const ebcdicHexValues = hexValues((byte) => singleByteTable('ebcdic').decode[byte]);
/** Wire byte of each hex digit. */
const asciiHexDigits = Uint8Array.from(upper, (digit) => digit.charCodeAt(0));
const ebcdicHexDigits = Uint8Array.from(
  upper,
  (digit) => singleByteTable('ebcdic').encode[digit.charCodeAt(0)],
);

function hexValues(charCodeOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const value = hexDigitValue(charCodeOf(byte));
    return value < 0 ? 0xff : value;
  });
}

/** By encoding: hex digit values of wire bytes, and wire bytes of hex digits. */
export const hexWire = {
  'hex-ascii': { values: asciiHexValues, digits: asciiHexDigits },
  'hex-ebcdic': { values: ebcdicHexValues, digits: ebcdicHexDigits },
} as const;

function rawContent(): Content {
  return {
    nibblesPerUnit: 2,
    bytesOf: (units) => units,
    decode(reader, bytes) {
      const start = reader.at;
      reader.at = start + bytes;
      return new Uint8Array(reader.bytes.subarray(start, start + bytes));
    },
    unitsOf: (value) => (value instanceof Uint8Array ? value.length : -1),
    encode(writer, value) {
      const bytes = value as Uint8Array;
      writer.reserve(bytes.length);
      writer.bytes.set(bytes, writer.at);
      writer.at += bytes.length;
      return true;
    },
  };
}

function hexContent(encoding: 'hex-ascii' | 'hex-ebcdic'): Content {
  const { values, digits } = hexWire[encoding];
  return {
    nibblesPerUnit: 4,
    bytesOf: (units) => units * 2,
    decode(reader, bytes, units) {
      const start = reader.at;
      const value = new Uint8Array(units);
      for (let i = 0; i < units; i++) {
        const high = values[reader.bytes[start + 2 * i]];
        const low = values[reader.bytes[start + 2 * i + 1]];
        if (high > 15) return reader.fail('bad-hex', start, start + 2 * i);
        if (low > 15) return reader.fail('bad-hex', start, start + 2 * i + 1);
        value[i] = (high << 4) | low;
      }
      reader.at = start + bytes;
      return value;
    },
    unitsOf: (value) => (value instanceof Uint8Array ? value.length : -1),
    encode(writer, value, units) {
      const bytes = value as Uint8Array;
      writer.reserve(units * 2);
      for (let i = 0; i < units; i++) {
        writer.bytes[writer.at++] = digits[bytes[i] >> 4];
        writer.bytes[writer.at++] = digits[bytes[i] & 15];
      }
      return true;
    },
  };
}

/** Content whose value is a `Uint8Array` of its own (never a view of the message). */
export function bytesContent(encoding: BytesEncoding): Content {
  return encoding === 'binary' ? rawContent() : hexContent(encoding);
}
