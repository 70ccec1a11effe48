// One element both ways: length prefix or fixed length, frame, head, padding, then content or subfields.
import { compositeOf } from '../composite/composite.ts';
import type { Composite, FieldCodec } from '../composite/subfields.ts';
import { bytesContent } from '../content/content-bytes.ts';
import { textContent } from '../content/content-text.ts';
import type { Content } from '../content/content-type.ts';
import { contentOf } from '../content/content.ts';
import { type LengthPrefix, lengthMax, lengthPrefix } from '../content/length-prefix.ts';
import type { FieldSpec, FieldValue } from '../spec/spec-types.ts';
import { type Decoded, FAIL, type Reader } from '../wire/cursor.ts';

/** What one counted unit is, in half bytes of the wire value. */
function nibblesPerCount(spec: FieldSpec, content: Content | undefined): number {
  const counts = spec.prefix?.counts ?? 'units';
  if (counts === 'bytes') return 2;
  if (counts === 'nibbles') return 1;
  return content === undefined ? 2 : content.nibblesPerUnit;
}

function fillerByte(spec: FieldSpec): number {
  if (spec.data === 'ebcdic' || spec.data === 'ebcdic1047') return 0x40;
  const text = spec.data === undefined || spec.data === 'ascii' || spec.data === 'utf8';
  return text && spec.sub === undefined ? 0x20 : 0;
}

function strip(text: string, pad: NonNullable<FieldSpec['pad']>): string {
  let start = 0;
  let end = text.length;
  if (pad.side === 'left') while (start < end && text[start] === pad.char) start++;
  else while (end > start && text[end - 1] === pad.char) end--;
  return text.slice(start, end);
}

/**
 * Whether an F that fills an odd number of digits stands where the spec puts it. A length in bytes
 * does not tell how many digits there are; a filler F does, since no digit is an F.
 */
function fillerFinder(spec: FieldSpec): (reader: Reader, bytes: number, end: number) => boolean {
  const packed = spec.data === 'bcd' || spec.data === 'nibble';
  if (!packed || (spec.odd !== 'leftF' && spec.odd !== 'rightF')) return () => false;
  const left = spec.odd === 'leftF';
  return (reader, bytes, end) => {
    if (bytes < 1 || reader.at + bytes > end) return false;
    return left
      ? reader.bytes[reader.at] >> 4 === 15
      : (reader.bytes[reader.at + bytes - 1] & 15) === 15;
  };
}

/**
 * Reads where the value ends, into `reader.valueBytes` and `reader.valueUnits`; `reader.at` is then at
 * its first byte. False when the reader holds an error.
 */
function extentReader(
  spec: FieldSpec,
  prefix: LengthPrefix | undefined,
  content: Content | undefined,
): (reader: Reader, end: number) => boolean {
  const perCount = nibblesPerCount(spec, content);
  const perUnit = content === undefined ? 2 : content.nibblesPerUnit;
  const max = spec.max ?? Number.POSITIVE_INFINITY;
  const counted = spec.prefix?.counts ?? 'units';
  const filled = fillerFinder(spec);
  const settle = (reader: Reader, end: number, units: number): boolean => {
    const bytes = content === undefined ? units : content.bytesOf(units, reader, end);
    reader.valueUnits = units;
    reader.valueBytes = bytes;
    return bytes >= 0 || reader.fail('bad-length', reader.at) !== FAIL;
  };
  const byPrefix = (reader: Reader, end: number): boolean => {
    const start = reader.at;
    const stated = (prefix as LengthPrefix).read(reader, end);
    if (stated === FAIL) return false;
    if (stated > max && !reader.lenientMax) return reader.fail('too-long', start) !== FAIL;
    let count = stated;
    if (spec.prefix?.inclusive === true) count -= ((reader.at - start) * 2) / perCount;
    if (count < 0 || !Number.isInteger(count)) return reader.fail('bad-length', start) !== FAIL;
    // No message goes on that far: said here, so that what follows counts in small numbers.
    if (count > lengthMax) return reader.fail('truncated', reader.at, end) !== FAIL;
    // A unit that is a character of several bytes is measured, all others are computed.
    if (counted === 'units' && spec.data === 'utf8') return settle(reader, end, count);
    const nibbles = count * perCount;
    const wholeBytes = Math.ceil(nibbles / 2);
    const units = spec.data === 'xn' ? xnUnits(spec, nibbles / 2) : nibbles / perUnit;
    if (counted === 'units') return settle(reader, end, count);
    if (perUnit > 1 && !Number.isInteger(units)) return reader.fail('bad-length', start) !== FAIL;
    reader.valueUnits = counted === 'bytes' && filled(reader, wholeBytes, end) ? units - 1 : units;
    reader.valueBytes = wholeBytes;
    return true;
  };
  if (prefix !== undefined) return byPrefix;
  const fixed = spec.data === 'xn' ? 1 + (spec.digits ?? 0) : spec.len;
  if (fixed !== undefined) return (reader, end) => settle(reader, end, fixed);
  return (reader, end) => {
    reader.valueBytes = end - reader.at;
    reader.valueUnits = (reader.valueBytes * 2) / perUnit;
    if (filled(reader, reader.valueBytes, end)) reader.valueUnits--;
    if (reader.valueUnits > max && !reader.lenientMax) {
      return reader.fail('too-long', reader.at) !== FAIL;
    }
    if (Number.isInteger(reader.valueUnits)) return true;
    return reader.fail('bad-length', reader.at) !== FAIL;
  };
}

