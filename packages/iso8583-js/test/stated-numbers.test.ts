// The card number that a message states stands in no output about that message, wherever else in it it stands.
import { fromHex, toHex } from '@chipswitch/bytes';
import { checkDigitOf } from '@chipswitch/cardholder-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Message,
  type Spec,
  decodeMessage,
  defineSpec,
  describeMessage,
  diffMessages,
  encodeMessage,
  iso1987Binary,
  maskMessage,
  redactMessage,
  statedNumbers,
} from '../src/index.ts';

const tlv = (tag: string, value: string): string =>
  `${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`.toUpperCase();
const characters = (text: string): string =>
  Buffer.from(text, 'latin1').toString('hex').toUpperCase();
const ebcdic = (digits: string): string => digits.replaceAll(/\d/g, 'F$&');
const packed = (digits: string): string => (digits.length % 2 === 0 ? digits : `${digits}F`);

const encodings: readonly ((pan: string) => string)[] = [
  packed,
  (pan) => (pan.length % 2 === 0 ? `0${pan}F` : `0${pan}`),
  characters,
  ebcdic,
  (pan) => characters(characters(pan)),
  (pan) => characters(ebcdic(pan)),
];

/** Whether a text still gives away the digits between first six and last four, as they are or in an encoding. */
function shows(output: string, pan: string): boolean {
  const middle = pan.slice(5, -3);
  const forms = [
    middle,
    characters(middle),
    ebcdic(middle),
    characters(characters(middle)),
    characters(ebcdic(middle)),
  ];
  return forms.some((form) => output.toUpperCase().includes(form.toUpperCase()));
}

/** A dialect whose DE 55 is opened by tag, with a header. */
const opened = defineSpec({
  mti: { data: 'ascii', len: 4 },
  bitmap: { data: 'binary', bytes: 8 },
  header: { data: 'binary', bytes: 80 },
  fields: {
    2: { data: 'bcd', prefix: { data: 'bcd', size: 2 }, max: 19 },
    35: { data: 'ascii', prefix: { data: 'ascii', size: 2 }, max: 37 },
    41: { data: 'ascii', len: 32 },
    48: { data: 'ascii', prefix: { data: 'ascii', size: 3 }, max: 999 },
    55: {
      prefix: { data: 'binary', size: 2 },
      max: 999,
      sensitive: 'emv',
      sub: {
        kind: 'tlv',
        tag: { data: 'ber' },
        length: { data: 'ber' },
        fields: {},
        unknown: 'keep',
      },
    },
    62: { data: 'binary', prefix: { data: 'binary', size: 2 }, max: 999 },
  },
} as const);

/** Everything that is said of a message: dump, masked JSON, redacted message, differences, errors. */
function outputs(spec: Spec, message: Message): string[] {
  const encoded = encodeMessage(spec, message);
  if (!encoded.ok) throw new Error(`does not encode: ${encoded.error.code} ${encoded.error.path}`);
  const redacted = encodeMessage(spec, redactMessage(spec, message));
  if (!redacted.ok) throw new Error(`redacted does not encode: ${redacted.error.code}`);
  expect(redacted.bytes).toHaveLength(encoded.bytes.length);
  const cut = encoded.bytes.subarray(0, -1);
  const broken = decodeMessage(spec, cut);
  return [
    JSON.stringify(describeMessage(spec, encoded.bytes)),
    JSON.stringify(describeMessage(spec, cut)),
    JSON.stringify(maskMessage(spec, message)),
    JSON.stringify(broken.ok ? '' : broken.error),
    JSON.stringify(diffMessages(spec, message, { mti: '0210' })),
    JSON.stringify(diffMessages(spec, { mti: '0210', de62: Uint8Array.of(1) }, message)),
    toHex(redacted.bytes),
    JSON.stringify(describeMessage(spec, redacted.bytes, { unmasked: true })),
  ];
}

const tags =
  '50 57 5F20 72 71 84 86 8C 8E 90 91 92 93 98 9F02 9F10 9F12 9F16 9F1C 9F1E 9F26 9F27 9F37 9F46 9F4B 9F4F 9F5B 9F6E 9F7C DF01 DF8129 E1'.split(
    ' ',
  );

const cardNumbers = fc
  .tuple(
    fc.constantFrom('4', '51', '2221', '34', '3528', '62', '6759', '1'),
    fc.integer({ min: 15, max: 19 }),
    fc.stringMatching(/^\d{19}$/),
  )
  .map(([prefix, length, digits]) => (prefix + digits).slice(0, length - 1))
  .map((payload) => payload + checkDigitOf(payload))
  // Rows of one digit stand in any message.
  .filter((pan) => !/(\d)\1/.test(pan.slice(5, -3)));

