// Tagged subfields: BER-TLV (ISO/IEC 8825-1), ASCII, EBCDIC and binary tags, length before or after the tag.
import { hexDigitValue, toHex } from '@chipswitch/bytes';
import { decodeThroughTable, singleByteTable } from '../content/content-text.ts';
import { type LengthPrefix, lengthPrefix } from '../content/length-prefix.ts';
import type { FieldSpec, FieldValue, TlvSpec } from '../spec/spec-types.ts';
import { type Decoded, FAIL, type Reader, type Writer, traced } from '../wire/cursor.ts';
import {
  type CompileField,
  type Composite,
  type FieldCodec,
  type SubValues,
  compileFields,
  failIn,
  failInWrite,
  subValues,
} from './subfields.ts';
import { keysInTagOrder, rememberTagOrder } from './tag-order.ts';

/** Reads and writes tags; a key is the tag's text, or its hex in upper case. */
interface TagCodec {
  readonly read: (reader: Reader, end: number) => string | typeof FAIL;
  readonly write: (writer: Writer, key: string) => boolean;
  /** Bytes a key takes. */
  readonly sizeOf: (key: string) => number;
}

/** Longest BER tag that is read: EMV uses up to three bytes, ISO/IEC 7816-4 allows up to three. */
const berTagBytesMax = 4;

/** Reads a BER tag as hex. */
export function readBerTag(reader: Reader, end: number): string | typeof FAIL {
  const start = reader.at;
  if (start >= end) return reader.fail('truncated', start, end);
  let at = start + 1;
  if ((reader.bytes[start] & 0x1f) === 0x1f) {
    for (;;) {
      if (at >= end) return reader.fail('truncated', start, end);
      if (at - start >= berTagBytesMax) return reader.fail('undefined-tag', start);
      if ((reader.bytes[at++] & 0x80) === 0) break;
    }
  }
  reader.at = at;
  return toHex(reader.bytes, start, at);
}

function writeHexTag(writer: Writer, key: string): boolean {
  writer.reserve(key.length / 2);
  for (let i = 0; i < key.length; i += 2) {
    const byte = (hexDigitValue(key.charCodeAt(i)) << 4) | hexDigitValue(key.charCodeAt(i + 1));
    if (byte < 0) return writer.fail('undefined-tag');
    writer.bytes[writer.at++] = byte;
  }
  return true;
}

function isBerTag(key: string): boolean {
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(key) || key.length > berTagBytesMax * 2) return false;
  const bytes = Array.from({ length: key.length / 2 }, (_, i) =>
    Number.parseInt(key.slice(2 * i, 2 * i + 2), 16),
  );
  if ((bytes[0] & 0x1f) !== 0x1f) return bytes.length === 1;
  const last = bytes.length - 1;
  return last > 0 && bytes.every((byte, i) => i === 0 || ((byte & 0x80) === 0) === (i === last));
}

const berTags: TagCodec = {
  read: readBerTag,
  write: (writer, key) => (isBerTag(key) ? writeHexTag(writer, key) : writer.fail('undefined-tag')),
  sizeOf: (key) => key.length / 2,
};

function withoutZeros(text: string): string {
  return text.replace(/^0+(?=.)/, '');
}

function fixedBytesTags(size: number, stripZeros: boolean): TagCodec {
  return {
    read(reader, end) {
      const start = reader.at;
      if (start + size > end) return reader.fail('truncated', start, end);
      reader.at = start + size;
      const text = toHex(reader.bytes, start, start + size);
      return stripZeros ? withoutZeros(text) : text;
    },
    write(writer, key) {
      const text = stripZeros ? key.padStart(size * 2, '0') : key;
      return text.length === size * 2 ? writeHexTag(writer, text) : writer.fail('undefined-tag');
    },
    sizeOf: () => size,
  };
}

function textTags(
  encoding: 'ascii' | 'ebcdic' | 'ebcdic1047',
  size: number,
  stripZeros: boolean,
): TagCodec {
  const table = singleByteTable(encoding);
  return {
    read(reader, end) {
      const start = reader.at;
      if (start + size > end) return reader.fail('truncated', start, end);
      const text = decodeThroughTable(reader.bytes, start, size, table.decode);
      if (text === undefined) return reader.fail('bad-char', start);
      // A key that would be no key of an object but its prototype.
      if (text === '__proto__') return reader.fail('undefined-tag', start);
      reader.at = start + size;
      return stripZeros ? withoutZeros(text) : text;
    },
    write(writer, key) {
      const text = stripZeros ? key.padStart(size, '0') : key;
      if (text.length !== size) return writer.fail('undefined-tag');
      writer.reserve(size);
      for (let i = 0; i < size; i++) {
        const code = text.charCodeAt(i);
        const byte = code < 256 ? table.encode[code] : 0xffff;
        if (byte > 0xff) return writer.fail('undefined-tag');
        writer.bytes[writer.at++] = byte;
      }
      return true;
    },
    sizeOf: () => size,
  };
}

