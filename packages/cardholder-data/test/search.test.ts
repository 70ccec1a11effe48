// No card number survives masking whole, wherever and in whatever form it stands; what is none stays.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cardNumbersIn,
  coverCardNumberCodes,
  coverCardNumbersInHex,
  holdsCardNumber,
  maskCardNumbers,
  maskLoneCardNumbers,
  maskingNet,
} from '../src/index.ts';
import { cardNumbers } from './card-numbers.ts';

const packed = (digits: string): string => (digits.length % 2 === 0 ? digits : `${digits}F`);
const ascii = (text: string): string => toHex(fromAscii(text));
const ebcdic = (digits: string): string => digits.replaceAll(/\d/g, 'F$&');
/** Digits that nothing may show: from the seventh to the fifth from behind. */
const middle = (pan: string): string => pan.slice(6, -4);

describe('no card number survives', () => {
  it('in text, with any neighbours, grouped or not', () => {
    fc.assert(
      fc.property(
        cardNumbers,
        fc.string({ maxLength: 24 }),
        fc.string({ maxLength: 24 }),
        fc.constantFrom('', ' ', '-', '.'),
        (pan, before, after, gap) => {
          const written = pan.replaceAll(/(\d{4})(?=\d)/g, `$1${gap}`);
          const masked = maskCardNumbers(before + written + after);
          expect(masked).toHaveLength(before.length + written.length + after.length);
          const place = masked.slice(before.length, before.length + written.length);
          const shown = place.replaceAll(/[^\d*]/g, '');
          expect(shown.slice(6, -4)).toBe('*'.repeat(middle(pan).length));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('inside longer runs of digits', () => {
    const digits = fc.stringMatching(/^\d{0,12}$/);
    fc.assert(
      fc.property(cardNumbers, digits, digits, (pan, before, after) => {
        const masked = maskCardNumbers(before + pan + after);
        const place = masked.slice(before.length, before.length + pan.length);
        expect(place.slice(6, -4)).toBe('*'.repeat(middle(pan).length));
      }),
      { numRuns: 2000 },
    );
  });

  it('in hex, packed, ASCII and EBCDIC, at any nibble', () => {
    const hex = fc.stringMatching(/^[0-9A-F]{0,12}$/);
    fc.assert(
      fc.property(
        cardNumbers,
        hex,
        hex,
        fc.constantFrom('*' as const, '0' as const),
        (pan, before, after, cover) => {
          for (const [form, width] of [
            [pan, 1],
            [ascii(pan), 2],
            [ebcdic(pan), 2],
          ] as const) {
            const covered = coverCardNumbersInHex(before + form + after, cover);
            const place = covered.slice(before.length, before.length + form.length);
            const shown = width === 1 ? place : place.replaceAll(/.(.)/g, '$1');
            expect(shown.slice(6, -4)).toBe(cover.repeat(middle(pan).length));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('as a track in free text: expiry, name and the rest go, too', () => {
    for (const track of [
      ';4111111111111111=29122011234567890?',
      '4111111111111111D29122011234567890',
      '%B4111111111111111^PUBLIC/JOHN^29122011234567890?',
      'T2 4111111111111111==201123',
    ]) {
      const masked = maskCardNumbers(track);
      expect(masked).toHaveLength(track.length);
      expect(masked).not.toMatch(/2912|PUBLIC|123/);
      expect(masked).toContain('411111******1111');
    }
  });

  it('is found and netted wherever seven of its digits come out again', () => {
    fc.assert(
      fc.property(cardNumbers, (pan) => {
        const bytes = fromHex(packed(pan));
        expect(holdsCardNumber(bytes)).toBe(true);
        expect(cardNumbersIn([bytes])).toContain(pan);
        expect(cardNumbersIn([fromHex(ascii(pan))])).toContain(pan);
        expect(cardNumbersIn([fromHex(ebcdic(pan))])).toContain(pan);
        const window = pan.slice(4, 11);
        if (!/^(\d)\1*$/.test(window))
          expect(maskingNet([pan])(`x${window}x`)).not.toContain(window);
      }),
    );
  });
});

describe('what is no card number stays', () => {
  const texts = [
    '000000001251',
    '20261122031500',
    'ORDER=0000123456',
    '1234567890123',
    '123456789012345',
    '10028400000000123456',
    '0000000000000000',
    'A0000007790000',
    '',
  ];
  it.each(texts)('text %s', (text) => {
    expect(maskCardNumbers(text)).toBe(text);
    expect(maskLoneCardNumbers(text)).toBe(text);
  });

  it.each(['9F2608A1B2C3D4E5F60718', '000000021474', 'A0000000031010'])('hex %s', (hex) => {
    expect(coverCardNumbersInHex(hex)).toBe(hex);
    expect(coverCardNumberCodes(hex)).toBe(hex);
    expect(holdsCardNumber(fromHex(hex))).toBe(false);
  });

  it('alone in a text is masked, behind a letter is not', () => {
    expect(maskLoneCardNumbers('PAN 4761739001010119.')).toBe('PAN 476173******0119.');
    expect(maskLoneCardNumbers('A4761739001010119')).toBe('A4761739001010119');
    expect(maskLoneCardNumbers('4761739001010118')).toBe('4761739001010118');
  });
});
