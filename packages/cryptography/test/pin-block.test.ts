// PIN blocks of formats 0 to 4: printed examples, every way to be wrong, and round trips.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AesCipher,
  checkFormat0,
  clearPinFromText,
  clearPinText,
  decipherIso4,
  decodePinBlock,
  encipherIso4,
  encodePinBlock,
  iso4PanField,
  isPanFor,
  isTranslationAllowed,
  newClearPin,
  type PinBlockFormat,
  type PinFill,
  wipePin,
} from '../src/index.ts';

const pan = '5555555551234567';
const noFill: PinFill = () => {
  throw new Error('no fill is needed');
};

function pinOf(text: string) {
  const pin = clearPinFromText(text);
  if (pin === undefined) throw new Error('no PIN');
  return pin;
}

function decode(format: PinBlockFormat, block: string, thePan = pan): string {
  const pin = newClearPin();
  return decodePinBlock(format, fromHex(block), thePan, pin) ?? clearPinText(pin);
}

describe('encoding', () => {
  it.each([
    [0, '1234', '041261AAAAEDCBA9'],
    [0, '123456789', '091261032D8DCBA9'],
    [0, '123456789012', '0C1261032D8226A9'],
    [2, '1234', '241234FFFFFFFFFF'],
    [2, '123456789012', '2C123456789012FF'],
  ] as const)('format %i of %s', (format, pin, block) => {
    const out = new Uint8Array(8);
    expect(encodePinBlock(format, pinOf(pin), pan, out, noFill)).toBeUndefined();
    expect(toHex(out)).toBe(block);
  });
  it.each(['', '1', '123', '1234567890123', '12a4', '12 4'])('"%s" is no PIN', (text) => {
    expect(clearPinFromText(text)).toBeUndefined();
  });
  it.each([3, 13])('refuses a PIN of %i digits that comes from elsewhere', (length) => {
    const pin = { digits: new Uint8Array(13), length };
    const out = new Uint8Array(8);
    expect(encodePinBlock(0, pin, pan, out, noFill)).toBe('pin-length');
    expect(toHex(out)).toBe('0000000000000000');
  });
  it.each(['', '4111', '555555555123', '55555555512345671234', '555555555123456X'])(
    'refuses PAN "%s" in format 0',
    (bad) => {
      const out = new Uint8Array(8);
      expect(encodePinBlock(0, pinOf('1234'), bad, out, noFill)).toBe('pan');
      expect(encodePinBlock(3, pinOf('1234'), bad, out, noFill)).toBe('pan');
    },
  );
});

