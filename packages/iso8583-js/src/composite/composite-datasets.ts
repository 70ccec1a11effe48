// Datasets of ISO 8583:2003 (4.4): identifier, two-byte length, then TLV (to 70) or bitmap elements (from 71).
import { hexDigitValue, toHex } from '@chipswitch/bytes';
import type { Dataset, DatasetsSpec, FieldSpecs, FieldValue } from '../spec/spec-types.ts';
import { type Decoded, FAIL, type Reader, type Writer, traced } from '../wire/cursor.ts';
import { tlvComposite } from './composite-tlv.ts';
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

/** Identifiers from here on hold elements announced by a dataset bitmap. */
const firstBitmapDataset = 0x71;
const bitmapBytesMax = 32;

interface Elements {
  readonly codecs: ReadonlyMap<string, FieldCodec>;
  /** The TLV part: known tags by their spec, others kept as bytes. */
  readonly tlv: Composite;
}

function elementsOf(fields: FieldSpecs, compile: CompileField): Elements {
  const tags: { [key: string]: FieldSpecs[string] } = {};
  for (const [key, spec] of Object.entries(fields)) {
    const tagged = /^[0-9A-F]{2,8}$/.test(key);
    if (tagged) tags[key] = spec.prefix === undefined ? { ...withoutLength(spec) } : spec;
  }
  return {
    codecs: compileFields(fields, compile),
    tlv: tlvComposite(
      { kind: 'tlv', tag: { data: 'ber' }, fields: tags, unknown: 'keep' },
      compile,
    ),
  };
}

function withoutLength(spec: FieldSpecs[string]): FieldSpecs[string] {
  const { len: _len, ...rest } = spec;
  return { ...rest, prefix: { data: 'ber', size: 0 } };
}

/** Elements that the chained dataset bitmap announces, and whether TLV elements follow. */
function readElementBitmap(
  reader: Reader,
  end: number,
  set: number[],
): { tlv: boolean } | typeof FAIL {
  const start = reader.at;
  if (start + 2 > end) return reader.fail('truncated', start, end);
  // The first word and each byte after it: bit 1 announces another byte, the last bit of all TLV data.
  const pending: number[] = [];
  let element = 1;
  let size = 2;
  for (;;) {
    if (reader.at + size > end) return reader.fail('truncated', start, end);
    if (reader.at - start > bitmapBytesMax) return reader.fail('bad-length', start);
    const first = reader.at;
    reader.at += size;
    const more = (reader.bytes[first] & 0x80) !== 0;
    const bits = size * 8;
    for (let bit = 1; bit < bits; bit++) {
      const on = (reader.bytes[first + (bit >> 3)] & (0x80 >> (bit & 7))) !== 0;
      const last = bit === bits - 1;
      if (last && !more) {
        set.push(...pending);
        return { tlv: on };
      }
      if (on) pending.push(element);
      element++;
    }
    size = 1;
  }
}

function decodeBitmapDataset(reader: Reader, end: number, elements: Elements): Decoded {
  const set: number[] = [];
  const values: SubValues = {};
  const bitmap = readElementBitmap(reader, end, set);
  if (bitmap === FAIL) return FAIL;
  for (const number of set) {
    const codec = elements.codecs.get(String(number));
    const value =
      codec === undefined
        ? reader.fail('undefined-field', reader.at)
        : traced(reader, String(number), reader.at, () => codec.decode(reader, end));
    if (value === FAIL) return failIn(reader, String(number), values);
    values[number] = value;
  }
  if (!bitmap.tlv) return values;
  const tagged = elements.tlv.decode(reader, end, true);
  if (tagged === FAIL) return FAIL;
  Object.assign(values, tagged);
  rememberTagOrder(values, [...set.map(String), ...keysInTagOrder(tagged as SubValues)]);
  return values;
}

function decodeDataset(
  reader: Reader,
  end: number,
  elementsFor: (id: string) => Elements,
): Dataset | typeof FAIL {
  const start = reader.at;
  const id = toHex(reader.bytes, start, start + 1);
  if (start + 3 > end) {
    reader.path.unshift(id);
    return reader.fail('truncated', start, end);
  }
  const length = (reader.bytes[start + 1] << 8) | reader.bytes[start + 2];
  const contentAt = start + 3;
  const contentEnd = contentAt + length;
  reader.at = contentAt;
  let elements: Decoded;
  if (contentEnd > end) elements = reader.fail('truncated', contentAt, end);
  else if (reader.bytes[start] >= firstBitmapDataset) {
    elements = decodeBitmapDataset(reader, contentEnd, elementsFor(id));
  } else elements = elementsFor(id).tlv.decode(reader, contentEnd, true);
  if (elements !== FAIL && reader.at !== contentEnd) {
    elements = reader.fail('sub-length', contentAt, reader.at);
  }
  if (elements === FAIL) {
    reader.path.unshift(id);
    return FAIL;
  }
  return { id, elements: elements as Dataset['elements'] };
}