describe('H3: the number that a message states', () => {
  it('is in no output, wherever in the message and in whatever encoding it stands', () => {
    const planted = fc.record({
      pan: cardNumbers,
      encode: fc.constantFrom(...encodings),
      tag: fc.constantFrom(...tags),
      deep: fc.boolean(),
      before: fc.uint8Array({ maxLength: 4 }),
      after: fc.uint8Array({ maxLength: 4 }),
      place: fc.constantFrom('55', '48', '62', '41', 'header'),
      stated: fc.constantFrom('2', '35', '55>5A', '55>57', '55>70>5A'),
      raw: fc.boolean(),
    });
    fc.assert(
      fc.property(planted, ({ pan, encode, tag, deep, before, after, place, stated, raw }) => {
        const value = toHex(before) + encode(pan) + toHex(after);
        const chips: Readonly<Record<string, string>> = {
          '55>5A': tlv('5A', packed(pan)),
          '55>57': tlv('57', packed(`${pan}D2912201`)),
          '55>70>5A': tlv('70', tlv('5A', packed(pan))),
        };
        const own = chips[stated] ?? '';
        const object = tlv(
          tag,
          tag === '72' || tag === '71' || tag === 'E1' ? tlv('86', value) : value,
        );
        const icc = own + (place === '55' ? (deep ? tlv('77', object) : object) : '');
        const text = Buffer.from(encode(pan), 'hex').toString('latin1');
        const written = /^[ -~]+$/.test(text) ? text : pan;
        const common = {
          mti: '0200',
          ...(stated === '2' ? { de2: pan } : {}),
          ...(stated === '35' ? { de35: `${pan}=2912201` } : {}),
          ...(place === '48' ? { de48: `01${written}` } : {}),
          // Something comes behind what states the number, and is cut off in one of the outputs.
          de62: fromHex(place === '62' ? value : 'CAFE'),
        };
        if (raw) {
          const spec = iso1987Binary as unknown as Spec;
          const { de62: _binary, ...texts } = common;
          const message = {
            ...texts,
            ...(icc === '' ? {} : { de55: fromHex(icc) }),
            de63: 'END',
          } as Message;
          for (const output of outputs(spec, message)) expect(shows(output, pan)).toBe(false);
          return;
        }
        const spec = opened as unknown as Spec;
        const header = fromHex(place === 'header' ? encode(pan).padEnd(160, '0') : '00'.repeat(80));
        const terminal = place === '41' ? { de41: pan.padEnd(32, ' ') } : {};
        const inner = decodeMessage(spec, messageWith(icc));
        if (!inner.ok) throw new Error(inner.error.code);
        const message = { ...inner.message, ...common, ...terminal, header } as Message;
        for (const output of outputs(spec, message)) expect(shows(output, pan)).toBe(false);
      }),
      { numRuns: 1500, seed: 8 },
    );
  });

  it('is what its elements, tracks and chip data say', () => {
    const spec = iso1987Binary as unknown as Spec;
    const [one, two, three] = ['4111111111111111', '4761739001010119', '5555555555554444'];
    const message: Message = {
      mti: '0200',
      de2: one,
      de35: `${two}=2912`,
      de48: '6011000990139424',
      de55: fromHex(tlv('70', tlv('57', `${three}D29122`)) + tlv('DF01', '6011000990139424')),
    };
    expect(statedNumbers(spec, message)).toEqual([one, two, three]);
    expect(statedNumbers(spec, { mti: '0800' })).toEqual([]);
  });

  it('hides nothing else: amounts, dates, cryptograms and identifiers beside it stay whole', () => {
    const spec = iso1987Binary as unknown as Spec;
    const message: Message = {
      mti: '0200',
      de2: '4000000000000002',
      de4: '000000000200',
      de11: '000002',
      de12: '120000',
      de37: '000000000002',
      de41: '40000000',
      de42: '400000000000000',
      de55: fromHex(
        tlv('9F02', '000000000200') +
          tlv('9F26', '4000000000000000') +
          tlv('9F10', '06010A03A00000'),
      ),
    };
    const { de2, ...masked } = maskMessage(spec, message);
    expect(de2).toBe('400000******0002');
    const { de2: _number, de55, ...rest } = message;
    expect(masked).toEqual({
      ...rest,
      de55: { '9F02': '000000000200', '9F26': '4000000000000000', '9F10': '06010A03A00000' },
    });
    expect(toHex(redactMessage(spec, message)['de55'] as Uint8Array)).toBe(
      toHex(de55 as Uint8Array),
    );
  });
});

/** A message of the opened dialect around hex of DE 55. */
function messageWith(icc: string): Uint8Array {
  const length = (icc.length / 2).toString(16).padStart(4, '0');
  const bitmap = icc === '' ? '00'.repeat(8) : '0000000000000200';
  return fromHex(
    `${'00'.repeat(80)}30323030${bitmap}${icc === '' ? '' : length + icc}`.toUpperCase(),
  );
}
