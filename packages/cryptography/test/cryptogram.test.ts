// The engine of the version table: what it tells an observer is what the clauses' own functions give, and a
// row with a new way to the session key needs no other line of code.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  AesCipher,
  type CryptogramContext,
  type CryptogramVersion,
  type SessionKeyRule,
  TdesCipher,
  aesRule,
  aesSessionKey,
  applicationCryptogram,
  arpcMethod1,
  arpcMethod2,
  atcDiversifier,
  cardKeyDiversifier,
  cardKeyItself,
  cmac,
  commonRule,
  commonSessionKey,
  cryptogramVersions,
  deriveCardKey,
  emv2000SessionKey,
  issuerAnswer,
  makeCipher,
  mastercardRule,
  mastercardSessionKey,
  retailMac,
  unionPayRule,
  unionPaySessionKey,
  verifyAesCryptogram,
  verifyTdesCryptogram,
} from '../src/index.ts';

const imk = fromHex('0123456789ABCDEFFEDCBA9876543210');
const atc = fromHex('1234');
const un = fromHex('89ABCDEF');
const data = fromHex('0000000100000000000000000840000000000008402611220089ABCDEF18001234');
const card = { pan: '4000001234567890123', panSequenceNumber: '01' };
const context: CryptogramContext = { ...card, atc, unpredictableNumber: un, data };

/** The keys of a row by the functions of the clauses, not by the table's rules. */
function keysOf(row: CryptogramVersion): { cardKey: Uint8Array; sessionKey: Uint8Array } {
  const cipher = makeCipher(row.option === 'C' ? 'AES128' : '2TDEA', imk);
  const cardKey = deriveCardKey(cipher, row.option, card.pan, card.panSequenceNumber);
  const ways = new Map<SessionKeyRule, () => Uint8Array>([
    [cardKeyItself, () => cardKey],
    [commonRule, () => commonSessionKey(cardKey, atcDiversifier(atc))],
    [mastercardRule, () => mastercardSessionKey(cardKey, atc, un)],
    [unionPayRule, () => unionPaySessionKey(cardKey, atc)],
    [aesRule, () => aesSessionKey(cardKey, atcDiversifier(atc, 16))],
  ]);
  return { cardKey, sessionKey: ways.get(row.sessionKey)!() };
}

function macOf(row: CryptogramVersion, key: Uint8Array): string {
  if (row.padding === 'cmac') return toHex(cmac(new AesCipher(key), data).slice(0, 8));
  return toHex(retailMac(new TdesCipher(key), data, row.padding));
}

/** Steps as hex, in order, and the arrays they came in. */
function watched() {
  const steps: [string, string][] = [];
  const arrays: Uint8Array[] = [];
  const onStep: CryptogramContext['onStep'] = (name, bytes) => {
    steps.push([name, toHex(bytes)]);
    if (name.endsWith('key')) arrays.push(bytes);
  };
  return { steps, arrays, context: { ...context, onStep } };
}

