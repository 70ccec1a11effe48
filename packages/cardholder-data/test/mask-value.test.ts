// The lists of what is sensitive, and values masked and zeroed by them.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ElementSensitivity,
  judgeObject,
  maskBytes,
  maskText,
  numberSearchIn,
  sensitiveElements,
  sensitiveTags,
  tagSensitivity,
  zeroBytes,
  zeroText,
} from '../src/index.ts';
import { cardNumbers } from './card-numbers.ts';

describe('elements', () => {
  it('are marked in each edition', () => {
    for (const marks of Object.values(sensitiveElements)) {
      expect([2, 14, 35, 36, 45, 52, 55].map((number) => marks[number])).toEqual(
        'pan expiry track2 track3 track1 pin emv'.split(' '),
      );
      expect(marks[54]).toBe('none');
    }
    expect(sensitiveElements['1987'][126]).toBe('secret');
    expect(sensitiveElements['1987'][4]).toBeUndefined();
  });

  it.each([
    ['pan', '4111111111111111', '411111******1111', '4111110000001111'],
    ['track2', '4111111111111111=2912', '411111******1111=****', '4111110000001111=0000'],
    ['track2', '41111111111111112912', '411111**************', '41111100000000000000'],
    ['track1', 'B4111111111111111^A/B^29', 'B411111******1111^***^**', 'B4111110000001111^000^00'],
    ['track1', 'NOSEPARATOR', 'N**********', 'N0000000000'],
    ['track3', '014111111111111111=978', '014111********1111=***', '014111000000001111=000'],
    ['pin', '1234', '****', '0000'],
    ['text', 'A*4111111111111111', 'A*411111******1111', 'A*4111110000001111'],
    ['none', '4111111111111111', '4111111111111111', '4111111111111111'],
  ] as const)('%s %s', (mark, text, masked, zeroed) => {
    expect(maskText(mark, text)).toBe(masked);
    expect(zeroText(mark, text)).toBe(zeroed);
  });

  it('F04: additional amounts (DE 54) are no card numbers', () => {
    for (const marks of Object.values(sensitiveElements)) {
      for (const text of ['1002840C0000001234561001840D000000050000', '10028400000000123456'])
        expect(maskText(marks[54] ?? 'text', text)).toBe(text);
    }
  });

  it('no number survives any mark but none', () => {
    const marks: ElementSensitivity[] = ['pan', 'track1', 'track2', 'track3', 'text', 'secret'];
    fc.assert(
      fc.property(cardNumbers, fc.constantFrom(...marks), (pan, mark) => {
        for (const text of [pan, `${pan}=2912`, `B${pan}^A/B^2912`]) {
          if (text !== pan && mark === 'pan') continue;
          expect(maskText(mark, text)).not.toContain(pan.slice(0, 7));
          expect(maskText(mark, text)).not.toContain(pan.slice(-5));
        }
      }),
    );
  });
});

describe('objects', () => {
  it.each([
    ['5A', 'pan'],
    ['57', 'track2'],
    ['56', 'track1'],
    ['5F20', 'name'],
    ['9F0B', 'name'],
    ['5B', 'name'],
    ['5F2B', 'name'],
    ['5F2E', 'secret'],
    ['5F53', 'account'],
    ['9F60', 'cvv'],
    ['9F61', 'cvv'],
    ['BF4E', 'secret'],
    ['DF812A', 'track'],
    ['99', 'pin'],
    ['9F26', 'nowhere'],
    ['9F4C', 'nowhere'],
    ['9F10', 'delimited'],
    ['86', 'delimited'],
    ['91', 'delimited'],
    ['50', 'characters'],
    ['DF01', 'anywhere'],
  ])('H3: %s is judged %s', (tag, judgement) => expect(judgeObject(tag, 8)).toBe(judgement));

  it('mean other things under other schemes', () => {
    expect(tagSensitivity('9F6B', 'visa')).toBeUndefined();
    expect(tagSensitivity('9F6B', 'c2')).toBe('track2');
    expect(tagSensitivity('9F61', 'upi')).toBe('name');
    expect(tagSensitivity('5A', 'visa')).toBe('pan');
    expect(new Set(sensitiveTags).size).toBe(sensitiveTags.length);
    expect(sensitiveTags.every((tag) => tagSensitivity(tag) !== undefined)).toBe(true);
  });

  it('a standard object longer than the standard has it is searched', () => {
    expect(numberSearchIn('9F02', 6)).toBe('nowhere');
    expect(numberSearchIn('9F02', 8)).toBe('anywhere');
    expect(numberSearchIn('9F26', 9)).toBe('anywhere');
  });

  it.each([
    ['pan', '6799998900000200069F', '679999*********0069F', '6799990000000000069F'],
    ['pan', '67ABCD', '******', '000000'],
    ['track2', '4761739001010119D22122011758928889', `476173******0119${'*'.repeat(18)}`],
    ['track2', '47617390', '********', '00000000'],
    ['name', '414243', '******', '000000'],
    ['nowhere', '4761739001010119', '4761739001010119', '4761739001010119'],
    ['anywhere', '4761739001010119', '476173******0119', '4761730000000119'],
  ] as const)('%s %s', (judgement, hex, masked, zeroed?: string) => {
    expect(maskBytes(judgement, fromHex(hex))).toBe(masked);
    const zeros = zeroBytes(judgement, fromHex(hex));
    expect(zeros).toHaveLength(hex.length / 2);
    if (zeroed !== undefined) expect(toHex(zeros)).toBe(zeroed);
  });

  it('zeros leave a track that reads', () => {
    expect(toHex(zeroBytes('track2', fromHex('4761739001010119D22122011758928889')))).toBe(
      '4761730000000119D00000000000000000',
    );
  });

  it('zeros leave characters characters', () => {
    const text = fromHex('34373631373339303031303130313139');
    expect(toHex(zeroBytes('characters', text))).toBe('34373631373330303030303030313139');
  });
});
