// One element: tables of wires that decode and of wires that do not, axis by axis.
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import {
  type FieldSpec,
  type FieldValue,
  decodeField,
  decodePrefix,
  encodeField,
  encodePrefix,
} from '../src/index.ts';

const ll = { data: 'ascii', size: 2 } as const;

/** Wires that decode to a value and encode to the same wire. */
const both: readonly (readonly [string, FieldSpec, string, FieldValue])[] = [
  ['empty ASCII LL', { data: 'ascii', prefix: ll }, '3030', ''],
  ['empty BCD L', { data: 'bcd', prefix: { data: 'bcd', size: 2 } }, '00', ''],
  [
    'empty binary',
    { data: 'binary', prefix: { data: 'binary', size: 2 } },
    '0000',
    new Uint8Array(0),
  ],
  ['17 digits, filler left 0', { data: 'bcd', len: 17 }, '012345678901234567', '12345678901234567'],
  ['3 digits, filler left F', { data: 'bcd', len: 3, odd: 'leftF' }, 'F123', '123'],
  ['3 digits, filler right 0', { data: 'bcd', len: 3, odd: 'right0' }, '1230', '123'],
  ['3 digits, filler right F', { data: 'bcd', len: 3, odd: 'rightF' }, '123F', '123'],
  [
    'track 2 with D and filler F',
    { data: 'nibble', prefix: { data: 'bcd', size: 2 }, odd: 'rightF', sep: 'D' },
    '074111D29F',
    '4111=29',
  ],
  [
    'nibbles counted',
    { data: 'nibble', prefix: { ...ll, counts: 'nibbles' }, odd: 'rightF' },
    '3033123F',
    '123',
  ],
  [
    'digits counted in bytes',
    { data: 'bcd', prefix: { data: 'bcd', size: 2, counts: 'bytes' } },
    '021234',
    '1234',
  ],
  [
    'hex characters counted',
    { data: 'hex-ascii', prefix: { ...ll, counts: 'bytes' } },
    '303446463030',
    fromHex('FF00'),
  ],
  ['hex bytes counted', { data: 'hex-ascii', prefix: ll }, '303246463030', fromHex('FF00')],
  [
    'hex nibbles of the wire counted',
    { data: 'hex-ascii', prefix: { ...ll, counts: 'nibbles' } },
    '303446 46'.replace(' ', ''),
    fromHex('FF'),
  ],
  [
    'hex digit prefix',
    { data: 'ascii', prefix: { data: 'hex-digit', size: 2 } },
    `3041${'41'.repeat(10)}`,
    'A'.repeat(10),
  ],
  [
    'hex prefix of a byte',
    { data: 'ascii', prefix: { data: 'hex-ascii', size: 1 } },
    `3041${'41'.repeat(10)}`,
    'A'.repeat(10),
  ],
  [
    'BER of 131',
    { data: 'binary', prefix: { data: 'ber' } },
    `8183${'00'.repeat(131)}`,
    new Uint8Array(131),
  ],
  ['EBCDIC 500 brackets', { data: 'ebcdic', len: 5 }, '4A5A4F5FBB', '[]!^|'],
  ['EBCDIC 1047 brackets', { data: 'ebcdic1047', len: 5 }, 'ADBD5A5F4F', '[]!^|'],
  ['UTF-8, characters counted', { data: 'utf8', prefix: ll }, '3033E4BDA0E5A5BDF09F9880', '你好😀'],
  [
    'UTF-8, bytes counted',
    { data: 'utf8', prefix: { ...ll, counts: 'bytes' } },
    '3036E4BDA0E5A5BD',
    '你好',
  ],
  [
    'x+n in ASCII',
    { data: 'xn', signData: 'ascii', digits: 3, digitData: 'ascii', signs: 'CD' },
    '44303132',
    'D012',
  ],
  [
    'x+n in EBCDIC',
    { data: 'xn', signData: 'ebcdic', digits: 3, digitData: 'ebcdic', signs: 'CD' },
    'C3F0F1F2',
    'C012',
  ],
  [
    'x+n before odd packed digits',
    { data: 'xn', signData: 'ascii', digits: 3, digitData: 'bcd' },
    '430012',
    'C012',
  ],
  ['zoned, minus', { data: 'zoned', len: 3 }, 'F1F2D3', '-123'],
  ['zoned, plus', { data: 'zoned', len: 3 }, 'F1F2F3', '123'],
  ['padded left', { data: 'ascii', len: 5, pad: { side: 'left', char: '0' } }, '3030313030', '100'],
  [
    'padded right',
    { data: 'ascii', len: 5, pad: { side: 'right', char: ' ' } },
    '4142202020',
    'AB',
  ],
  ['all padding', { data: 'ascii', len: 3, pad: { side: 'left', char: '0' } }, '303030', ''],
  [
    'frame of EBCDIC',
    { data: 'ebcdic', prefix: { data: 'binary', size: 1 }, frame: 4 },
    '02C1C24040',
    'AB',
  ],
  [
    'frame of bytes',
    { data: 'binary', prefix: { data: 'binary', size: 1 }, frame: 4 },
    '02AABB0000',
    fromHex('AABB'),
  ],
  ['inclusive ASCII', { data: 'ascii', prefix: { ...ll, inclusive: true } }, '30344142', 'AB'],
  [
    'inclusive BER',
    { data: 'binary', prefix: { data: 'ber', inclusive: true } },
    '03AABB',
    fromHex('AABB'),
  ],
  [
    'head before text',
    { data: 'ascii', prefix: ll, head: { bytes: 1 } },
    '3033524142',
    { head: fromHex('52'), value: 'AB' },
  ],
];

