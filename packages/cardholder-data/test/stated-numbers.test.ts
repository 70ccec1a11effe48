// The number that a message states is hidden in it in every encoding; binary data of a party's own format only where
// something marks a number in it.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coverDelimitedNumbers,
  coverStated,
  judgeObject,
  maskBytes,
  statedNumber,
} from '../src/index.ts';
import { cardNumbers } from './card-numbers.ts';

const ascii = (text: string): string => toHex(fromAscii(text));
const ebcdic = (digits: string): string => digits.replaceAll(/\d/g, 'F$&');

/** A number as hex of bytes, in the encodings of payment messages. */
const encodings: Readonly<Record<string, (pan: string) => string>> = {
  packed: (pan) => (pan.length % 2 === 0 ? pan : `${pan}F`),
  'packed, right-aligned': (pan) => (pan.length % 2 === 0 ? `0${pan}0` : `0${pan}`),
  ascii,
  ebcdic,
  'hex text': (pan) => ascii(ascii(pan)),
  'hex text, small': (pan) => ascii(ebcdic(pan).toLowerCase()),
  'hex text in EBCDIC': (pan) => ebcdic(ascii(pan)),
  'two-byte characters': (pan) => pan.replaceAll(/\d/g, '003$&'),
  groups: (pan) => ascii(pan.replaceAll(/(\d{4})(?=\d)/g, '$1 ')),
};

/** Whether the digits between first six and last four still stand in a text, in whatever encoding. */
const shows = (output: string, pan: string): boolean => {
  const middle = pan.slice(5, -3);
  return Object.values(encodings).some((encode) =>
    output.toUpperCase().includes(
      encode(middle)
        .toUpperCase()
        .replaceAll(/^0(?=\d)|[0F]$/g, ''),
    ),
  );
};

describe('H3: the number that a message states', () => {
  it.each([
    ['pan', '4111111111111111', '4111111111111111'],
    ['track2', ';4111111111111111=2912201', '4111111111111111'],
    ['track1', '%B4111111111111111^A/B^2912', '4111111111111111'],
    ['track3', '014111111111111111=978', '4111111111111111'],
    ['text', '4111111111111111', undefined],
    ['pan', '12345', undefined],
    [undefined, '4111111111111111', undefined],
  ] as const)('%s %s states %s', (mark, text, number) => {
    expect(statedNumber(mark, text)).toBe(number);
  });

  it.each([
    ['pan', '6799998900000200069F', '6799998900000200069'],
    ['track2', '4111111111111111D2912201', '4111111111111111'],
    ['track1', ascii('B4111111111111111^A/B^2912'), '4111111111111111'],
    ['name', '4111111111111111', undefined],
  ] as const)('bytes: %s %s', (mark, hex, number) => {
    expect(statedNumber(mark, fromHex(hex))).toBe(number);
  });

  it('is found in every encoding, among whatever bytes; lengths stay', () => {
    const neighbours = fc.uint8Array({ maxLength: 6 });
    const encoding = fc.constantFrom(...Object.keys(encodings));
    const cover = fc.constantFrom('*' as const, '0' as const);
    fc.assert(
      fc.property(
        cardNumbers,
        neighbours,
        neighbours,
        encoding,
        cover,
        (pan, a, b, form, with_) => {
          fc.pre(!/^(\d)\1*$/.test(pan) && !/(\d)\1{5}/.test(pan.slice(4)));
          const hex = toHex(a) + encodings[form](pan) + toHex(b);
          const covered = coverStated([pan]).hex(hex, with_);
          expect(covered).toHaveLength(hex.length);
          expect(shows(covered, pan)).toBe(false);
          expect(covered.startsWith(toHex(a))).toBe(true);
          if (with_ === '0') expect(fromHex(covered)).toHaveLength(hex.length / 2);
        },
      ),
      { numRuns: 1000, seed: 8 },
    );
  });

  it.each([
    ['4111111111111111', '411111******1111', '4111110000001111'],
    ['4111 1111 1111 1111', '4111 11** **** 1111', '4111 1100 0000 1111'],
    ['X4111111111111111=2912201123Y', 'X411111******1111=**********Y', undefined],
    ['x34313131313131313131313131313131', 'x343131313131************31313131', undefined],
    ['4111111111111112', '4111111111111112', '4111111111111112'],
    ['411111111111111', '411111111111111', '411111111111111'],
    ['', '', ''],
  ])('text %s', (text, masked, zeroed) => {
    const cover = coverStated(['4111111111111111']);
    expect(cover.text(text)).toBe(masked);
    if (zeroed !== undefined) expect(cover.text(text, '0')).toBe(zeroed);
  });

  it('takes the rest of a track with it', () => {
    const cover = coverStated(['4761739001010119']);
    expect(cover.hex('4761739001010119D29122011234F00')).toBe('476173******0119D***********F00');
    expect(cover.hex(ascii('4761739001010119=2912?'))).toBe(
      '343736313733************303131393D********3F',
    );
    expect(cover.hex(ascii('B4761739001010119^A B^29?'), '0')).toBe(
      ascii('B4761730000000119^000000?'),
    );
  });

  it.each([['000000000000'], ['1111111111111111'], ['41111']])('%s is none', (number) => {
    expect(coverStated([number]).hex(`00${number}00`)).toBe(`00${number}00`);
  });
});