function xnUnits(spec: FieldSpec, bytes: number): number {
  return spec.digitData === 'bcd' ? 1 + (bytes - 1) * 2 : bytes;
}

function headCodec(spec: FieldSpec): Content | undefined {
  if (spec.head === undefined) return undefined;
  const data = spec.head.data ?? 'binary';
  return data === 'binary' ? bytesContent(data) : textContent({ data });
}

/** Decodes the value between `reader.at` and `end`, whose units stand in `reader.valueUnits`. */
function valueDecoder(
  spec: FieldSpec,
  content: Content | undefined,
  composite: Composite | undefined,
  bounded: boolean,
): (reader: Reader, end: number) => Decoded {
  const { pad } = spec;
  const plain = (reader: Reader, end: number): Decoded => {
    if (composite !== undefined) return composite.decode(reader, end, bounded);
    const decoded = (content as Content).decode(reader, end - reader.at, reader.valueUnits);
    return pad === undefined || typeof decoded !== 'string' ? decoded : strip(decoded, pad);
  };
  const head = headCodec(spec);
  if (head === undefined) return plain;
  const headBytes = spec.head?.bytes ?? 0;
  const headUnits = (headBytes * 2) / (content?.nibblesPerUnit ?? 2);
  return (reader, end) => {
    if (reader.at + headBytes > end) return reader.fail('truncated', reader.at, end);
    const block = head.decode(reader, headBytes, headBytes);
    if (block === FAIL) return FAIL;
    reader.valueUnits -= headUnits;
    const rest = plain(reader, end);
    if (rest === FAIL) return FAIL;
    if (composite === undefined) return { head: block, value: rest };
    (rest as { [key: string]: FieldValue })['head'] = block;
    return rest;
  };
}

/** Checks the bytes that fill a frame after its value. */
function skipFiller(reader: Reader, from: number, to: number, filler: number): boolean {
  for (let i = from; i < to && !reader.lenientFiller; i++) {
    if (reader.bytes[i] !== filler) return reader.fail('bad-filler', from, i) !== FAIL;
  }
  reader.at = to;
  return true;
}