describe('an element decodes and encodes', () => {
  it.each(both)('%s', (_name, spec, wire, value) => {
    const bytes = fromHex(wire);
    expect(decodeField(spec, bytes)).toEqual({ ok: true, value, used: bytes.length });
    const encoded = encodeField(spec, value);
    expect(encoded.ok ? toHex(encoded.bytes) : encoded.error).toBe(wire);
  });
});

const wrong: readonly (readonly [string, FieldSpec, string, string, number, number])[] = [
  ['nothing there', { data: 'ascii', prefix: ll }, '', 'truncated', 0, 0],
  ['prefix cut in half', { data: 'ascii', prefix: ll }, '30', 'truncated', 0, 1],
  ['content cut short', { data: 'ascii', prefix: ll }, '303241', 'truncated', 2, 3],
  ['length -1', { data: 'ascii', prefix: ll }, '2D31', 'bad-length', 0, 0],
  ['length with a blank', { data: 'ascii', prefix: ll }, '2033414141', 'bad-length', 0, 0],
  ['length 1e', { data: 'ascii', prefix: ll }, '3165', 'bad-length', 0, 0],
  ['length FF', { data: 'ascii', prefix: ll }, 'FFFF', 'bad-length', 0, 0],
  ['BCD length 0A', { data: 'ascii', prefix: { data: 'bcd', size: 2 } }, '0A', 'bad-length', 0, 0],
  [
    'hex length g',
    { data: 'ascii', prefix: { data: 'hex-digit', size: 2 } },
    '3067',
    'bad-length',
    0,
    0,
  ],
  ['BER, indefinite', { data: 'binary', prefix: { data: 'ber' } }, '80', 'bad-length', 0, 0],
  [
    'BER of 2^63',
    { data: 'binary', prefix: { data: 'ber' } },
    '888000000000000000',
    'truncated',
    9,
    9,
  ],
  ['BER cut short', { data: 'binary', prefix: { data: 'ber' } }, '82FF', 'truncated', 0, 2],
  ['over the maximum', { data: 'ascii', prefix: ll, max: 2 }, '3033414141', 'too-long', 0, 0],
  [
    'inclusive below its own size',
    { data: 'ascii', prefix: { ...ll, inclusive: true } },
    '3031',
    'bad-length',
    0,
    0,
  ],
  [
    'odd count of hex characters',
    { data: 'hex-ascii', prefix: { ...ll, counts: 'bytes' } },
    '3033414141',
    'bad-length',
    0,
    0,
  ],
  [
    'odd nibbles of characters',
    { data: 'ascii', prefix: { ...ll, counts: 'nibbles' } },
    '30334141',
    'bad-length',
    0,
    0,
  ],
  ['nibble A in digits', { data: 'bcd', len: 4 }, '1A34', 'bad-digit', 0, 0],
  ['nibble F where no filler is', { data: 'bcd', len: 4 }, '123F', 'bad-digit', 0, 1],
  ['filler nibble is not 0', { data: 'bcd', len: 3 }, '1123', 'bad-filler', 0, 0],
  ['filler nibble is not F', { data: 'bcd', len: 3, odd: 'rightF' }, '1230', 'bad-filler', 0, 1],
  ['no hex', { data: 'hex-ascii', len: 2 }, '30473030', 'bad-hex', 0, 1],
  [
    'a letter among digits',
    { data: 'ascii', len: 3, charset: 'n' },
    '303130'.replace('31', '41'),
    'bad-char',
    0,
    1,
  ],
  ['a byte above 7F in ASCII', { data: 'ascii', len: 2 }, '41C1', 'bad-char', 0, 1],
  [
    'a control character in ans',
    { data: 'ascii', len: 2, charset: 'ans' },
    '4107',
    'bad-char',
    0,
    1,
  ],
  ['broken UTF-8', { data: 'utf8', len: 1 }, 'C341', 'bad-char', 0, 0],
  [
    'sign F',
    { data: 'xn', signData: 'ascii', digits: 2, digitData: 'ascii', signs: 'CD' },
    '463132',
    'bad-sign',
    0,
    0,
  ],
  [
    'x+n with a letter',
    { data: 'xn', signData: 'ascii', digits: 2, digitData: 'ascii', signs: 'CD' },
    '433141',
    'bad-char',
    0,
    2,
  ],
  ['zoned with sign A', { data: 'zoned', len: 2 }, 'F1A2', 'bad-sign', 0, 1],
  ['zoned with digit A', { data: 'zoned', len: 2 }, 'FAF2', 'bad-digit', 0, 0],
  ['zoned with a sign inside', { data: 'zoned', len: 2 }, 'D1F2', 'bad-char', 0, 0],
  [
    'frame shorter than its value',
    { data: 'ascii', prefix: ll, frame: 1 },
    '30324142',
    'too-long',
    0,
    0,
  ],
  ['frame cut short', { data: 'ascii', prefix: ll, frame: 4 }, '30324142', 'truncated', 2, 4],
  [
    'frame filled with something',
    { data: 'ascii', prefix: ll, frame: 4 },
    '303241422041',
    'bad-filler',
    4,
    5,
  ],
  [
    'head cut short',
    { data: 'ascii', prefix: ll, head: { bytes: 3 } },
    '303141',
    'truncated',
    2,
    3,
  ],
];

