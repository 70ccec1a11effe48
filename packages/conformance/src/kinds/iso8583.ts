// Kinds of iso8583 vectors, by level: message, field, prefix, bitmap, frame.
import { toHex, given } from '@chipswitch/bytes';
import {
  type DecodeError,
  type FieldSpec,
  type FieldValue,
  FrameDecoder,
  type FrameLength,
  type FrameOptions,
  type Message,
  copyTagOrder,
  decodeBitmap,
  decodeField,
  decodeFrameLength,
  decodeMessage,
  decodePrefix,
  encodeBitmap,
  encodeField,
  encodeMessage,
  encodePrefix,
  messageFromJson,
  specFromJson,
  valueFromJson,
  valueToJson,
} from 'iso8583-js';
import * as v from 'valibot';
import { boolean, hex, list, maybe, named, number, object, oneOf, saying, text } from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import {
  bitmapSpec,
  fieldSpec,
  frameSpec,
  messageSpec,
  prefixSpec,
  specMisfit,
} from './iso8583-spec.ts';

const errorWord = oneOf(
  'truncated',
  'too-long',
  'bad-length',
  'bad-char',
  'bad-digit',
  'bad-hex',
  'bad-bitmap',
  'bad-sign',
  'undefined-field',
  'undefined-tag',
  'sub-length',
  'trailing',
);
const refusedAt = <At extends v.GenericSchema>(at: At) => object({ error: errorWord, at });
const inField = object({ field: saying(text, 'dotted path'), offset: number });

/** Text, subfields by key, or a list (datasets, a tag that stands more than once). */
const value: v.GenericSchema = v.pipe(
  v.lazy(() => v.union([v.string(), v.array(value), v.record(v.string(), value)])),
  v.title('value'),
);

const element = v.pipe(
  v.string(),
  v.regex(/^(?:[1-9]|[1-9]\d|1[0-8]\d|19[0-2])(?:\.\w+)*$/, 'is no data element'),
  v.title('1 to 192'),
);

const expected = <Entries extends v.ObjectEntries>(entries: Entries) =>
  object({
    expect: object(entries),
    roundtrip: saying(boolean, 'whether encoding the values gives these bytes again'),
  });

type Encoded = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false };

/** Whether what was encoded are the bytes that were read. */
const isSame = (encoded: Encoded, bytes: Uint8Array): boolean =>
  encoded.ok && toHex(encoded.bytes) === toHex(bytes);

function message(json: unknown, bytes: Uint8Array): unknown {
  const made = specFromJson(json);
  if (!made.ok)
    throw new Error(`spec: ${made.error.problems[0].path} ${made.error.problems[0].problem}`);
  const { spec } = made;
  const decoded = decodeMessage(spec, bytes);
  if (!decoded.ok) return atField(decoded.error, decoded.error.path);
  const shown: Record<string, unknown> = {};
  const fields: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(decoded.message)) {
    const json1 = valueToJson(one as FieldValue);
    if (key.startsWith('de')) fields[key.slice(2)] = json1;
    else shown[key] = json1;
  }
  // What is encoded is what a reader of the JSON has: the tags in the order in which they arrived.
  const named1 = Object.entries(fields).map(([key, one]) => [`de${key}`, one]);
  const again = messageFromJson<Message>(
    spec,
    Object.assign({}, shown, Object.fromEntries(named1)) as Parameters<typeof messageFromJson>[1],
  );
  copyTagOrder(decoded.message as unknown as FieldValue, again as unknown as FieldValue);
  return { expect: { ...shown, fields }, roundtrip: isSame(encodeMessage(spec, again), bytes) };
}

const atField = (error: DecodeError, field: string): unknown => ({
  error: error.code,
  at: { field, offset: error.offset },
});

const atOffset = (error: { readonly code: string; readonly offset: number }): unknown => ({
  error: error.code,
  at: { offset: error.offset },
});

function field(spec: FieldSpec, bytes: Uint8Array): unknown {
  const decoded = decodeField(spec, bytes);
  if (!decoded.ok) {
    const { path } = decoded.error;
    return atField(decoded.error, path === '' ? 'F' : `F.${path}`);
  }
  const json = valueToJson(decoded.value);
  const again = valueFromJson(spec, json);
  copyTagOrder(decoded.value, again);
  const unread = bytes.length - decoded.used;
  return {
    expect: { value: json, unread: unread === 0 ? undefined : unread },
    roundtrip: isSame(encodeField(spec, again), bytes.subarray(0, decoded.used)),
  };
}

type FrameForm = v.InferOutput<typeof frameSpec>;

