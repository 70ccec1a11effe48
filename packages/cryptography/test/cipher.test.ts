// The table ciphers against node:crypto and published blocks (FIPS 46-3, FIPS 197).
import { createCipheriv, randomBytes } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desCode } from '../src/cipher/des-code.ts';
import { DesSchedule, desPair, desWords, newDesSchedule, roundsJs } from '../src/cipher/des.ts';
import { doubleLengthSchedule } from '../src/cipher/tdes.ts';
import {
  AesCipher,
  cbcDecrypt,
  cbcEncrypt,
  ecbDecrypt,
  ecbEncrypt,
  makeCipher,
  SecurityFault,
  TdesCipher,
} from '../src/index.ts';

// OpenSSL 3 keeps single DES in its legacy provider: the triple form with equal keys is the same.
function reference(name: string, key: Uint8Array, data: Uint8Array): Uint8Array {
  const long = key.length === 8 ? Buffer.concat([key, key, key]) : Buffer.from(key);
  const full =
    name.startsWith('des') && long.length === 16 ? Buffer.concat([long, key.subarray(0, 8)]) : long;
  return createCipheriv(name, full, null).setAutoPadding(false).update(data);
}

describe('DEA and TDEA', () => {
  it.each([8, 16, 24])('equal node:crypto on 2,000 random keys of %i bytes', (length) => {
    for (let i = 0; i < 2000; i++) {
      const key = randomBytes(length);
      const data = randomBytes(8);
      const cipher = new TdesCipher(key);
      const out = ecbEncrypt(cipher, data);
      expect(toHex(out)).toBe(toHex(reference('des-ede3-ecb', key, data)));
      expect(toHex(ecbDecrypt(cipher, out))).toBe(toHex(data));
      cipher.wipe();
    }
  });
  it('does not look at parity bits', () => {
    const key = randomBytes(16);
    const other = key.map((byte) => byte ^ 1);
    const data = randomBytes(8);
    expect(ecbEncrypt(new TdesCipher(key), data)).toEqual(ecbEncrypt(new TdesCipher(other), data));
  });
  it.each([0, 7, 9, 15, 17, 23, 25, 32])('refuses a key of %i bytes', (length) => {
    expect(() => new TdesCipher(new Uint8Array(length))).toThrow(SecurityFault);
  });
});

describe('the rounds', () => {
  const blockOf = (data: Uint8Array): Int32Array => {
    const view = new DataView(data.buffer, data.byteOffset);
    return Int32Array.from({ length: data.length / 4 }, (_, i) => view.getInt32(4 * i));
  };
  it('are the same in script and in WebAssembly, alone and in pairs', () => {
    const first = newDesSchedule();
    const second = newDesSchedule();
    expect([first.address > 0, second.address > 0]).toEqual([true, true]);
    for (let i = 0; i < 1000; i++) {
      doubleLengthSchedule(randomBytes(16), first);
      doubleLengthSchedule(randomBytes(16), second);
      // Past the end of the code's memory there are schedules without an address.
      const outside = new DesSchedule(new Int32Array(second.words), 0);
      const blocks = blockOf(new Uint8Array(randomBytes(16)));
      for (const words of [32, 96]) {
        const script = new Int32Array(blocks);
        roundsJs(script, 0, first.words, words);
        roundsJs(script, 2, second.words, words);
        const alone = [blocks.slice(0, 2), blocks.slice(2)];
        desWords(alone[0], first, words);
        desWords(alone[1], outside, words);
        const pair = new Int32Array(blocks);
        desPair(pair, first, second, words);
        const mixed = new Int32Array(blocks);
        desPair(mixed, first, outside, words);
        const wanted = [...script];
        expect([[...alone[0], ...alone[1]], [...pair], [...mixed]]).toEqual([
          wanted,
          wanted,
          wanted,
        ]);
      }
    }
  });
  it('need WebAssembly no more than it is there', () => {
    const host = globalThis as { WebAssembly?: unknown };
    const kept = host.WebAssembly;
    try {
      delete host.WebAssembly;
      expect(desCode(new Int32Array(512))).toBeUndefined();
    } finally {
      host.WebAssembly = kept;
    }
  });
  it('go on when the memory of the code is full', () => {
    const schedules = Array.from({ length: 12_000 }, () => newDesSchedule());
    expect(schedules.at(-1)?.address).toBe(0);
    const key = randomBytes(16);
    const data = randomBytes(8);
    expect(toHex(ecbEncrypt(new TdesCipher(key), data))).toBe(
      toHex(reference('des-ede3-ecb', key, data)),
    );
  });
});

