// What issuers keep of a PIN: Visa PVV, IBM 3624 offsets, natural and random PINs, excluded ones.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  clearPinFromText,
  decimaliseByScan,
  encodePinBlock,
  ibm3624ValidationData,
  isStrongDecimalisationTable,
  TdesCipher,
} from '@chipswitch/cryptography';
import { describe, expect, it } from 'vitest';
import { createSoftModule, type OffsetReference, type PinDataInput } from '../src/index.ts';

const zpkHex = 'DC1DBD2B655E7A0467AB5737E6D9A30E';
const pvkHex = '0123456789ABCDEFFEDCBA9876543210';
const pan = '1122334455667788';
const module = createSoftModule({ allowClearKeysInProcess: true, excludedPins: ['0000', '1234'] });
const load = (id: string, usage: 'P0' | 'V1' | 'V2' | 'V0' | 'C0', bytes: string) =>
  module.loadClearKey({ id, usage, algorithm: '2TDEA', bytes: fromHex(bytes) });
const zpk = load('zpk', 'P0', zpkHex);
const pvk = load('pvk', 'V2', pvkHex);
const ibm = load('ibm', 'V1', pvkHex);
const cvk = load('cvk', 'C0', pvkHex);

function enciphered(text: string) {
  const pin = clearPinFromText(text);
  if (pin === undefined) throw new Error('no PIN');
  const block = new Uint8Array(8);
  encodePinBlock(0, pin, pan, block, () => new Uint8Array(0));
  new TdesCipher(fromHex(zpkHex)).encryptBlock(block, 0, block, 0);
  return { key: zpk, format: 0, block, pan } as const;
}

const table = '0123456789012345';
const offsetReference = (offset: string): OffsetReference => ({
  method: 'ibm-3624',
  key: ibm,
  decimalisationTable: table,
  validationData: '1122334455667788',
  offset,
});
const naturalDigits = (): string => {
  const { method: _, offset: __, ...reference } = offsetReference('');
  const made = module.generatePinData({
    ...reference,
    kind: 'ibm-3624-offset',
    pin: enciphered('555555'),
  });
  if (!made.ok || made.value === undefined) throw new Error('no offset');
  return Array.from(made.value, (digit) => (5 + 10 - Number(digit)) % 10).join('');
};

describe('Visa PVV', () => {
  it('is made and verified', () => {
    const input = { kind: 'visa-pvv', key: pvk, pvki: '1' } as const;
    expect(module.generatePinData({ ...input, pin: enciphered('4524') })).toEqual({
      ok: true,
      value: '8523',
    });
    const reference = { method: 'visa-pvv', key: pvk, pvki: '1', pvv: '8523' } as const;
    expect(module.verifyPin({ pin: enciphered('4524'), reference })).toEqual({ ok: true });
    // Digits behind the fourth are no part of a PVV.
    expect(module.verifyPin({ pin: enciphered('452499'), reference })).toEqual({ ok: true });
    expect(module.verifyPin({ pin: enciphered('4525'), reference })).toEqual({
      ok: false,
      error: { code: 'not-verified' },
    });
  });
  it.each([
    ['a PVKI that is no digit', { pvki: 'A' }, 'input'],
    ['a PVV of three digits', { pvv: '852' }, 'input'],
    ['a card verification key', { key: cvk }, 'key-usage'],
    ['a key for offsets', { key: ibm }, 'key-usage'],
  ])('refuses %s', (_, change, code) => {
    const reference = { method: 'visa-pvv', key: pvk, pvki: '1', pvv: '8523', ...change } as const;
    expect(module.verifyPin({ pin: enciphered('4524'), reference })).toMatchObject({
      error: { code },
    });
  });
});