/** The frame's name of a length: sizes of BCD and hex are stated in digits, its names in bytes. */
function lengthKind({ lengthData, lengthSize = 0 }: FrameForm): string {
  switch (lengthData) {
    case 'vmlh':
      return 'visa';
    case 'bcd':
      return `bcd${(lengthSize + 1) >> 1}`;
    case 'hex-digit':
      return `hex${lengthSize}`;
    case 'hex-ascii':
      return `hex${lengthSize * 2}`;
    // The digits of the two EBCDIC code pages are the same bytes.
    case 'ebcdic':
    case 'ebcdic1047':
      return `ebcdic${lengthSize}`;
    case 'ascii':
    case 'binary':
      return `${lengthData}${lengthSize}`;
  }
}

function frame(spec: FrameForm, bytes: Uint8Array): unknown {
  const options: FrameOptions = {
    length: lengthKind(spec) as FrameLength,
    inclusive: spec.counts === 'self',
    maxBytes: spec.max ?? Number.MAX_SAFE_INTEGER,
    ...given({ headerBytes: spec.headerBytes }),
  };
  const refused = (error: { readonly code: string; readonly offset: number }): unknown => ({
    error: error.code,
    at: { field: 'frame', offset: error.offset },
  });
  const lead = decodeFrameLength(options, bytes);
  if (!lead.ok) return refused(lead.error);
  const control = spec.lengthData === 'vmlh' ? { sessionControl: lead.sessionControl } : {};
  if (spec.bodyAbsent) return { expect: { length: lead.length, ...control } };
  const decoder = new FrameDecoder(options);
  const [first = decoder.end()] = decoder.push(bytes);
  if (first === undefined) throw new Error('no frame');
  if (!first.ok) return refused(first.error);
  const { header, body } = first;
  return { expect: { length: lead.length, header, body, ...control } };
}

/** The kinds of the iso8583 family; `input` and what is expected stand side by side in a vector. */
export const iso8583Kinds: Kinds = {
  message: kind({
    about: 'Header, message type, bitmap, then the fields whose bits are on.',
    input: object({ spec: saying(messageSpec, 'see below'), hex }),
    misfit: ({ spec }) => specMisfit(spec),
    expect: expected({
      header: maybe(saying(text, 'only where the spec has one')),
      mti: text,
      fields: named('number', value),
    }),
    refusal: refusedAt(inField),
    run: ({ spec, hex: bytes }) => message(spec, bytes),
  }),
  field: kind({
    about: 'One field on its own; paths of errors start with F.',
    input: object({
      spec: fieldSpec,
      hex,
      field: maybe(saying(element, 'number of the element; changes nothing')),
    }),
    misfit: ({ spec }) => specMisfit({ fields: { 2: spec } }),
    expect: expected({
      value,
      unread: maybe(saying(number, 'bytes that belong to what follows; only where there are some')),
    }),
    refusal: refusedAt(inField),
    run: ({ spec, hex: bytes }) => field(spec, bytes),
  }),
  prefix: kind({
    about: 'One length prefix.',
    input: object({ spec: prefixSpec, hex }),
    misfit: ({ spec }) => specMisfit({ fields: { 2: { data: 'binary', prefix: spec } } }),
    expect: expected({ length: number, used: saying(number, 'bytes') }),
    refusal: refusedAt(object({ offset: number })),
    run: ({ spec, hex: bytes }) => {
      const decoded = decodePrefix(spec, bytes);
      if (!decoded.ok) return atOffset(decoded.error);
      const { length, used } = decoded;
      const encoded = encodePrefix(spec, length);
      return { expect: { length, used }, roundtrip: isSame(encoded, bytes.subarray(0, used)) };
    },
  }),
  bitmap: kind({
    about: 'One bitmap, or several that follow one another.',
    input: object({ spec: bitmapSpec, hex }),
    misfit: ({ spec }) => specMisfit({ bitmap: spec }),
    expect: expected({ set: saying(list(number), 'data bits that are on'), used: number }),
    refusal: refusedAt(object({ offset: number })),
    run: ({ spec, hex: bytes }) => {
      const decoded = decodeBitmap(spec, bytes);
      if (!decoded.ok) return atOffset(decoded.error);
      const { set, used } = decoded;
      const encoded = encodeBitmap(spec, set);
      return { expect: { set, used }, roundtrip: isSame(encoded, bytes.subarray(0, used)) };
    },
  }),
  frame: kind({
    about: 'A network frame. `length`: the bytes that follow it, a header included.',
    input: object({ spec: frameSpec, hex }),
    misfit: ({ spec }) =>
      (spec.lengthData === 'vmlh') === (spec.lengthSize === undefined)
        ? undefined
        : 'spec > lengthSize: stands with all but vmlh',
    expect: object({
      expect: object({
        length: number,
        header: maybe(saying(hex, 'only with headerBytes and a body')),
        body: maybe(saying(hex, 'not with bodyAbsent')),
        sessionControl: maybe(saying(boolean, 'only vmlh')),
      }),
    }),
    refusal: refusedAt(object({ field: v.literal('frame'), offset: number })),
    run: ({ spec, hex: bytes }) => frame(spec, bytes),
  }),
};
