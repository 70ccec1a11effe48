// The masking net: account numbers go, other digits stay.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maskDigits,
  passesLuhn,
  scrubEcho,
  scrubOpaqueHex,
  scrubText,
} from '../src/frame/scrub.ts';
import { panArbitrary } from './support/pans.ts';

describe('scrubText', () => {
  it('masks any valid account number that stands alone', () => {
    fc.assert(
      fc.property(panArbitrary, fc.constantFrom(' ', '"', '=', ':', ',', '\n'), (pan, mark) => {
        const text = scrubText(`x${mark}${pan}${mark}y`);
        expect(text).not.toContain(pan.slice(5, -3));
        expect(text).toContain(`${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`);
      }),
    );
  });
  const kept = [
    '000000001251',
    '20261122031500',
    '1234567890123',
    '9F26081122334455667788',
    '0000000000000000',
  ];
  for (const text of kept) {
    it(`keeps ${text}`, () => {
      expect(scrubText(`a ${text} b`)).toBe(`a ${text} b`);
    });
  }
});

describe('scrubEcho', () => {
  it('masks numbers typed with blanks or hyphens, and inside longer runs', () => {
    expect(scrubEcho('4761 7390 0101 0119')).toBe('476173******0119');
    expect(scrubEcho('5A084761739001010119')).not.toContain('47617390');
    expect(scrubEcho('0000004761739001010119000000')).not.toContain('39001010');
  });
  it('cuts long text', () => {
    expect(scrubEcho('x'.repeat(100))).toHaveLength(40);
  });
});

describe('scrubOpaqueHex', () => {
  it('masks packed digits and character codes, ASCII and EBCDIC', () => {
    fc.assert(
      fc.property(panArbitrary, (pan) => {
        const ascii = Buffer.from(pan).toString('hex');
        const ebcdic = pan.replaceAll(/./g, 'F$&');
        const middle = pan.slice(5, -3);
        expect(scrubOpaqueHex(`FF${pan}FF`)).not.toContain(middle);
        expect(scrubOpaqueHex(`0A${ascii}0A`)).not.toContain(Buffer.from(middle).toString('hex'));
        expect(scrubOpaqueHex(`0A${ebcdic}0A`)).not.toContain(middle.replaceAll(/./g, 'F$&'));
      }),
    );
  });
  it('keeps hex without account numbers', () => {
    expect(scrubOpaqueHex('9F2608A1B2C3D4E5F60718')).toBe('9F2608A1B2C3D4E5F60718');
  });
});

describe('Luhn', () => {
  it('knows right from wrong', () => {
    expect(passesLuhn('4761739001010119')).toBe(true);
    expect(passesLuhn('4761739001010118')).toBe(false);
    expect(maskDigits('123456')).toBe('******');
  });
});