function decoderOf(
  spec: FieldSpec,
  content: Content | undefined,
  composite: Composite | undefined,
): Pick<FieldCodec, 'decode' | 'skip'> {
  const prefix = spec.prefix === undefined ? undefined : lengthPrefix(spec.prefix);
  const extentOf = extentReader(spec, prefix, content);
  const bounded = prefix !== undefined || spec.len !== undefined || spec.frame !== undefined;
  const value = valueDecoder(spec, content, composite, bounded);
  const { frame } = spec;
  const filler = fillerByte(spec);
  /** Where the element ends, or -1 when the reader holds an error. */
  const frameEndOf = (reader: Reader, end: number): number => {
    const elementAt = reader.at;
    if (!extentOf(reader, end)) return -1;
    const start = reader.at;
    if (frame !== undefined && reader.valueBytes > frame) {
      reader.fail('too-long', elementAt);
      return -1;
    }
    const frameEnd = start + (frame ?? reader.valueBytes);
    if (frameEnd <= end) return frameEnd;
    reader.fail('truncated', start, end);
    return -1;
  };
  const decode = (reader: Reader, end: number): Decoded => {
    const frameEnd = frameEndOf(reader, end);
    if (frameEnd < 0) return FAIL;
    const start = reader.at;
    const valueEnd = start + reader.valueBytes;
    const decoded = value(reader, valueEnd);
    if (decoded === FAIL) return FAIL;
    if (composite !== undefined && bounded && reader.at !== valueEnd) {
      if (!reader.lenientSubLength) {
        reader.partial = decoded;
        return reader.fail('sub-length', start, reader.at);
      }
      reader.at = valueEnd;
    }
    if (frameEnd > valueEnd && !skipFiller(reader, valueEnd, frameEnd, filler)) return FAIL;
    return decoded;
  };
  const skip = (reader: Reader, end: number): boolean => {
    if (composite !== undefined && !bounded) return decode(reader, end) !== FAIL;
    const frameEnd = frameEndOf(reader, end);
    if (frameEnd >= 0) reader.at = frameEnd;
    return frameEnd >= 0;
  };
  return { decode, skip };
}

/** Pads a text to a number of characters. */
function padTo(text: string, size: number, pad: NonNullable<FieldSpec['pad']>): string {
  return pad.side === 'left' ? text.padStart(size, pad.char) : text.padEnd(size, pad.char);
}

function contentEncoder(spec: FieldSpec, content: Content): FieldCodec['encode'] {
  const fixed = spec.data === 'xn' ? 1 + (spec.digits ?? 0) : spec.len;
  const { pad } = spec;
  // A prefix checks the maximum in what it counts; without one it is in units.
  const open = spec.prefix === undefined && fixed === undefined;
  const openMax = open && spec.max !== undefined ? spec.max : Number.POSITIVE_INFINITY;
  return (writer, value) => {
    let measured = content.unitsOf(value);
    // Text that has no length as UTF-8 holds half of a surrogate pair.
    if (measured < 0)
      return writer.fail(
        typeof value === 'string' && spec.data === 'utf8' ? 'bad-char' : 'bad-type',
      );
    if (measured > openMax) return writer.fail('too-long');
    let padded = value;
    if (fixed !== undefined && measured !== fixed) {
      if (measured > fixed) return writer.fail('too-long');
      if (pad === undefined || typeof value !== 'string') return writer.fail('too-short');
      padded = padTo(value, value.length + fixed - measured, pad);
      measured = fixed;
    }
    return content.encode(writer, padded, measured);
  };
}

function headSplit(value: FieldValue): { head: FieldValue; rest: FieldValue } | undefined {
  if (typeof value !== 'object' || value instanceof Uint8Array || Array.isArray(value)) {
    return undefined;
  }
  const { head, ...subfields } = value as { [key: string]: FieldValue };
  if (head === undefined) return undefined;
  return { head, rest: subfields };
}

/** Writes head and value, without length; `spec.frame` is filled. */
function bodyEncoder(
  spec: FieldSpec,
  content: Content | undefined,
  composite: Composite | undefined,
): FieldCodec['encode'] {
  const inner =
    composite === undefined ? contentEncoder(spec, content as Content) : composite.encode;
  const head = headCodec(spec);
  if (head === undefined) return inner;
  return (writer, value) => {
    const split = headSplit(value);
    if (split === undefined) return writer.fail('missing');
    const units = head.unitsOf(split.head);
    if (units < 0) return writer.fail('bad-type');
    if (units !== spec.head?.bytes)
      return writer.fail(units > (spec.head?.bytes ?? 0) ? 'too-long' : 'too-short');
    if (!head.encode(writer, split.head, units)) return false;
    if (composite !== undefined) return inner(writer, value);
    const rest = (split.rest as { value?: FieldValue }).value;
    return rest === undefined ? writer.fail('missing') : inner(writer, rest);
  };
}

