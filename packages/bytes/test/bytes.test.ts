// Hex, BCD, text and comparison: tables of good and bad input, and round trips.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  decodeBcd,
  encodeBcd,
  equalBytes,
  equalConstantTime,
  firstNonHex,
  fromAscii,
  fromHex,
  toHex,
  toLatin1,
  wipe,
} from '../src/index.ts';

describe('hex', () => {
  it('is the inverse of itself for every byte string', () => {
    fc.assert(fc.property(fc.uint8Array(), (b) => equalBytes(fromHex(toHex(b)), b)));
  });
  it.each([
    ['', -1],
    ['0G', 1],
    ['g0', 0],
    ['123', 3],
    ['aBcD', -1],
    ['12 4', 2],
  ])('%j has its first fault at %i', (text, at) => {
    expect(firstNonHex(text)).toBe(at);
    if (at >= 0) expect(() => fromHex(text)).toThrow(`character ${at}`);
  });
  it('never repeats the text in the error', () => {
    expect(() => fromHex('4761739001010119X')).toThrow(/^(?!.*4761)/);
  });
});

describe('packed BCD', () => {
  it.each([
    ['123', 'left0', '0123'],
    ['123', 'leftF', 'F123'],
    ['123', 'right0', '1230'],
    ['123', 'rightF', '123F'],
    ['1234', 'rightF', '1234'],
    ['', 'left0', ''],
  ] as const)('%s with %s is %s', (digits, filler, hex) => {
    expect(toHex(encodeBcd(digits, filler))).toBe(hex);
    expect(decodeBcd(fromHex(hex), digits.length, filler)).toBe(digits);
  });
  it('refuses what is no digit', () => {
    expect(() => encodeBcd('12A')).toThrow('character 2');
    expect(decodeBcd(fromHex('1A'))).toBeUndefined();
  });
});

describe('text and comparison', () => {
  it('keeps ASCII and names the character outside it', () => {
    expect(toLatin1(fromAscii('0200'))).toBe('0200');
    expect(() => fromAscii('aé')).toThrow('character 1');
  });
  it('compares in constant time and by length', () => {
    expect(equalConstantTime(fromHex('0102'), fromHex('0102'))).toBe(true);
    expect(equalConstantTime(fromHex('0102'), fromHex('0103'))).toBe(false);
    expect(equalConstantTime(fromHex('01'), fromHex('0102'))).toBe(false);
    expect(equalBytes(fromHex('01'), fromHex('02'))).toBe(false);
  });
  it('joins and wipes', () => {
    const joined = concatBytes(fromHex('01'), fromHex(''), fromHex('0203'));
    expect(toHex(joined)).toBe('010203');
    wipe(joined, undefined);
    expect(toHex(joined)).toBe('000000');
  });
});
