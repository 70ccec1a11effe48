// Text content: ASCII, EBCDIC 500 and 1047 by table, UTF-8 by its own rules (RFC 3629).
import { ebcdicTable } from '@chipswitch/bytes';
import type { FieldSpec, FieldValue, TextEncoding } from '../spec/spec-types.ts';
import { FAIL, type Reader, type Writer } from '../wire/cursor.ts';
import { charsetTables } from './charset.ts';
import type { Content } from './content-type.ts';

/** Byte to character code, and back; an entry above 0xFF does not exist on the wire. */
export interface SingleByteTable {
  readonly decode: Uint16Array;
  readonly encode: Uint16Array;
}

const none = 0xffff;

function asciiTable(): SingleByteTable {
  const table = Uint16Array.from({ length: 256 }, (_, code) => (code < 128 ? code : none));
  return { decode: table, encode: table };
}

function ebcdic(codePage: 500 | 1047): SingleByteTable {
  const { toLatin1, fromLatin1 } = ebcdicTable(codePage);
  return { decode: Uint16Array.from(toLatin1), encode: Uint16Array.from(fromLatin1) };
}

const singleByte: Readonly<Record<Exclude<TextEncoding, 'utf8'>, SingleByteTable>> = {
  ascii: asciiTable(),
  ebcdic: ebcdic(500),
  ebcdic1047: ebcdic(1047),
};

/** The conversion table of an encoding that has one byte a character. */
export function singleByteTable(encoding: Exclude<TextEncoding, 'utf8'>): SingleByteTable {
  return singleByte[encoding];
}

const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** Text of `count` bytes through a table; undefined when a byte has no character. */
export function decodeThroughTable(
  bytes: Uint8Array,
  start: number,
  count: number,
  table: Uint16Array,
): string | undefined {
  let text = '';
  for (let i = start; i < start + count; i++) {
    const code = table[bytes[i]];
    if (code > 0xff) return undefined;
    text += characters[code];
  }
  return text;
}

/** Offset of the first byte that has no character or one outside the set. */
function firstBad(
  bytes: Uint8Array,
  start: number,
  end: number,
  decode: Uint16Array,
  allowed: Uint8Array | undefined,
): number {
  for (let i = start; i < end; i++) {
    const code = decode[bytes[i]];
    if (code > 0xff || (allowed !== undefined && allowed[code] === 0)) return i;
  }
  return -1;
}

/** Content of one byte a character. */
export function textContent(spec: FieldSpec): Content {
  const encoding = (spec.data ?? 'ascii') as Exclude<TextEncoding, 'utf8'>;
  const table = singleByte[encoding];
  const charset = spec.charset === undefined ? undefined : charsetTables[spec.charset];
  return {
    nibblesPerUnit: 2,
    bytesOf: (units) => units,
    decode(reader, bytes) {
      const start = reader.at;
      const allowed = reader.lenientCharset ? undefined : charset;
      const bad = firstBad(reader.bytes, start, start + bytes, table.decode, allowed);
      if (bad >= 0) return reader.fail('bad-char', start, bad);
      reader.at = start + bytes;
      return decodeThroughTable(reader.bytes, start, bytes, table.decode) ?? FAIL;
    },
    unitsOf: (value) => (typeof value === 'string' ? value.length : -1),
    encode(writer, value) {
      const text = value as string;
      writer.reserve(text.length);
      const at = writer.at;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0xff || (charset !== undefined && charset[code] === 0)) {
          return writer.fail('bad-char');
        }
        const byte = table.encode[code];
        if (byte > 0xff) return writer.fail('bad-char');
        writer.bytes[at + i] = byte;
      }
      writer.at = at + text.length;
      return true;
    },
  };
}

/** Bytes of the UTF-8 sequence that starts with `byte`, or 0 when none does. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function bytesOfCharacters(reader: Reader, units: number, end: number): number {
  let at = reader.at;
  for (let i = 0; i < units; i++) {
    if (at >= end) return end - reader.at + 1;
    at += Math.max(1, sequenceLength(reader.bytes[at]));
  }
  return at - reader.at;
}

/** How many characters (code points) a text has; -1 when a surrogate stands alone. */
function codePoints(text: string): number {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) return -1;
    count++;
  }
  return count;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-8 content; a unit is a code point. */
export function utf8Content(spec: FieldSpec): Content {
  const charset = spec.charset === undefined ? undefined : charsetTables[spec.charset];
  const outside = (text: string): boolean => {
    if (charset === undefined) return false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0xff || charset[code] === 0) return true;
    }
    return false;
  };
  return {
    nibblesPerUnit: 2,
    bytesOf: (units, reader, end) =>
      reader === undefined || end === undefined ? units : bytesOfCharacters(reader, units, end),
    decode(reader, bytes) {
      const start = reader.at;
      const text = decodeUtf8(reader.bytes.subarray(start, start + bytes));
      if (text === undefined || (!reader.lenientCharset && outside(text))) {
        return reader.fail('bad-char', start);
      }
      reader.at = start + bytes;
      return text;
    },
    unitsOf: (value) => (typeof value === 'string' ? codePoints(value) : -1),
    encode(writer: Writer, value: FieldValue) {
      const text = value as string;
      if (outside(text)) return writer.fail('bad-char');
      const bytes = utf8Encoder.encode(text);
      writer.reserve(bytes.length);
      writer.bytes.set(bytes, writer.at);
      writer.at += bytes.length;
      return true;
    },
  };
}