function tagCodec(spec: TlvSpec['tag']): TagCodec {
  switch (spec.data) {
    case 'ber':
      return berTags;
    case 'binary':
      return fixedBytesTags(spec.len ?? 1, spec.stripZeros === true);
    case 'ascii':
    case 'ebcdic':
    case 'ebcdic1047':
      return textTags(spec.data, spec.len ?? 1, spec.stripZeros === true);
  }
}

/** Subfields in order of arrival, and how often each tag has come. */
class Arrivals {
  readonly values: SubValues = {};
  readonly order: string[] = [];
  readonly #counts = new Map<string, number>();

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** Puts a value under its tag; a tag that comes again makes a list. */
  put(key: string, value: FieldValue): void {
    const count = this.#counts.get(key) ?? 0;
    const before = this.values[key];
    if (count === 0 || before === undefined) this.values[key] = value;
    else if (count === 1) this.values[key] = [before, value];
    else (before as FieldValue[]).push(value);
    this.#counts.set(key, count + 1);
    this.order.push(key);
  }
}

/** What is needed to read or write one tagged subfield. */
interface Tagged {
  readonly tags: TagCodec;
  readonly codecs: ReadonlyMap<string, FieldCodec>;
  /** Length of unknown tags, and of every tag when it comes first. */
  readonly length: LengthPrefix | undefined;
  readonly unknown: 'error' | 'skip' | 'keep';
  /** Codec of an unknown tag's value: with its length, or bare when the length came first. */
  readonly unknownCodec: FieldCodec;
}

function skipped(reader: Reader, end: number, tagged: Tagged): true | typeof FAIL {
  const length = (tagged.length as LengthPrefix).read(reader, end);
  if (length === FAIL) return FAIL;
  if (reader.at + length > end) return reader.fail('truncated', reader.at, end);
  reader.at += length;
  return true;
}

/** One subfield in the order tag, length, value. */
function decodeTagFirst(
  reader: Reader,
  end: number,
  tagged: Tagged,
  emit: (key: string, value: FieldValue) => boolean,
): string | true {
  const start = reader.at;
  const key = tagged.tags.read(reader, end);
  if (key === FAIL) return '';
  const codec = tagged.codecs.get(key);
  if (codec === undefined && tagged.unknown === 'error') {
    reader.fail('undefined-tag', start);
    return key;
  }
  if (codec === undefined && tagged.unknown === 'skip') {
    return skipped(reader, end, tagged) === FAIL ? key : true;
  }
  const found = codec ?? tagged.unknownCodec;
  const value = traced(reader, key, start, () => found.decode(reader, end));
  if (value === FAIL || !emit(key, value)) return key;
  return true;
}

/** One subfield in the order length, tag, value; the length covers tag and value. */
function decodeLengthFirst(
  reader: Reader,
  end: number,
  tagged: Tagged,
  emit: (key: string, value: FieldValue) => boolean,
): string | true {
  const start = reader.at;
  const length = (tagged.length as LengthPrefix).read(reader, end);
  if (length === FAIL) return '';
  const tagAt = reader.at;
  const valueEnd = tagAt + length;
  if (valueEnd > end) {
    reader.fail('truncated', tagAt, end);
    return '';
  }
  const key = tagged.tags.read(reader, valueEnd);
  if (key === FAIL) {
    // The bytes of the tag are there, but the length that covers them is shorter than a tag.
    if (reader.code === 'truncated') reader.fail('bad-length', start);
    return '';
  }
  const codec = tagged.codecs.get(key);
  if (codec === undefined && tagged.unknown === 'error') {
    reader.fail('undefined-tag', start, tagAt);
    return key;
  }
  if (codec === undefined && tagged.unknown === 'skip') {
    reader.at = valueEnd;
    return true;
  }
  const valueAt = reader.at;
  const found = codec ?? tagged.unknownCodec;
  const value = traced(reader, key, start, () => found.decode(reader, valueEnd));
  if (value === FAIL) {
    // Too long by its own maximum: it is the length in front of the tag that says so.
    const stated = found.spec.prefix === undefined && reader.path.length === 0;
    if (reader.code === 'too-long' && stated) reader.offset = start;
    return key;
  }
  if (reader.at !== valueEnd) {
    reader.fail('sub-length', valueAt, reader.at);
    return key;
  }
  return emit(key, value) ? true : key;
}