describe('AES', () => {
  it.each([16, 24, 32])('equals node:crypto on 2,000 random keys of %i bytes', (length) => {
    for (let i = 0; i < 2000; i++) {
      const key = randomBytes(length);
      const data = randomBytes(16);
      const cipher = new AesCipher(key);
      const out = ecbEncrypt(cipher, data);
      expect(toHex(out)).toBe(toHex(reference(`aes-${length * 8}-ecb`, key, data)));
      expect(toHex(ecbDecrypt(cipher, out))).toBe(toHex(data));
      cipher.wipe();
    }
  });
  it('gives the block of FIPS 197 appendix B', () => {
    const cipher = new AesCipher(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'));
    const out = ecbEncrypt(cipher, fromHex('3243F6A8885A308D313198A2E0370734'));
    expect(toHex(out)).toBe('3925841D02DC09FBDC118597196A0B32');
  });
  it.each([0, 15, 17, 31, 33])('refuses a key of %i bytes', (length) => {
    expect(() => new AesCipher(new Uint8Array(length))).toThrow(SecurityFault);
  });
});

describe('chaining', () => {
  const sizes = [
    ['2TDEA', 16, 8, 'des-ede-cbc'],
    ['AES256', 32, 16, 'aes-256-cbc'],
  ] as const;
  it.each(sizes)(
    '%s equals node:crypto over whole messages',
    (algorithm, keyLength, size, name) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: keyLength, maxLength: keyLength }),
          fc.uint8Array({ minLength: size, maxLength: size }),
          fc.integer({ min: 1, max: 12 }),
          (key, iv, blocks) => {
            const data = randomBytes(blocks * size);
            const cipher = makeCipher(algorithm, key);
            const out = cbcEncrypt(cipher, data, iv);
            const wanted = createCipheriv(name, key, iv).setAutoPadding(false).update(data);
            expect(toHex(out)).toBe(toHex(wanted));
            expect(toHex(cbcDecrypt(cipher, out, iv))).toBe(toHex(data));
          },
        ),
        { numRuns: 200 },
      );
    },
  );
  it('takes zeros for a vector that is left out', () => {
    const cipher = makeCipher('2TDEA', randomBytes(16));
    const data = randomBytes(24);
    expect(cbcEncrypt(cipher, data)).toEqual(cbcEncrypt(cipher, data, new Uint8Array(8)));
  });
  it('refuses a part of a block', () => {
    const cipher = makeCipher('2TDEA', randomBytes(16));
    for (const transform of [cbcEncrypt, cbcDecrypt, ecbEncrypt, ecbDecrypt]) {
      expect(() => transform(cipher, new Uint8Array(9))).toThrow(SecurityFault);
    }
  });
  it('works in place', () => {
    const cipher = makeCipher('AES128', randomBytes(16));
    const data = new Uint8Array(randomBytes(16));
    const out = ecbEncrypt(cipher, data);
    cipher.encryptBlock(data, 0, data, 0);
    expect(data).toEqual(out);
  });
});

describe('wiping', () => {
  it('leaves nothing of a key, and gives another key its own schedule', () => {
    const data = randomBytes(8);
    const first = new TdesCipher(randomBytes(16));
    const before = ecbEncrypt(first, data);
    first.wipe();
    first.wipe();
    expect(first.encryption.words.length).toBe(0);
    const second = new TdesCipher(randomBytes(16));
    const third = new TdesCipher(randomBytes(16));
    expect(ecbEncrypt(second, data)).not.toEqual(before);
    expect(ecbEncrypt(second, data)).not.toEqual(ecbEncrypt(third, data));
  });
  it('knows no HMAC cipher', () => {
    expect(() => makeCipher('HMAC', new Uint8Array(32))).toThrow(SecurityFault);
  });
});
