// The recipe for a cryptogram version, tried: a row is all that the engine needs to know of it.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type CryptogramVersion,
  TdesCipher,
  atcDiversifier,
  commonSessionKey,
  cryptogramData,
  cryptogramVersion,
  deriveCardKey,
  mastercardRule,
  retailMac,
  verifyTdesCryptogram,
} from '../src/index.ts';

// A scheme that puts amount, counter and unpredictable number under the MAC, and nothing else.
const base = cryptogramVersion('visa-cvn18');
if (base === undefined) throw new Error('the table has lost visa-cvn18');
const toy: CryptogramVersion = { ...base, cvn: 0x77, option: 'A', data: ['9F02', '9F36', '9F37'] };
const tags = new Map([
  ['9F02', fromHex('000000001251')],
  ['9F36', fromHex('0042')],
  ['9F37', fromHex('A1B2C3D4')],
]);
const card = { pan: '4761739001010119', panSequenceNumber: '01', atc: fromHex('0042') };
const issuerKey = new TdesCipher(fromHex('0123456789ABCDEFFEDCBA9876543210'));

/** The card's side, step by step. */
function made(): Uint8Array {
  const cardKey = deriveCardKey(issuerKey, 'A', card.pan, card.panSequenceNumber);
  const sessionKey = commonSessionKey(cardKey, atcDiversifier(card.atc));
  return retailMac(new TdesCipher(sessionKey), fromHex('0000000012510042A1B2C3D4'), 2);
}

describe('a new cryptogram version', () => {
  it('says what is under the MAC', () => {
    const data = cryptogramData(toy, tags);
    expect(data.ok && toHex(data.data)).toBe('0000000012510042A1B2C3D4');
    const without = new Map([...tags].filter(([tag]) => tag !== '9F37'));
    expect(cryptogramData(toy, without)).toMatchObject({
      ok: false,
      error: { code: 'input', detail: 'missing 9F37' },
    });
  });
  it('verifies by its row, and not by another', () => {
    const data = fromHex('0000000012510042A1B2C3D4');
    const context = { ...card, unpredictableNumber: tags.get('9F37'), data };
    const verified = (row: CryptogramVersion): boolean =>
      verifyTdesCryptogram(issuerKey, row, row.option, context, made(), undefined).verified;
    expect(verified(toy)).toBe(true);
    expect(verified({ ...toy, sessionKey: mastercardRule })).toBe(false);
    expect(verified({ ...toy, padding: 1 })).toBe(false);
    expect(verified({ ...toy, option: 'B' })).toBe(true); // a number of 16 digits: A and B are one
  });
});