describe('decoding', () => {
  const bad: readonly [PinBlockFormat, string, string, string][] = [
    [0, 'an empty block', '', 'block-length'],
    [0, 'seven bytes', '041261AAAAEDCB', 'block-length'],
    [0, 'nine bytes', '041261AAAAEDCBA900', 'block-length'],
    [0, 'sixteen bytes', '041261AAAAEDCBA9041261AAAAEDCBA9', 'block-length'],
    [4, 'eight bytes', '441234AAAAAAAAAA', 'block-length'],
    [0, 'the control field of format 1', '141261AAAAEDCBA9', 'control-field'],
    [0, 'the control field of format 3', '341261AAAAEDCBA9', 'control-field'],
    [1, 'the control field of format 0', '041234FFFFFFFFFF', 'control-field'],
    [2, 'the control field of format 0', '041234FFFFFFFFFF', 'control-field'],
    [3, 'the control field of format 0', '041261AAAAEDCBA9', 'control-field'],
    [4, 'the control field of format 3', '341234AAAAAAAAAA0102030405060708', 'control-field'],
    [0, 'a PIN of 0 digits', '00EDA1AAAAEDCBA9', 'pin-length'],
    [0, 'a PIN of 3 digits', '031261AAAAEDCBA9', 'pin-length'],
    [0, 'a PIN of 13 digits', '0D1261AAAAEDCBA9', 'pin-length'],
    [1, 'a PIN of 3 digits', '1312345678901234', 'pin-length'],
    [2, 'a PIN of 13 digits', '2D1234567890123F', 'pin-length'],
    [4, 'a PIN of 15 digits', '4F1234AAAAAAAAAA0102030405060708', 'pin-length'],
    [0, 'a filler that is not F', '041261AAAAEDCBAA', 'filler'],
    [2, 'a filler that is not F', '241234FFFFFFFFF0', 'filler'],
    [3, 'a filler below A', '341261AAAAEDCBA2', 'filler'],
    [4, 'a filler that is not A', '441234BAAAAAAAAA0102030405060708', 'filler'],
    [2, 'a digit above 9', '24123AFFFFFFFFFF', 'non-numeric'],
    [1, 'a digit above 9', '14123A5678901234', 'non-numeric'],
    [4, 'a digit above 9', '44123BAAAAAAAAAA0102030405060708', 'non-numeric'],
  ];
  it.each(bad)('format %i: %s', (format, _, block, error) => {
    expect(decode(format, block)).toBe(error);
  });
  it('of another PAN is seen in the filler', () => {
    expect(decode(0, '041261AAAAEDCBA9', '5555555551234617')).toBe('filler');
  });
  it('needs no PAN for formats 1 and 2', () => {
    expect(decode(1, '1512345EDCBA9876', '')).toBe('12345');
    expect(decode(2, '241234FFFFFFFFFF', '')).toBe('1234');
  });
  it('never throws on any block and PAN', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 3, 4),
        fc.uint8Array({ maxLength: 20 }),
        fc.string({ maxLength: 21 }),
        (format, block, anyPan) => {
          const pin = newClearPin();
          const error = decodePinBlock(format, block, anyPan, pin);
          if (error === undefined) expect(clearPinText(pin)).toMatch(/^[0-9]{4,12}$/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

const anyPin = fc.stringMatching(/^[0-9]{4,12}$/);
const anyPan = fc.stringMatching(/^[0-9]{13,19}$/);

describe('round trips', () => {
  it.each([0, 1, 2, 3, 4] as const)('format %i gives back what went in', (format) => {
    const fill: PinFill = (count) => new Uint8Array(count).fill(format === 3 ? 12 : 7);
    fc.assert(
      fc.property(anyPin, anyPan, (text, thePan) => {
        const block = new Uint8Array(format === 4 ? 16 : 8);
        expect(encodePinBlock(format, pinOf(text), thePan, block, fill)).toBeUndefined();
        expect(decode(format, toHex(block), thePan)).toBe(text);
      }),
    );
  });
  it('format 4 under AES, and not under another PAN', () => {
    fc.assert(
      fc.property(
        anyPin,
        anyPan,
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (text, p, key) => {
          const cipher = new AesCipher(key);
          const block = new Uint8Array(16).fill(0x5a);
          encodePinBlock(4, pinOf(text), p, block, noFill);
          encipherIso4(cipher, block, p);
          const other = new Uint8Array(block);
          decipherIso4(cipher, block, p);
          expect(decode(4, toHex(block), p)).toBe(text);
          const digit = (Number(p.at(-1)) + 1) % 10;
          decipherIso4(cipher, other, p.slice(0, -1) + digit);
          expect(toHex(other)).not.toBe(toHex(block));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('checking a block of format 0 without opening it', () => {
  const bothWays = (block: Uint8Array, thePan: string): [unknown, unknown] => {
    const pin = newClearPin();
    const view = new DataView(block.buffer, block.byteOffset);
    const checked = checkFormat0(Int32Array.of(view.getInt32(0), view.getInt32(4)), thePan);
    return [checked, decodePinBlock(0, block, thePan, pin) ?? pin.length];
  };
  it('says what decoding says, of blocks that are right', () => {
    fc.assert(
      fc.property(anyPin, anyPan, (text, thePan) => {
        const block = new Uint8Array(8);
        encodePinBlock(0, pinOf(text), thePan, block, noFill);
        expect(bothWays(block, thePan)).toEqual([text.length, text.length]);
      }),
    );
  });
  it('says what decoding says, of blocks with any nibble changed', () => {
    fc.assert(
      fc.property(
        anyPin,
        anyPan,
        fc.nat(15),
        fc.integer({ min: 1, max: 15 }),
        (text, p, at, by) => {
          const block = new Uint8Array(8);
          encodePinBlock(0, pinOf(text), p, block, noFill);
          block[at >> 1] ^= by << (at & 1 ? 0 : 4);
          const [checked, decoded] = bothWays(block, p);
          expect(checked).toBe(decoded);
        },
      ),
      { numRuns: 3000 },
    );
  });
  it('says what decoding says, of anything', () => {
    const block = fc.uint8Array({ minLength: 8, maxLength: 8 });
    const pans = fc.oneof(anyPan, fc.string({ maxLength: 21 }));
    fc.assert(
      fc.property(block, pans, (bytes, p) => {
        const [checked, decoded] = bothWays(new Uint8Array(bytes), p);
        expect(checked).toBe(decoded);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the PAN field of format 4', () => {
  it.each([
    ['4111111111111111', '44111111111111111000000000000000'],
    ['123456789', '00001234567890000000000000000000'],
    ['123456789012', '01234567890120000000000000000000'],
    ['1234567890123456789', '71234567890123456789000000000000'],
  ])('of %s', (thePan, field) => {
    expect(toHex(iso4PanField(thePan))).toBe(field);
  });
  it('takes 1 to 19 digits', () => {
    expect(isPanFor(4, '1')).toBe(true);
    for (const bad of ['', '12345678901234567890', '12a']) expect(isPanFor(4, bad)).toBe(false);
  });
});

describe('the translation policy', () => {
  const allowed = new Set([
    '00',
    '03',
    '04',
    '30',
    '33',
    '34',
    '40',
    '43',
    '44',
    '10',
    '11',
    '13',
    '14',
  ]);
  const formats = [0, 1, 2, 3, 4] as const;
  it.each(formats.flatMap((from) => formats.map((to) => [from, to] as const)))(
    '%i to %i',
    (from, to) => {
      expect(isTranslationAllowed(from, to, true)).toBe(allowed.has(`${from}${to}`));
      // With another PAN only what was bound to none may go on.
      expect(isTranslationAllowed(from, to, false)).toBe(from === 1 && allowed.has(`${from}${to}`));
    },
  );
});

it('a wiped PIN has no digits', () => {
  const pin = pinOf('987654');
  wipePin(pin);
  expect(clearPinText(pin)).toBe('');
  expect([...pin.digits]).toEqual(Array.from({ length: 12 }, () => 0));
});