describe.each(cryptogramVersions.map((row) => [row.id, row] as const))('%s', (_id, row) => {
  const { option } = row;
  const { cardKey, sessionKey } = keysOf(row);
  const steps = [
    ['diversifier', toHex(cardKeyDiversifier(option, card.pan, card.panSequenceNumber))],
    ['card-key', toHex(cardKey)],
    ['session-key', toHex(sessionKey)],
  ];
  it('B10: tells every step of a cryptogram, and the same cryptogram without an observer', () => {
    const seen = watched();
    const work = { row, option, context: seen.context };
    const cryptogram = toHex(applicationCryptogram(imk, work));
    expect(cryptogram).toBe(macOf(row, sessionKey));
    expect(seen.steps).toEqual([...steps, ['data', toHex(data)], ['cryptogram', cryptogram]]);
    expect(toHex(applicationCryptogram(imk, { row, option, context }))).toBe(cryptogram);
    // What the observer was lent is wiped; of AES keys the session key is, once the MAC is made.
    for (const lent of seen.arrays) expect(toHex(lent)).toBe('00'.repeat(lent.length));
  });
  it('B10: tells every step of an answer, by either method', () => {
    const arqc = fromHex(macOf(row, sessionKey));
    const csu = fromHex('00820000');
    const proprietaryData = fromHex('0102');
    const key = row.arpcKey === 'card' ? cardKey : sessionKey;
    const message = fromHex(`${toHex(arqc)}${toHex(csu)}${toHex(proprietaryData)}`);
    const aes = row.padding === 'cmac';
    const two = aes
      ? cmac(new AesCipher(key), message).slice(0, 4)
      : arpcMethod2(new TdesCipher(key).encryption, arqc, csu, proprietaryData);
    const seen = watched();
    const work = { row, option, context: seen.context };
    expect(issuerAnswer(imk, work, arqc, { csu, proprietaryData })).toEqual(two);
    expect(seen.steps).toEqual([...steps, ['arpc', toHex(two)]]);
    const arc = fromHex('3030');
    const one = aes ? undefined : arpcMethod1(new TdesCipher(key).encryption, arqc, arc);
    expect(issuerAnswer(imk, { row, option, context }, arqc, { arc })).toEqual(one);
  });
  it('B10: a verifier tells keys to an observer, and never the right cryptogram', () => {
    const seen = watched();
    const wrong = new Uint8Array(8);
    const verdict =
      row.padding === 'cmac'
        ? verifyAesCryptogram(new AesCipher(imk), row, seen.context, 16, wrong, undefined)
        : verifyTdesCryptogram(new TdesCipher(imk), row, option, seen.context, wrong, undefined);
    expect(verdict).toEqual({ verified: false, arpc: undefined });
    expect(seen.steps).toEqual(steps);
  });
});

describe('a new row', () => {
  const common = cryptogramVersions.find(({ id }) => id === 'visa-cvn18')!;
  const verify = (row: CryptogramVersion, arqc: Uint8Array): boolean =>
    verifyTdesCryptogram(new TdesCipher(imk), row, 'A', context, arqc, undefined).verified;
  const cardKey = deriveCardKey(new TdesCipher(imk), 'A', card.pan, card.panSequenceNumber);

  it('B10: brings a session key of another kind as a function: the tree of EMV2000', () => {
    const tree = { height: 8, branch: 4, iv: new Uint8Array(16) };
    const row: CryptogramVersion = {
      ...common,
      sessionKey: {
        kind: 'derived',
        cipher: 'tdes',
        text: 'the tree of EMV2000',
        needsUnpredictableNumber: false,
        derive: (key, input) => emv2000SessionKey(key, input.atc, tree),
      },
    };
    const arqc = retailMac(new TdesCipher(emv2000SessionKey(cardKey, atc, tree)), data, 2);
    expect(verify(row, arqc)).toBe(true);
    expect(verify(common, arqc)).toBe(false);
    expect(verify(row, fromHex('0000000000000000'))).toBe(false);
  });
  it('B10: brings a session key of two blocks as four words', () => {
    const row: CryptogramVersion = {
      ...common,
      sessionKey: {
        kind: 'two-blocks',
        text: 'the number alone, once plain and once inverted',
        needsUnpredictableNumber: true,
        writeBlocks: (blocks, { unpredictableNumber: number = new Uint8Array(4) }) => {
          const word = new DataView(number.buffer, number.byteOffset).getInt32(0);
          blocks.set([word, 0, ~word, 0]);
        },
      },
    };
    const halves = [fromHex('89ABCDEF00000000'), fromHex('7654321000000000')];
    const cipher = new TdesCipher(cardKey);
    const key = new Uint8Array(16);
    for (const [i, half] of halves.entries()) cipher.encryptBlock(half, 0, key, 8 * i);
    expect(verify(row, retailMac(new TdesCipher(key), data, 2))).toBe(true);
    expect(verify(common, retailMac(new TdesCipher(key), data, 2))).toBe(false);
  });
});
