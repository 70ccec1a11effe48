// The card's own cryptography against published values (the project's EMV vectors).
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import { aesCmac, retailMac, tripleDesEncrypt, withOddParity } from '../src/block-cipher.ts';
import { authorisationResponseCryptogram, cryptogramRows } from '../src/cryptogram.ts';
import { type DerivationOption, deriveCardKey, deriveSessionKey } from '../src/key-derivation.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: Record<string, string | number>;
  readonly expect: Record<string, string>;
}

const file = new URL('../../../packages/emv/vectors/emv.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };
const ofKind = (kind: string): Vector[] => vectors.filter((vector) => vector.kind === kind);
const text = (value: string | number | undefined): string => String(value ?? '');

function cardKey(input: Vector['input']): Uint8Array {
  return deriveCardKey(
    fromHex(text(input['imk'])),
    { pan: text(input['pan']), panSequenceNumber: text(input['psn']) },
    text(input['option']) as DerivationOption,
  );
}

const methods = {
  none: 'none',
  csk: 'csk',
  'mc-skd': 'mchip-skd',
  'visa-sm': 'visa-sm',
  'aes-csk': 'aes-csk',
} as const;

function sessionKey(key: Uint8Array, method: string, input: Vector['input']): Uint8Array {
  const optional = (name: string): Uint8Array | undefined =>
    input[name] === undefined ? undefined : fromHex(text(input[name]));
  return deriveSessionKey(methods[method as keyof typeof methods], key, {
    atc: optional('atc') ?? new Uint8Array(2),
    unpredictableNumber: optional('un'),
    diversifier: optional('diversifier'),
  });
}

describe('card keys', () => {
  it.each(ofKind('udk').map((v) => [v.id, v] as const))('%s', (_, { input, expect: wanted }) => {
    expect(toHex(cardKey(input))).toBe(wanted['key']);
  });
});

describe('session keys', () => {
  const cases = ofKind('session-key').filter((v) => text(v.input['method']) in methods);
  it.each(cases.map((v) => [v.id, v] as const))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKey(fromHex(text(input['masterKey'])), text(input['method']), input);
    const aes = text(input['method']) === 'aes-csk';
    expect(toHex(aes ? key : withOddParity(key))).toBe(wanted['key']);
  });
});

describe('application cryptograms', () => {
  it.each(ofKind('ac').map((v) => [v.id, v] as const))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKey(cardKey(input), text(input['sessionKey']), input);
    const padding = Number(input['padding']) === 1 ? 1 : 2;
    expect(toHex(retailMac(key, fromHex(text(input['data'])), padding))).toBe(wanted['ac']);
  });

  it.each(ofKind('ac-aes').map((v) => [v.id, v] as const))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKey(cardKey(input), 'aes-csk', input);
    expect(toHex(aesCmac(key, fromHex(text(input['data'])))).slice(0, 16)).toBe(wanted['ac']);
  });
});

describe('authorisation response cryptograms', () => {
  it.each(ofKind('arpc').map((v) => [v.id, v] as const))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKey(cardKey(input), text(input['key']), input);
    const row = { ...cryptogramRows['visa-10'], arpcMethod: Number(input['method']) === 1 ? 1 : 2 };
    const optional = (name: string): Uint8Array | undefined =>
      input[name] === undefined ? undefined : fromHex(text(input[name]));
    const arpc = authorisationResponseCryptogram(
      row as (typeof cryptogramRows)['visa-10'],
      key,
      { atc: new Uint8Array(2) },
      {
        cryptogram: fromHex(text(input['ac'])),
        arc: optional('arc'),
        csu: optional('csu'),
        proprietaryData: optional('pad') ?? optional('proprietaryData'),
      },
    );
    expect(toHex(arpc)).toBe(wanted['arpc']);
  });
});

describe('script MACs', () => {
  const cases = ofKind('script-mac').filter((v) => text(v.input['sessionKey']) in methods);
  it.each(cases.map((v) => [v.id, v] as const))('%s', (_, { input, expect: wanted }) => {
    const key = sessionKey(cardKey(input), text(input['sessionKey']), input);
    expect(toHex(retailMac(key, fromHex(text(input['message'])), 2))).toBe(wanted['mac']);
  });
});

describe('AES-CMAC', () => {
  // NIST SP 800-38B appendix D.1.
  const key = fromHex('2B7E151628AED2A6ABF7158809CF4F3C');
  it.each([
    ['', 'BB1D6929E95937287FA37D129B756746'],
    ['6BC1BEE22E409F96E93D7E117393172A', '070A16B46B4D4144F79BDD9DD04A287C'],
    [
      '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411',
      'DFA66747DE9AE63030CA32611497C827',
    ],
  ])('of %s', (message, mac) => {
    expect(toHex(aesCmac(key, fromHex(message)))).toBe(mac);
  });
});

it('refuses a key of the wrong length', () => {
  expect(() => tripleDesEncrypt(new Uint8Array(7), new Uint8Array(8))).toThrow(RangeError);
});
