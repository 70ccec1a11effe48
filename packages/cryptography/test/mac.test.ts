// MACs: paddings, algorithms 1 and 3, CMAC, HMAC, against node:crypto and printed values.
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AesCipher,
  cmac,
  hmacSha,
  macAlgorithm1,
  padForMac,
  retailMac,
  TdesCipher,
} from '../src/index.ts';

const paddings = [1, 2, 3] as const;

describe('padding', () => {
  it.each([
    ['', 1, '0000000000000000'],
    ['', 2, '8000000000000000'],
    ['', 3, '00000000000000000000000000000000'],
    ['12', 1, '1200000000000000'],
    ['12', 2, '1280000000000000'],
    ['12', 3, '00000000000000081200000000000000'],
    ['1234567890123456', 1, '1234567890123456'],
    ['1234567890123456', 2, '12345678901234568000000000000000'],
    ['1234567890123456', 3, '00000000000000401234567890123456'],
    ['123456789012345678', 3, '000000000000004812345678901234567800000000000000'],
  ] as const)('%s by method %i', (data, method, padded) => {
    expect(toHex(padForMac(fromHex(data), method, 8))).toBe(padded);
  });
  it('of method 2 can be taken off again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(8, 16), (data, size) => {
        const padded = padForMac(data, 2, size);
        expect(padded.length % size).toBe(0);
        expect(padded.subarray(0, padded.lastIndexOf(0x80))).toEqual(data);
      }),
    );
  });
});

function cbcMac(key: Uint8Array, padded: Uint8Array, name: string): Uint8Array {
  const out = createCipheriv(name, key, Buffer.alloc(8)).setAutoPadding(false).update(padded);
  return out.subarray(-8);
}

describe('algorithms 1 and 3', () => {
  it('equal node:crypto for every padding and length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 70 }),
        fc.constantFrom(...paddings),
        (data, method) => {
          const key = randomBytes(16);
          const padded = padForMac(data, method, 8);
          const cipher = new TdesCipher(key);
          expect(toHex(macAlgorithm1(cipher, data, method))).toBe(
            toHex(cbcMac(key, padded, 'des-ede-cbc')),
          );
          const half = key.subarray(0, 8);
          const last = Buffer.from(padded.subarray(-8));
          if (padded.length > 8) {
            const three = Buffer.concat([half, half, half]);
            const chained = cbcMac(three, padded.subarray(0, -8), 'des-ede3-cbc');
            for (let i = 0; i < 8; i++) last[i] ^= chained[i];
          }
          expect(toHex(retailMac(cipher, data, method))).toBe(
            toHex(cbcMac(key, last, 'des-ede-cbc')),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
  it('differ by one bit of the data everywhere', () => {
    const cipher = new TdesCipher(randomBytes(16));
    const data = new Uint8Array(randomBytes(24));
    const right = toHex(retailMac(cipher, data, 1));
    for (let bit = 0; bit < 192; bit++) {
      data[bit >> 3] ^= 1 << (bit & 7);
      expect(toHex(retailMac(cipher, data, 1))).not.toBe(right);
      data[bit >> 3] ^= 1 << (bit & 7);
    }
  });
});

describe('CMAC', () => {
  // NIST SP 800-38B appendix D, AES-128 and TDEA.
  const aes = '2B7E151628AED2A6ABF7158809CF4F3C';
  it.each([
    ['', 'BB1D6929E95937287FA37D129B756746'],
    ['6BC1BEE22E409F96E93D7E117393172A', '070A16B46B4D4144F79BDD9DD04A287C'],
    [
      '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411',
      'DFA66747DE9AE63030CA32611497C827',
    ],
  ])('of %s under AES-128', (data, mac) => {
    expect(toHex(cmac(new AesCipher(fromHex(aes)), fromHex(data)))).toBe(mac);
  });
  it('under TDEA has eight bytes', () => {
    const key = fromHex('0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123');
    expect(toHex(cmac(new TdesCipher(key), fromHex('6BC1BEE22E409F96E93D7E117393172A')))).toBe(
      '30239CF1F52E6609',
    );
  });
});

describe('HMAC', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('%s equals node:crypto', (hash) => {
    const key = randomBytes(32);
    const data = randomBytes(100);
    const wanted = createHmac(hash, key).update(data).digest();
    expect(toHex(hmacSha(hash, key, data))).toBe(toHex(wanted));
  });
});