function decodeTagged(spec: TlvSpec, tagged: Tagged, reader: Reader, end: number): Decoded {
  const arrivals = new Arrivals();
  const { values } = arrivals;
  const emit = (key: string, value: FieldValue): boolean => {
    if (spec.repeat === 'error' && arrivals.has(key)) {
      reader.fail('repeated-tag', reader.at);
      return false;
    }
    arrivals.put(key, value);
    return true;
  };
  const next = spec.lengthFirst === true ? decodeLengthFirst : decodeTagFirst;
  while (reader.at < end) {
    // ISO/IEC 7816-4 5.2.2.2: '00' bytes may stand before, between and after BER-TLV objects.
    if (spec.tag.data === 'ber' && reader.bytes[reader.at] === 0) {
      reader.at++;
      continue;
    }
    const done = next(reader, end, tagged, emit);
    if (done === true) continue;
    if (done !== '') return failIn(reader, done, values);
    reader.partial = values as FieldValue;
    return FAIL;
  }
  rememberTagOrder(values, arrivals.order);
  return values;
}

function encodeOne(
  writer: Writer,
  key: string,
  value: FieldValue,
  tagged: Tagged,
  lengthFirst: boolean,
): boolean {
  const codec = tagged.codecs.get(key) ?? tagged.unknownCodec;
  if (!tagged.codecs.has(key) && tagged.unknown !== 'keep') return writer.fail('undefined-tag');
  if (!lengthFirst) return tagged.tags.write(writer, key) && codec.encode(writer, value);
  const length = tagged.length as LengthPrefix;
  const content: Writer = new (writer.constructor as new () => Writer)();
  if (!tagged.tags.write(content, key) || !codec.encode(content, value)) {
    writer.path = content.path;
    return writer.fail(content.code ?? 'bad-type');
  }
  if (content.at > length.max) return writer.fail('too-long');
  length.write(writer, content.at);
  writer.reserve(content.at);
  writer.bytes.set(content.bytes.subarray(0, content.at), writer.at);
  writer.at += content.at;
  return true;
}

/** Values in the order in which they are written: the n-th arrival of a tag is the n-th of its list. */
function* inOrder(values: SubValues): Generator<readonly [string, FieldValue]> {
  const counts = new Map<string, number>();
  for (const key of keysInTagOrder(values)) {
    if (key === 'head') continue;
    const value = values[key] as FieldValue;
    const list = Array.isArray(value) ? (value as readonly FieldValue[]) : [value];
    const index = counts.get(key) ?? 0;
    if (index < list.length) yield [key, list[index]];
    counts.set(key, index + 1);
  }
  for (const [key, count] of counts) {
    const value = values[key];
    if (!Array.isArray(value)) continue;
    for (const rest of value.slice(count) as FieldValue[]) yield [key, rest];
  }
}

function withoutPrefix(spec: FieldSpec): FieldSpec {
  const { prefix: _prefix, max: _max, ...bare } = spec;
  return bare;
}

/** The codec of tagged subfields. */
export function tlvComposite(spec: TlvSpec, compile: CompileField): Composite {
  const lengthFirst = spec.lengthFirst === true;
  const lengthSpec =
    spec.length ??
    Object.values(spec.fields).find((field) => field.prefix !== undefined)?.prefix ??
    (spec.tag.data === 'ber' ? { data: 'ber' as const, size: 0 } : undefined);
  const bare = lengthFirst && spec.length === undefined;
  const value: FieldSpec = spec.value ?? { data: 'binary' };
  const unknownSpec: FieldSpec =
    lengthFirst || lengthSpec === undefined || value.prefix !== undefined
      ? value
      : { ...value, prefix: lengthSpec };
  const tagged: Tagged = {
    tags: tagCodec(spec.tag),
    codecs: compileFields(spec.fields, (field) => compile(bare ? withoutPrefix(field) : field)),
    length: lengthSpec === undefined ? undefined : lengthPrefix(lengthSpec),
    unknown: spec.unknown ?? 'error',
    unknownCodec: compile(unknownSpec),
  };
  return {
    decode: (reader, end) => decodeTagged(spec, tagged, reader, end),
    encode(writer, values) {
      const subfields = subValues(values);
      if (subfields === undefined) return writer.fail('bad-type');
      for (const [key, value] of inOrder(subfields)) {
        if (!encodeOne(writer, key, value, tagged, lengthFirst)) return failInWrite(writer, key);
      }
      return true;
    },
  };
}
