// Kinds of emv vectors about bytes: TLV, object lists, file locator, static data, QR codes.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type QrObject,
  caKeyChecksum,
  decodeAfl,
  fillEmvDol,
  parseConsumerQr,
  parseMerchantQr,
  staticDataOf,
} from '@chipswitch/emv';
import {
  type PaddingByte,
  type TlvInput,
  type TlvNode,
  encodeTlv,
  parseDol,
  parseTlv,
  tagHex,
} from '@chipswitch/tlv';
import * as v from 'valibot';
import {
  boolean,
  bytes,
  bytesByTag,
  bytesOf,
  hex,
  list,
  maybe,
  number,
  object,
  oneOf,
  refusal,
  refusalAt,
  row,
  saying,
  someOf,
  text,
} from '../forms.ts';
import { type Kinds, kind, shown } from '../kind.ts';
import { caKey } from './emv-oda.ts';

/** Tags and values in order; a constructed object holds such a list of its own. */
type Tree = readonly (readonly [tag: string, content: string | Tree])[];
const plainTag = v.pipe(v.string(), v.regex(/^(?:[0-9A-F]{2}){1,4}$/), v.title('tag'));
const plainHex = v.pipe(v.string(), v.regex(/^(?:[0-9A-F]{2})*$/), v.title('hex'));
const tree: v.GenericSchema<unknown, Tree> = v.pipe(
  v.lazy(() => v.array(v.strictTuple([plainTag, v.union([plainHex, tree])]))),
  v.title('tree'),
);

function treeOf(nodes: readonly TlvNode[]): Tree {
  return nodes.map((node) => [
    tagHex(node.tag),
    node.children === undefined ? toHex(node.value) : treeOf(node.children),
  ]);
}

const inputsOf = (objects: Tree): TlvInput[] =>
  objects.map(([name, content]) => [
    Number.parseInt(name, 16),
    typeof content === 'string' ? fromHex(content) : inputsOf(content),
  ]);

const tlvWords = [
  'tag-truncated',
  'tag-too-long',
  'length-truncated',
  'length-indefinite',
  'length-too-long',
  'value-truncated',
] as const;

const tlv: Kinds = {
  'tlv-parse': kind({
    about: 'Bytes to data objects, duplicates kept (Book 3 annex B).',
    input: object({
      hex: bytes,
      padding: maybe(saying(someOf(oneOf('00', 'FF')), 'filler between objects')),
    }),
    expect: object({ tree }),
    mayBeEmpty: 'there may be nothing but filler',
    refusal: refusalAt(...tlvWords),
    run: ({ hex: bytes, padding }) => {
      const fillers = padding?.map((one) => Number.parseInt(one, 16) as PaddingByte);
      const result = parseTlv(bytes, fillers === undefined ? {} : { padding: fillers });
      if (result.ok) return { tree: treeOf(result.nodes) };
      return { error: result.error.code, at: result.error.offset };
    },
  }),
  'tlv-build': kind({
    about: 'Data objects to bytes, the shortest length octets.',
    input: object({ tree }),
    expect: object({ hex: bytes }),
    run: ({ tree: objects }) => ({ hex: encodeTlv(inputsOf(objects)) }),
  }),
  'dol-parse': kind({
    about: 'A data object list and the length of its data (Book 3 section 5.4).',
    input: object({ hex }),
    expect: object({ entries: list(row([plainTag, number])), dataLength: number }),
    refusal: object({
      error: oneOf('tag-truncated', 'tag-too-long', 'length-truncated'),
      at: number,
      entriesBefore: list(row([plainTag, number])),
    }),
    run: ({ hex: bytes }) => {
      const result = parseDol(bytes);
      const entries = result.entries.map((entry) => [tagHex(entry.tag), entry.length]);
      if (result.ok) return { entries, dataLength: result.dataLength };
      return { error: result.error.code, at: result.error.offset, entriesBefore: entries };
    },
  }),
  'dol-build': kind({
    about: 'The data that a list asks for, out of the values at hand.',
    input: object({ dol: bytes, data: bytesByTag }),
    expect: object({ hex: bytes }),
    run: ({ dol, data }) => {
      const parsed = parseDol(dol);
      if (!parsed.ok) throw new Error(`dol: ${parsed.error.code}`);
      return { hex: fillEmvDol(parsed.entries, tagsOf(data)) };
    },
  }),
};