describe('IBM 3624', () => {
  it('natural PIN and offset belong together', () => {
    const natural = naturalDigits();
    expect(
      module.verifyPin({ pin: enciphered(natural), reference: offsetReference('000000') }),
    ).toEqual({ ok: true });
    expect(
      module.verifyPin({ pin: enciphered(natural), reference: offsetReference('0000FFFFFFFF') }),
    ).toEqual({ ok: true });
    const other = `${natural.slice(0, 5)}${(Number(natural[5]) + 1) % 10}`;
    expect(
      module.verifyPin({ pin: enciphered(other), reference: offsetReference('000000') }),
    ).toMatchObject({
      error: { code: 'not-verified' },
    });
    expect(
      module.verifyPin({ pin: enciphered(other), reference: offsetReference('000001') }),
    ).toEqual({ ok: true });
  });
  it('a natural PIN comes out enciphered and verifies with offset zero', () => {
    const { method: _, offset: __, ...reference } = offsetReference('');
    const to = { key: zpk, format: 0, pan } as const;
    const made = module.generatePinData({
      ...reference,
      kind: 'ibm-3624-natural',
      pinLength: 5,
      to,
    });
    if (!made.ok || made.block === undefined) throw new Error('no block');
    const pin = { ...to, block: made.block };
    expect(module.verifyPin({ pin, reference: offsetReference('00000') })).toEqual({ ok: true });
  });
  it('a PIN shorter than its offset is not verified', () => {
    const natural = naturalDigits();
    const pin = enciphered(natural.slice(0, 4));
    expect(module.verifyPin({ pin, reference: offsetReference('000000') })).toMatchObject({
      error: { code: 'not-verified' },
    });
  });
  it.each([
    ['a table of fifteen digits', { decimalisationTable: '012345678901234' }, 'decimalisation'],
    ['a table with a letter', { decimalisationTable: '012345678901234A' }, 'decimalisation'],
    ['a table of one digit', { decimalisationTable: '0000000000000000' }, 'decimalisation'],
    ['validation data that is no hex', { validationData: '11223344556677GG' }, 'input'],
    ['an offset of three digits', { offset: '000' }, 'input'],
    ['an offset of thirteen digits', { offset: '0000000000000' }, 'input'],
    ['a PVV key', { key: pvk }, 'key-usage'],
  ])('refuses %s', (_, change, code) => {
    const reference = { ...offsetReference('0000'), ...change };
    expect(module.verifyPin({ pin: enciphered('4524'), reference })).toMatchObject({
      error: { code },
    });
  });
  it.each([
    ['1234567890NF', '000001000376', '123456789000376F'],
    ['5022654000N2', '540008900009', '5022654000000092'],
    ['1234', '000001000376', '1234FFFFFFFFFFFF'],
    ['1234567890123456', '000001000376', '1234567890123456'],
    ['12345678901234567', '000001000376', undefined],
    ['12NN', '000001000376', undefined],
  ])('validation data %s', (template, account, data) => {
    expect(ibm3624ValidationData(template, account)).toBe(data);
  });
});

describe('decimal digits', () => {
  it('come from letters only when digits run out', () => {
    expect(decimaliseByScan(fromHex('AB1CD2EF3FFFFFFF'), 4)).toBe('1230');
    expect(decimaliseByScan(fromHex('FFFFFFFFFFFFFFFF'), 4)).toBe('5555');
    expect(decimaliseByScan(fromHex('1234567890ABCDEF'), 3)).toBe('123');
  });
  it.each([
    ['0123456789012345', true],
    ['5432109876543210', true],
    ['0123456700000000', false],
    ['0123012301230123', false],
    ['012345678901234', false],
  ])('table %s', (candidate, strong) => {
    expect(isStrongDecimalisationTable(candidate)).toBe(strong);
  });
});

describe('random and excluded PINs', () => {
  const to = { key: zpk, format: 0, pan } as const;
  it('a random PIN is never an excluded one', () => {
    for (let i = 0; i < 200; i++) {
      const made = module.generatePinData({ kind: 'random', pinLength: 4, to });
      if (!made.ok || made.block === undefined) throw new Error('no block');
      const clear = new Uint8Array(8);
      new TdesCipher(fromHex(zpkHex)).decryptBlock(made.block, 0, clear, 0);
      expect(['041226CCBBAA9988', '040012CCBBAA9988']).not.toContain(toHex(clear));
    }
  });
  it('nothing is made for an excluded PIN', () => {
    const input: PinDataInput = { kind: 'visa-pvv', key: pvk, pvki: '1', pin: enciphered('1234') };
    expect(module.generatePinData(input)).toMatchObject({ error: { code: 'not-allowed' } });
  });
  it.each([3, 13, 4.5])('a PIN of %d digits is refused', (pinLength) => {
    expect(module.generatePinData({ kind: 'random', pinLength, to })).toMatchObject({
      error: { code: 'pin-length' },
    });
  });
  it('a random source that only gives an excluded PIN is given up', () => {
    const stuck = createSoftModule({
      allowClearKeysInProcess: true,
      excludedPins: ['0000'],
      randomSource: (length) => new Uint8Array(length),
    });
    const key = stuck.loadClearKey({
      id: 'z',
      usage: 'P0',
      algorithm: '2TDEA',
      bytes: fromHex(zpkHex),
    });
    expect(
      stuck.generatePinData({ kind: 'random', pinLength: 4, to: { ...to, key } }),
    ).toMatchObject({
      error: { code: 'not-allowed' },
    });
  });
});
