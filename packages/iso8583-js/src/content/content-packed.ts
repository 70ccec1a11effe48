// Packed content: two decimal or hexadecimal digits a byte, with a filler nibble for an odd count.
import { hexDigitValue } from '@chipswitch/bytes';
import type { FieldSpec, Odd } from '../spec/spec-types.ts';
import type { Content } from './content-type.ts';

const digitsUpper = '0123456789ABCDEF';

/** Whether an odd number of digits is filled on the left, and with which nibble. */
export function fillerOf(odd: Odd | undefined): { left: boolean; nibble: number } {
  return {
    left: odd === undefined || odd === 'left0' || odd === 'leftF',
    nibble: odd === 'leftF' || odd === 'rightF' ? 15 : 0,
  };
}

/** Nibble values of characters: digits (hex digits when `hex`), and the separator. */
function nibblesOf(hex: boolean, sep: number): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => {
    const value = hexDigitValue(code);
    if (sep >= 0 && code === 61) return sep;
    if (value === sep && value >= 0) return value;
    return value < 0 || (value > 9 && !hex) ? 0xff : value;
  });
}

/** Packed digits: `bcd` allows 0-9 and the separator, `nibble` every hex digit. */
export function packedContent(spec: FieldSpec): Content {
  const hex = spec.data === 'nibble';
  const sep = spec.sep === undefined ? -1 : Number.parseInt(spec.sep, 16);
  const filler = fillerOf(spec.odd);
  const decimalOnly = !hex || spec.charset === 'n';
  // Of packed decimal a nibble above 9 is no digit; among hex digits it is one the charset forbids.
  const badDigit = hex ? 'bad-char' : 'bad-digit';
  const shown = Array.from({ length: 16 }, (_, nibble) => {
    if (nibble === sep) return '=';
    return nibble > 9 && decimalOnly ? '' : digitsUpper[nibble];
  });
  const nibbles = nibblesOf(!decimalOnly, sep);
  return {
    nibblesPerUnit: 1,
    bytesOf: (units) => (units + 1) >> 1,
    decode(reader, bytes, units) {
      const start = reader.at;
      const odd = units % 2 === 1;
      const first = odd && filler.left ? 1 : 0;
      let text = '';
      for (let i = first; i < first + units; i++) {
        const byte = reader.bytes[start + (i >> 1)];
        const character = shown[i % 2 === 0 ? byte >> 4 : byte & 15];
        if (character === '') return reader.fail(badDigit, start, start + (i >> 1));
        text += character;
      }
      if (odd && !reader.lenientFiller) {
        const at = filler.left ? start : start + bytes - 1;
        const nibble = filler.left ? reader.bytes[at] >> 4 : reader.bytes[at] & 15;
        // Where a 0 is due, a nibble that no digit can be is told as what it is.
        const noDigit = decimalOnly && nibble > 9 && filler.nibble === 0;
        if (nibble !== filler.nibble) {
          return reader.fail(noDigit ? badDigit : 'bad-filler', start, at);
        }
      }
      reader.at = start + bytes;
      return text;
    },
    unitsOf: (value) => (typeof value === 'string' ? value.length : -1),
    encode(writer, value, units) {
      const text = value as string;
      const size = (units + 1) >> 1;
      writer.reserve(size);
      const odd = units % 2 === 1;
      const shift = odd && filler.left ? 1 : 0;
      const nibbleAt = (position: number): number => {
        const index = position - shift;
        if (index < 0 || index >= units) return filler.nibble;
        const code = text.charCodeAt(index);
        return code < 128 ? nibbles[code] : 0xff;
      };
      for (let i = 0; i < size; i++) {
        const high = nibbleAt(2 * i);
        const low = nibbleAt(2 * i + 1);
        if (high > 15 || low > 15) return writer.fail('bad-digit');
        writer.bytes[writer.at + i] = (high << 4) | low;
      }
      writer.at += size;
      return true;
    },
  };
}
