// DE 55 raw and DE 55 opened by its spec are judged alike by all who show or share a message.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type Spec,
  defineSpec,
  describeMessage,
  encodeMessage,
  maskMessage,
  redactMessage,
} from '../src/index.ts';

const prefix = { data: 'binary', size: 2 } as const;
const common = {
  mti: { data: 'ascii', len: 4 },
  bitmap: { data: 'binary', bytes: 8 },
} as const;
const raw = defineSpec({
  ...common,
  fields: { 55: { data: 'binary', prefix, max: 999, sensitive: 'emv' } },
});
const opened = defineSpec({
  ...common,
  fields: {
    55: {
      prefix,
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
  },
});
const text = (value: string): string => toHex(fromAscii(value));
const tlv = (tag: string, value: string): string =>
  `${tag}${(value.length / 2).toString(16).padStart(2, '0')}${value}`.toUpperCase();
const pan = '4111111111111111';

/** What both forms show: every leaf value and byte string of a description, the masked and the redacted message. */
function shown(tag: string, value: string): { raw: string[]; opened: string[] } {
  const bytes = fromHex(tlv(tag, value));
  const a = { mti: '0200', de55: bytes };
  const b = { mti: '0200', de55: { [tag]: fromHex(value) } };
  const wire = encodeMessage(raw, a);
  const same = encodeMessage(opened, b);
  if (!wire.ok || !same.ok) throw new Error('does not encode');
  expect(toHex(same.bytes)).toBe(toHex(wire.bytes));
  const described = [raw, opened].map((spec) =>
    describeMessage<unknown>(spec as Spec<unknown>, wire.bytes).elements.find(
      ({ path }) => path === '55',
    )!,
  );
  const [one, two] = described.map(({ children, bytes: hex }) => ({ children, hex }));
  expect(two.children?.map(({ value: v, masked }) => [v, masked])).toEqual(
    one.children?.map(({ value: v, masked }) => [v, masked]),
  );
  const red = encodeMessage(raw, redactMessage(raw, a));
  const redOpened = encodeMessage(opened, redactMessage(opened, b));
  if (!red.ok || !redOpened.ok) throw new Error('redacted does not encode');
  expect(toHex(redOpened.bytes)).toBe(toHex(red.bytes));
  expect(maskMessage(opened, b)).toEqual(maskMessage(raw, a));
  return {
    raw: [JSON.stringify(described[0]), JSON.stringify(maskMessage(raw, a)), toHex(red.bytes)],
    opened: [
      JSON.stringify(described[1]),
      JSON.stringify(maskMessage(opened, b)),
      toHex(redOpened.bytes),
    ],
  };
}

const name = text('DOE/JOHN Q PUBLIC AND ALL ');

describe('H3: what identifies a card or its holder is hidden in both forms', () => {
  it.each([
    ['9F0B, a long name', '9F0B', text('DOE/JOHN Q PUBLIC AND FAMILY'), text('JOHN')],
    ['5F20', '5F20', name, text('JOHN')],
    ['5B, name of an individual', '5B', name, text('JOHN')],
    ['5F2B, date of birth', '5F2B', '19700131', '19700131'],
    ['5F2E, biometrics', '5F2E', 'ABCDEF0102030405', 'ABCDEF'],
    ['5F53, IBAN', '5F53', text('DE89370400440532013000'), text('37040044')],
    ['9F60, CVC3', '9F60', '1A2B', '1A2B'],
    ['9F61, CVC3', '9F61', '3C4D', '3C4D'],
    ['BF4E, biometric template', 'BF4E', tlv('DF01', 'ABCDEF010203'), 'ABCDEF'],
    ['DF812A, track 1', 'DF812A', text('TRACKDATA'), text('TRACK')],
    ['9F1F', '9F1F', text('TRACKDATA'), text('TRACK')],
    ['99, PIN', '99', '241234FFFFFFFFFF', '241234'],
    ['5A', '5A', pan, pan.slice(0, 8)],
    ['57', '57', `${pan}D2912201123450`, '2912201'],
    ['5A in template 70', '70', tlv('5A', pan), pan.slice(0, 8)],
    ['5F20 in templates 77 and 70', '77', tlv('70', tlv('5F20', name)), text('JOHN')],
    ['a number in DF01', 'DF01', pan, pan.slice(0, 8)],
    ['a number in DF01 as text', 'DF01', text(`X${pan}`), text(pan.slice(0, 8))],
    ['a number in an unknown tag in a template', '70', tlv('DF01', pan), pan.slice(0, 8)],
    ['a number in an unknown template that is no TLV', 'E1', `00FF${pan}`, pan.slice(0, 8)],
    ['a name in a template cut short', '70', `5F20FF${text('JOHN')}`, text('JOHN')],
    ['a number in a label', '50', text(pan), text(pan.slice(0, 8))],
    ['a number in an amount too long for one', '9F02', pan, pan.slice(0, 8)],
  ])('%s', (_what, tag, value, secret) => {
    const { raw: one, opened: two } = shown(tag, value);
    for (const output of [...one, ...two]) expect(output).not.toContain(secret);
  });
});

describe('F06: what is known to hold no card data is shown in both forms', () => {
  it.each([
    ['9F26', '4111111111111111'],
    ['9F10', '0110A00001240000000000000000000000FF'],
    ['9F02', '000000021474'],
    ['9A', '261122'],
    ['9F1E', '3132333435363738'],
    ['84', 'A0000000031010'],
    ['8E', '00000000000000001E031F00'],
    ['70', tlv('9F26', '4111111111111111')],
  ])('%s %s', (tag, value) => {
    const { raw: one, opened: two } = shown(tag, value);
    for (const output of [...one, ...two]) expect(output).toContain(value);
  });
});
