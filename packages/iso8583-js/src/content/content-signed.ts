// Signed amounts: x+n (a sign character, then digits: ISO 8583:1987 4.2) and EBCDIC zoned decimal.
import type { FieldSpec } from '../spec/spec-types.ts';
import { FAIL } from '../wire/cursor.ts';
import { packedContent } from './content-packed.ts';
import { singleByteTable, textContent } from './content-text.ts';
import type { Content } from './content-type.ts';

/** Content of x+n: the value is the sign character and the digits, 'D00123'. */
export function signedContent(spec: FieldSpec): Content {
  const sign = singleByteTable(spec.signData ?? 'ascii');
  const digitData = spec.digitData ?? 'ascii';
  const digits: Content =
    digitData === 'bcd'
      ? packedContent({ data: 'bcd', odd: spec.odd ?? 'left0' })
      : textContent({ data: digitData, charset: 'n' });
  return {
    nibblesPerUnit: 2,
    bytesOf: (units) => (units < 1 ? -1 : 1 + digits.bytesOf(units - 1)),
    decode(reader, bytes, units) {
      const start = reader.at;
      const code = sign.decode[reader.bytes[start]];
      const allowed = spec.signs === undefined || spec.signs.includes(String.fromCharCode(code));
      if (code > 0xff || !allowed) return reader.fail('bad-sign', start);
      reader.at = start + 1;
      const value = digits.decode(reader, bytes - 1, units - 1);
      if (value === FAIL) {
        reader.offset = start;
        return FAIL;
      }
      return String.fromCharCode(code) + (value as string);
    },
    unitsOf: (value) => (typeof value === 'string' ? value.length : -1),
    encode(writer, value, units) {
      const text = value as string;
      if (units < 1) return writer.fail('too-short');
      const code = text.charCodeAt(0);
      const byte = code < 256 ? sign.encode[code] : 0xffff;
      if (byte > 0xff) return writer.fail('bad-sign');
      if (spec.signs !== undefined && !spec.signs.includes(text[0])) return writer.fail('bad-sign');
      writer.reserve(1);
      writer.bytes[writer.at++] = byte;
      return digits.encode(writer, text.slice(1), units - 1);
    },
  };
}

/** EBCDIC zoned decimal: zones F, the last zone C or F for plus, D for minus; '-' is no unit. */
export function zonedContent(): Content {
  return {
    nibblesPerUnit: 2,
    bytesOf: (units) => units,
    decode(reader, bytes) {
      const start = reader.at;
      let text = '';
      for (let i = start; i < start + bytes; i++) {
        const byte = reader.bytes[i];
        if ((byte & 15) > 9) return reader.fail('bad-digit', start, i);
        const zone = byte >> 4;
        const last = i === start + bytes - 1;
        if (last && zone !== 0xf && zone !== 0xc && zone !== 0xd) {
          return reader.fail('bad-sign', start, i);
        }
        if (!last && zone !== 0xf) return reader.fail('bad-char', start, i);
        text += byte & 15;
        if (last && zone === 0xd) text = `-${text}`;
      }
      reader.at = start + bytes;
      return text;
    },
    unitsOf: (value) => {
      if (typeof value !== 'string') return -1;
      return value.startsWith('-') ? value.length - 1 : value.length;
    },
    encode(writer, value, units) {
      const text = value as string;
      const negative = text.startsWith('-');
      const first = negative ? 1 : 0;
      writer.reserve(units);
      for (let i = 0; i < units; i++) {
        const digit = text.charCodeAt(first + i) - 48;
        if (digit < 0 || digit > 9) return writer.fail('bad-digit');
        const zone = negative && i === units - 1 ? 0xd0 : 0xf0;
        writer.bytes[writer.at + i] = zone | digit;
      }
      writer.at += units;
      return true;
    },
  };
}