/** Length to state for a value that took `bytes` bytes. */
function statedLength(
  spec: FieldSpec,
  content: Content | undefined,
  value: FieldValue,
  bytes: number,
): number {
  const counts = spec.prefix?.counts ?? 'units';
  if (counts === 'bytes' || content === undefined) return counts === 'nibbles' ? bytes * 2 : bytes;
  const plain = spec.head === undefined ? value : (value as { value: FieldValue }).value;
  const headUnits = ((spec.head?.bytes ?? 0) * 2) / content.nibblesPerUnit;
  const units = content.unitsOf(plain) + headUnits;
  return counts === 'nibbles' ? units * content.nibblesPerUnit : units;
}

/** Whether an even number of digits would be read back as an odd one: its F for the filler. */
function endsInFiller(value: string, spec: FieldSpec): boolean {
  const digit = value.at(spec.odd === 'leftF' ? 0 : -1);
  return value.length % 2 === 0 && (digit === 'F' || digit === 'f');
}

function prefixedEncoder(
  spec: FieldSpec,
  content: Content | undefined,
  body: FieldCodec['encode'],
): FieldCodec['encode'] {
  const prefix = lengthPrefix(spec.prefix as NonNullable<FieldSpec['prefix']>);
  const max = Math.min(spec.max ?? Number.POSITIVE_INFINITY, prefix.max);
  const perCount = nibblesPerCount(spec, content);
  const evenOnly =
    content?.nibblesPerUnit === 1 && spec.prefix?.counts === 'bytes' && spec.odd === undefined;
  const { pad } = spec;
  const fillerF =
    content?.nibblesPerUnit === 1 && spec.prefix?.counts === 'bytes' && spec.odd?.endsWith('F');
  return (writer, given) => {
    const start = writer.at;
    const odd = evenOnly && typeof given === 'string' && given.length % 2 === 1;
    // Padding makes whole bytes; without it half a byte cannot be stated.
    if (odd && pad === undefined) return writer.fail('bad-length');
    const value = odd && pad !== undefined ? padTo(given, given.length + 1, pad) : given;
    if (fillerF && typeof value === 'string' && endsInFiller(value, spec)) {
      return writer.fail('bad-char');
    }
    const room = prefix.bytes < 0 ? 1 : prefix.bytes;
    writer.reserve(room);
    writer.at = start + room;
    if (!body(writer, value)) {
      if (writer.offset === start + room) writer.offset = start;
      return false;
    }
    const bytes = writer.at - start - room;
    writer.at = start;
    let stated = statedLength(spec, content, value, bytes);
    const own = prefix.sizeOf(stated);
    if (spec.prefix?.inclusive === true) stated += (own * 2) / perCount;
    if (stated > max) return writer.fail('too-long');
    const size = prefix.sizeOf(stated);
    if (size > room) {
      writer.reserve(size + bytes);
      writer.bytes.copyWithin(start + size, start + room, start + room + bytes);
    }
    prefix.write(writer, stated);
    writer.at = start + size + bytes;
    return true;
  };
}

function encoderOf(
  spec: FieldSpec,
  content: Content | undefined,
  composite: Composite | undefined,
): FieldCodec['encode'] {
  const body = bodyEncoder(spec, content, composite);
  const sized = spec.prefix === undefined ? body : prefixedEncoder(spec, content, body);
  const fixedBytes = spec.frame ?? (composite === undefined ? undefined : spec.len);
  if (fixedBytes === undefined) return sized;
  const filler = fillerByte(spec);
  const prefixBytes = spec.prefix === undefined ? 0 : lengthPrefix(spec.prefix).bytes;
  return (writer, value) => {
    const start = writer.at;
    if (!sized(writer, value)) return false;
    const missing = start + prefixBytes + fixedBytes - writer.at;
    if (missing === 0) return true;
    if (missing < 0 || spec.frame === undefined) {
      writer.at = start;
      return writer.fail(missing < 0 ? 'too-long' : 'too-short');
    }
    writer.reserve(missing);
    writer.bytes.fill(filler, writer.at, writer.at + missing);
    writer.at += missing;
    return true;
  };
}

/** Compiles an element spec. */
export function fieldCodec(spec: FieldSpec): FieldCodec {
  const composite = spec.sub === undefined ? undefined : compositeOf(spec.sub, fieldCodec);
  const content = composite === undefined ? contentOf(spec) : undefined;
  return {
    spec,
    ...decoderOf(spec, content, composite),
    encode: encoderOf(spec, content, composite),
  };
}