const pan = '4761739001010119';
const usualLabels = [
  'VISA CREDIT',
  'VISA DEBIT',
  'UNIONPAY CREDIT',
  'JCB CREDIT',
  'MC CREDIT',
  'VISA ELECTRON',
];

describe('H3 and D1: what is hidden of a number that nobody stated, by tag', () => {
  it.each([
    ['86', '8424000008A1B2C3D4E5F60718', false],
    ['86', '04DA9F58030000001122334455667788', false],
    ['86', `04DA9F5808${pan}`, true],
    ['86', `04DC01140A5A08${pan}`, true],
    ['86', `04DC01140A5A08${pan}1122334455667788`, true],
    ['86', `04DC011415${pan}D2912201FFFF`, true],
    ['91', pan, true],
    ['91', '8A1B2C3D4E5F60718293A4B5C6D7E8F9', false],
    ['9F6E', pan, true],
    ['9F6E', '238C0000', false],
    ['9F6E', `0056000030${ascii(pan)}`, true],
    ['9F5B', `${pan}FF`, true],
    ['9F5B', '2000000000', false],
    ['92', pan, true],
    ['90', `00${pan}`, true],
    ['98', `0000000000000000000000004761739001010119`, true],
    ['9F4F', pan, true],
    ['9F4F', '9F02069F03069F1A0295055F2A029A039C01', false],
    ['9F10', pan, true],
    ['9F10', ebcdic(pan), true],
    ['9F10', '0110A00001240000000000000000000000FF', false],
    ['9F10', '06010A03A40000', false],
    ['50', pan, true],
    ['50', ascii(pan), true],
    ['9F16', pan, true],
    ['9F26', '4111111111111111', false],
    ['8E', '0000000000000000410342035E0355', false],
    ['94', '0801010010010401', false],
    ['9F02', '000000021474', false],
    ...usualLabels.map((label) => ['50', ascii(label), false] as const),
    ['9F12', ascii('CREDITO DE VISA'), false],
  ] as const)('%s %s: %s', (tag, hex, hidden) => {
    expect(maskBytes(judgeObject(tag, hex.length / 2), fromHex(hex)) !== hex).toBe(hidden);
  });

  it('terminal and merchant identifiers stay whole', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9A-Z]{${length}}$`));
    fc.assert(
      fc.property(fc.constantFrom(['9F1C', 8], ['9F16', 12] as const), digits(12), (row, text) => {
        const [tag, length] = row;
        const hex = ascii(text.slice(0, length));
        expect(maskBytes(judgeObject(tag, hex.length / 2), fromHex(hex))).toBe(hex);
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  it('issuer application data and certificates at random stay whole', () => {
    fc.assert(
      fc.property(
        fc.noBias(fc.uint8Array({ minLength: 7, maxLength: 32 })),
        fc.nat(3),
        (bytes, zeros) => {
          const hex = `06010A03${'00'.repeat(zeros * 3)}${toHex(bytes)}`;
          expect(coverDelimitedNumbers(hex)).toBe(hex);
        },
      ),
      { numRuns: 2000, seed: 8 },
    );
  });
});
