// Card verification codes: printed values, relations between kinds, bad input.
import { fromHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import type { KeyUsage } from '../src/index.ts';
import { type CardCodeInput, createSoftModule } from '../src/index.ts';

const module = createSoftModule({ allowClearKeysInProcess: true });
const load = (id: string, usage: KeyUsage, bytes: string) =>
  module.loadClearKey({ id, usage, algorithm: '2TDEA', bytes: fromHex(bytes) });
const cvk = load('cvk', 'C0', '99999999999999998888888888888888');
const jposCvk = load('cvk-2', 'C0', '13345779133457791334577913345779');
const imk = load('imk', 'E6', '13345779133457791334577913345779');
const imkTrack = load('imk-2', 'E6', '01234567899876543210012345678998');

const pan = '2222222222222222';
const cvv = { kind: 'cvv', key: cvk, pan, expiry: '3333', serviceCode: '111' } as const;
const dcvv = {
  kind: 'dcvv',
  key: imk,
  pan: '123456789012',
  panSequenceNumber: '00',
  expiry: '1310',
  serviceCode: '226',
  atc: fromHex('3210'),
  option: 'B',
} as const;
const cvc3 = {
  kind: 'cvc3',
  key: imkTrack,
  pan: '5123456789012345',
  panSequenceNumber: '00',
  track: fromHex('5123456789012345D35121010000000000000F'),
  atc: fromHex('005E'),
  unpredictableNumber: fromHex('00000899'),
} as const;
const cavv = {
  kind: 'cavv',
  key: jposCvk,
  pan: '123456789012',
  unpredictableNumber: '1108',
  authenticationResult: '1',
  secondFactor: '00',
} as const;

const codeOf = (input: CardCodeInput): string => {
  const made = module.generateCardCode(input);
  return made.ok ? made.code : `${made.error.code} ${made.error.detail}`;
};

describe('values', () => {
  it.each<[string, CardCodeInput, string]>([
    ['CVV', cvv, '361'],
    [
      'CVV2 is the CVV of service code 000',
      { ...cvv, kind: 'cvv2' },
      codeOf({ ...cvv, serviceCode: '000' }),
    ],
    [
      'iCVV is the CVV of service code 999',
      { ...cvv, kind: 'icvv' },
      codeOf({ ...cvv, serviceCode: '999' }),
    ],
    ['CAVV', cavv, '439'],
    ['dCVV', dcvv, '824'],
    ['CVC3', cvc3, '29488'],
    ['CVC3 of three digits', { ...cvc3, digits: 3 }, '488'],
  ])('%s', (_, input, code) => {
    expect(codeOf(input)).toBe(code);
    expect(module.verifyCardCode({ ...input, code })).toEqual({ ok: true });
    const wrong = String((Number(code[0]) + 1) % 10) + code.slice(1);
    expect(module.verifyCardCode({ ...input, code: wrong })).toEqual({
      ok: false,
      error: { code: 'not-verified' },
    });
  });
});

describe('bad input', () => {
  it.each<[string, CardCodeInput, string]>([
    ['a PAN of 11 digits', { ...cvv, pan: '22222222222' }, 'input pan'],
    ['a PAN of 20 digits', { ...cvv, pan: '22222222222222222222' }, 'input pan'],
    ['a PAN with a letter', { ...cvv, pan: '222222222222222A' }, 'input pan'],
    ['an expiry of three digits', { ...cvv, expiry: '333' }, 'input cvv'],
    ['a service code of two digits', { ...cvv, serviceCode: '11' }, 'input cvv'],
    ['a CAVV result of two digits', { ...cavv, authenticationResult: '11' }, 'input cavv'],
    ['an ATC of one byte', { ...dcvv, atc: fromHex('01') }, 'input atc'],
    ['a dCVV without service code', { ...dcvv, serviceCode: '' }, 'input dcvv'],
    ['a dCVV by option C', { ...dcvv, option: 'C' }, 'input option'],
    ['a CVC3 of six digits', { ...cvc3, digits: 6 }, 'input digits'],
    ['an empty track', { ...cvc3, track: new Uint8Array(0) }, 'input track'],
    [
      'a short unpredictable number',
      { ...cvc3, unpredictableNumber: fromHex('01') },
      'input unpredictable number',
    ],
    ['an issuer key for a CVV', { ...cvv, key: imk }, 'key-usage undefined'],
    ['a CVK for a dCVV', { ...dcvv, key: cvk }, 'key-usage undefined'],
  ])('%s', (_, input, wanted) => {
    expect(codeOf(input)).toBe(wanted);
  });
  it('a code of another length is not verified', () => {
    for (const code of ['', '3', '36', '3610']) {
      expect(module.verifyCardCode({ ...cvv, code }).ok).toBe(false);
    }
  });
});