describe('an element is refused', () => {
  it.each(wrong)('%s', (_name, spec, wire, code, offset, byte) => {
    const decoded = decodeField(spec, fromHex(wire));
    expect(decoded).toMatchObject({ ok: false, error: { code, offset, byte, path: '' } });
  });
});

describe('what can be forgiven by name', () => {
  it.each([
    ['filler', { data: 'bcd', len: 3 }, '1123', '123'],
    ['filler', { data: 'ascii', prefix: ll, frame: 3 }, '3031412E2E', 'A'],
    ['charset', { data: 'ascii', len: 1, charset: 'n' }, '41', 'A'],
    ['max', { data: 'ascii', prefix: ll, max: 1 }, '30324142', 'AB'],
  ] as const)('%s', (lenient, spec, wire, value) => {
    expect(decodeField(spec, fromHex(wire)).ok).toBe(false);
    expect(decodeField(spec, fromHex(wire), { lenient: [lenient] })).toMatchObject({
      ok: true,
      value,
    });
  });
});

const unencodable: readonly (readonly [string, FieldSpec, FieldValue, string])[] = [
  ['longer than fixed', { data: 'ascii', len: 2 }, 'ABC', 'too-long'],
  ['shorter than fixed, no padding', { data: 'ascii', len: 4 }, 'ABC', 'too-short'],
  ['longer than the maximum', { data: 'ascii', prefix: ll, max: 2 }, 'ABC', 'too-long'],
  ['longer than the prefix can say', { data: 'ascii', prefix: ll }, 'A'.repeat(100), 'too-long'],
  ['bytes for text', { data: 'ascii', len: 2 }, new Uint8Array(2), 'bad-type'],
  ['text for bytes', { data: 'binary', len: 2 }, 'AB', 'bad-type'],
  ['text for subfields', { sub: { kind: 'datasets', elements: {} } }, 'AB', 'bad-type'],
  ['a letter among digits', { data: 'bcd', len: 2 }, '1A', 'bad-digit'],
  ['a wide character that ends in a digit', { data: 'ascii', len: 1 }, '\u0130', 'bad-char'],
  ['a character outside the set', { data: 'ascii', len: 1, charset: 'n' }, 'A', 'bad-char'],
  ['half a surrogate pair', { data: 'utf8', prefix: ll }, '\uD800', 'bad-char'],
  [
    'an odd number of digits in whole bytes',
    { data: 'bcd', prefix: { ...ll, counts: 'bytes' } },
    '123',
    'bad-length',
  ],
  [
    'a sign that is none',
    { data: 'xn', signData: 'ascii', digits: 1, digitData: 'ascii', signs: 'CD' },
    'X1',
    'bad-sign',
  ],
  ['zoned with a letter', { data: 'zoned', len: 1 }, 'A', 'bad-digit'],
  ['no head', { data: 'ascii', prefix: ll, head: { bytes: 1 } }, { value: 'A' }, 'missing'],
  ['a frame that is too small', { data: 'ascii', prefix: ll, frame: 1 }, 'AB', 'too-long'],
];