function writeElementBitmap(writer: Writer, set: readonly number[], tlv: boolean): void {
  const highest = set.length === 0 ? 0 : set[set.length - 1];
  // One word holds elements 1 to 14; continued it holds 15, and each byte then 7, the last one 6.
  let extra = 0;
  while (highest > (extra === 0 ? 14 : 15 + 7 * (extra - 1) + 6)) extra++;
  const bitmap = new Uint8Array(2 + extra);
  for (const element of set) {
    const bit =
      element <= 15 ? element : 16 + Math.floor((element - 16) / 7) * 8 + 1 + ((element - 16) % 7);
    bitmap[bit >> 3] |= 0x80 >> (bit & 7);
  }
  if (extra > 0) bitmap[0] |= 0x80;
  for (let i = 2; i < bitmap.length - 1; i++) bitmap[i] |= 0x80;
  if (tlv) bitmap[bitmap.length - 1] |= 1;
  writer.reserve(bitmap.length);
  writer.bytes.set(bitmap, writer.at);
  writer.at += bitmap.length;
}

function encodeBitmapDataset(writer: Writer, values: SubValues, elements: Elements): boolean {
  const keys = Object.keys(values).filter((key) => values[key] !== undefined);
  const set = keys
    .filter((key) => elements.codecs.has(key) && /^[1-9][0-9]{0,2}$/.test(key))
    .map(Number)
    .sort((a, b) => a - b);
  const numbered = new Set(set.map(String));
  const tagged: SubValues = {};
  const order = keysInTagOrder(values).filter((key) => !numbered.has(key));
  for (const key of order) tagged[key] = values[key];
  rememberTagOrder(tagged, order);
  writeElementBitmap(writer, set, order.length > 0);
  for (const number of set) {
    const codec = elements.codecs.get(String(number)) as FieldCodec;
    const value = values[number] as FieldValue;
    if (!codec.encode(writer, value)) return failInWrite(writer, String(number));
  }
  return order.length === 0 || elements.tlv.encode(writer, tagged);
}

function encodeDataset(
  writer: Writer,
  dataset: Dataset,
  elementsFor: (id: string) => Elements,
): boolean {
  const id = dataset.id;
  const high = hexDigitValue(id.charCodeAt(0));
  const low = id.length === 2 ? hexDigitValue(id.charCodeAt(1)) : -1;
  const values = subValues(dataset.elements);
  if (high < 0 || low < 0 || values === undefined) return writer.fail('bad-type');
  const identifier = (high << 4) | low;
  const start = writer.at;
  writer.reserve(3);
  writer.at += 3;
  const elements = elementsFor(id);
  const written =
    identifier >= firstBitmapDataset
      ? encodeBitmapDataset(writer, values, elements)
      : elements.tlv.encode(writer, values);
  if (!written) return false;
  const length = writer.at - start - 3;
  if (length > 0xffff) return writer.fail('too-long');
  writer.bytes[start] = identifier;
  writer.bytes[start + 1] = length >> 8;
  writer.bytes[start + 2] = length & 0xff;
  return true;
}

/** The codec of a sequence of datasets. */
export function datasetsComposite(spec: DatasetsSpec, compile: CompileField): Composite {
  const shared = elementsOf(spec.elements, compile);
  const own = new Map(
    Object.entries(spec.datasets ?? {}).map(([id, fields]) => [id, elementsOf(fields, compile)]),
  );
  const elementsFor = (id: string): Elements => own.get(id) ?? shared;
  return {
    decode(reader, end): Decoded {
      const datasets: Dataset[] = [];
      while (reader.at < end) {
        const id = toHex(reader.bytes, reader.at, reader.at + 1);
        const dataset = traced(
          reader,
          id,
          reader.at,
          () => decodeDataset(reader, end, elementsFor) as Decoded,
        ) as Dataset | typeof FAIL;
        if (dataset === FAIL) {
          reader.partial = datasets;
          return FAIL;
        }
        datasets.push(dataset);
      }
      return datasets;
    },
    encode(writer, value) {
      if (!Array.isArray(value)) return writer.fail('bad-type');
      for (const dataset of value as readonly Dataset[]) {
        if (typeof dataset?.id !== 'string') return writer.fail('bad-type');
        if (!encodeDataset(writer, dataset, elementsFor)) return failInWrite(writer, dataset.id);
      }
      return true;
    },
  };
}
