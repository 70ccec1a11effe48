// Card numbers: check digit, form, what shows by length.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkDigitOf,
  hasCheckDigit,
  hasIssuerPrefix,
  issuerRangeOf,
  maskPan,
  parsePan,
  truncatePan,
} from '../src/index.ts';

describe('check digit', () => {
  it.each([
    ['4761739001010119', true],
    ['4111111111111111', true],
    ['79927398713', true],
    ['0', true],
    ['4761739001010118', false],
    ['', false],
    ['47617390010101I9', false],
    ['4761 7390 0101 0119', false],
    ['٤٧٦١٧٣٩٠٠١٠١٠١١٩', false],
  ])('of %s: %s', (digits, holds) => expect(hasCheckDigit(digits)).toBe(holds));

  it('is the one digit of ten that fits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,30}$/), (digits) => {
        const fits = '0123456789'.split('').filter((last) => hasCheckDigit(digits + last));
        expect(fits).toEqual([checkDigitOf(digits)]);
      }),
    );
  });

  it('is not computed for what is no digits', () => {
    expect(() => checkDigitOf('47X')).toThrow(RangeError);
  });
});

describe('parsePan', () => {
  it.each([
    ['4761739001010119', true],
    ['6228480402564890018', true],
    ['676300000002', false],
    ['67630000000' + checkDigitOf('67630000000'), true],
    ['41111111116', false],
    ['4761739001010118', false],
    ['4761739001010119 ', false],
    ['47617390010101190000', false],
    ['', false],
  ])('%s: %s', (text, is) => expect(parsePan(text) !== undefined).toBe(is));
});

describe('what shows of a number', () => {
  it.each([
    ['6228480402564890018', '622848*********0018', '62284804*******0018'],
    ['4761739001010119', '476173******0119', '47617390****0119'],
    ['371449635398431', '371449*****8431', '371449*****8431'],
    ['4222222222222', '422222***2222', '422222***2222'],
    ['676300000007', '********0007', '********0007'],
    ['12345678', '****5678', '****5678'],
    ['1234567', '*******', '*******'],
    ['', '', ''],
  ])('%s', (digits, six, eight) => {
    expect(maskPan(digits)).toBe(six);
    expect(maskPan(digits, { issuerDigits: 8 })).toBe(eight);
  });

  it('is never more than first six (eight) and last four, and always as long', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{0,40}$/), (digits) => {
        for (const issuerDigits of [6, 8] as const) {
          const shown = maskPan(digits, { issuerDigits });
          expect(shown).toHaveLength(digits.length);
          const clear = shown.replaceAll('*', '').length;
          const most = digits.length >= 16 ? issuerDigits : digits.length >= 13 ? 6 : 0;
          expect(clear).toBe(digits.length < 8 ? 0 : most + 4);
        }
      }),
    );
  });

  it('is what is stored', () => {
    const pan = parsePan('6228480402564890018');
    expect(pan && truncatePan(pan)).toBe('622848*********0018');
    const short = parsePan('676300000' + '007'.slice(0, 2) + checkDigitOf('67630000000'));
    expect(short && truncatePan(short)).toMatch(/^\*{8}\d{4}$/);
  });
});

describe('issuer ranges', () => {
  it.each([
    ['4761739001010119', 'Visa', true],
    ['5413330089010640', 'Mastercard', true],
    ['2223000048400011', 'Mastercard', true],
    ['2720990000000000', 'Mastercard', true],
    ['2721000000000000', undefined, false],
    ['2200000000000004', 'Mir', true],
    ['6228480402564890018', 'UnionPay', true],
    ['9558800000000000000', undefined, true],
    ['371449635398431', 'American Express', true],
    ['000000001251', undefined, false],
    ['20261122031500', undefined, false],
    ['1220000000000003', undefined, false],
  ])('%s: %s', (digits, brand, issued) => {
    expect(issuerRangeOf(digits)?.brand).toBe(brand);
    expect(hasIssuerPrefix(digits)).toBe(issued);
  });
});