describe('a value is refused', () => {
  it.each(unencodable)('%s', (_name, spec, value, code) => {
    expect(encodeField(spec, value)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('length prefixes', () => {
  it.each([
    ['ascii', 9, '393939393939393939', 999_999_999],
    ['bcd', 3, '0200', 200],
    ['ebcdic', 3, 'F2F0F0', 200],
    ['binary', 3, '010000', 65_536],
    ['hex-ascii', 2, '30313030', 256],
    ['hex-ebcdic', 1, 'C6C6', 255],
    ['hex-digit', 3, '464646', 4095],
  ] as const)('%s of %i', (data, size, wire, length) => {
    expect(decodePrefix({ data, size }, fromHex(wire))).toEqual({
      ok: true,
      length,
      used: wire.length / 2,
    });
    const encoded = encodePrefix({ data, size }, length);
    expect(encoded.ok && toHex(encoded.bytes)).toBe(wire);
  });

  it.each([
    [127, '7F'],
    [128, '8180'],
    [65_039, '82FE0F'],
    [0x10000, '83010000'],
    [0x1000000, '8401000000'],
  ])('BER %i', (length, wire) => {
    const encoded = encodePrefix({ data: 'ber' }, length);
    expect(encoded.ok && toHex(encoded.bytes)).toBe(wire);
    expect(decodePrefix({ data: 'ber' }, fromHex(wire))).toMatchObject({ ok: true, length });
  });

  it('cannot state more than they have room for', () => {
    expect(encodePrefix({ data: 'ascii', size: 2 }, 100)).toMatchObject({
      error: { code: 'too-long' },
    });
    expect(encodePrefix({ data: 'binary', size: 1 }, 256)).toMatchObject({
      error: { code: 'too-long' },
    });
    expect(encodePrefix({ data: 'binary', size: 1 }, -1)).toMatchObject({
      error: { code: 'bad-length' },
    });
    expect(encodePrefix({ data: 'binary', size: 1 }, 1.5)).toMatchObject({
      error: { code: 'bad-length' },
    });
  });
});