/** Values by tag as the packages take them. */
export function tagsOf(...parts: readonly Readonly<Record<string, Uint8Array | null>>[]) {
  const tags = new Map<number, Uint8Array>();
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (value !== null) tags.set(Number.parseInt(name, 16), value);
  }
  return tags;
}

const recordsByPlace = v.record(
  v.pipe(
    v.string(),
    v.regex(/^(?:[1-9]|[12]\d|30)\.[1-9]\d{0,2}$/, 'is no file and record'),
    v.title('file.record'),
  ),
  bytes,
);
const base64 = v.pipe(v.string(), v.base64('is no base64'), v.nonEmpty(), v.title('base64'));

const files: Kinds = {
  afl: kind({
    about: 'Records to read: file, record, whether it is in offline authentication.',
    input: object({ hex }),
    expect: object({ reads: list(row([number, number, boolean])) }),
    refusal: refusal('length', 'sfi', 'range', 'oda-count'),
    run: ({ hex: bytes }) =>
      shown(decodeAfl(bytes), ({ data }) => ({
        reads: data.reads.map((read) => [read.sfi, read.record, read.authenticated]),
      })),
  }),
  'oda-static-data': kind({
    about: 'Static data to be authenticated (Book 3 section 10.3); sdaTagList: value of 9F4A.',
    input: object({
      afl: bytes,
      records: recordsByPlace,
      aip: maybe(bytesOf(2)),
      sdaTagList: maybe(bytes),
    }),
    misfit: ({ afl, records }) => {
      const read = decodeAfl(afl);
      const places = read.ok ? read.data.reads.map(({ sfi, record }) => `${sfi}.${record}`) : [];
      const idle = Object.keys(records).find((place) => !places.includes(place));
      return idle === undefined ? undefined : `records > ${idle}: the locator does not name it`;
    },
    expect: object({ hex: bytes }),
    refusal: refusal('record', 'tag-list'),
    run: ({ afl, records, aip, sdaTagList }) => {
      const locator = decodeAfl(afl);
      if (!locator.ok) throw new Error(`afl: ${locator.error.code}`);
      const signed = locator.data.reads.filter((read) => read.authenticated);
      const result = staticDataOf({
        records: signed.map(({ sfi, record }) => {
          const name = `${sfi}.${record}`;
          if (!Object.hasOwn(records, name)) throw new Error(`no record ${name}`);
          return { sfi, record: records[name] };
        }),
        tagList: sdaTagList,
        aip,
      });
      return shown(result, ({ data }) => ({ hex: data }));
    },
  }),
  'capk-checksum': kind({
    about: 'SHA-1 over RID, index, modulus and exponent of a certification authority key.',
    input: object(caKey),
    expect: object({ checksum: bytesOf(20) }),
    run: (input) => ({ checksum: caKeyChecksum(input) }),
  }),
};

const qrObjects: v.GenericSchema<unknown, readonly QrObject[]> = v.pipe(
  v.lazy(() => v.array(v.strictTuple([v.string(), v.union([v.string(), qrObjects])]))),
  v.title('objects'),
);

const codes: Kinds = {
  'emvqr-mpm': kind({
    about: 'A merchant-presented QR code: text to objects, templates opened one level.',
    input: object({ text }),
    expect: object({ objects: qrObjects }),
    refusal: refusal('too-long', 'id', 'length', 'order', 'crc-missing', 'crc'),
    run: (input) => shown(parseMerchantQr(input.text), ({ objects }) => ({ objects })),
  }),
  'emvqr-cpm': kind({
    about: 'A consumer-presented QR code: base64 to data objects.',
    input: object({ base64 }),
    expect: object({ tree }),
    run: (input) => {
      const result = parseConsumerQr(input.base64);
      if (!result.ok) throw new Error(`refused: ${result.error.code}`);
      return { tree: treeOf(result.nodes) };
    },
  }),
};

/** Kinds about bytes. */
export const emvDataKinds: Kinds = { ...tlv, ...files, ...codes };
