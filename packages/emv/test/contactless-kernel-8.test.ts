// Kernel 8's cryptography: every way in which a signature, a channel or a MAC can be wrong (Book E).
import { createECDH, createHash } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointOfX } from '../src/contactless/kernel-8-cryptography.ts';
import {
  blindPublicKey,
  channelCrypt,
  channelKeys,
  channelMac,
  edaMac,
  iadMac,
  isBlindedBy,
  publicKeyX,
  sharedSecret,
  verifyEcSdsa,
  verifyLocalCryptogram,
  wipeChannelKeys,
} from '../src/index.ts';

/** The curves as FIPS 186-5 and SP 800-186 print them, for a signer by node:crypto's own points. */
const curves = {
  'P-256': {
    ecdh: 'prime256v1',
    length: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-521': {
    ecdh: 'secp521r1',
    length: 66,
    p: 2n ** 521n - 1n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
} as const;

const bytesToNumber = (bytes: Uint8Array): bigint =>
  BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
const numberToBytes = (value: bigint, length: number): Uint8Array =>
  fromHex(value.toString(16).padStart(2 * length, '0'));

/** A multiple of the base point. */
function multiple(name: keyof typeof curves, scalar: bigint): { x: Uint8Array; y: bigint } {
  const { ecdh, length } = curves[name];
  const key = createECDH(ecdh);
  key.setPrivateKey(numberToBytes(scalar, length));
  const point = new Uint8Array(key.getPublicKey());
  return { x: point.slice(1, 1 + length), y: bytesToNumber(point.subarray(1 + length)) };
}

/** Signs as Book E 8.8.7 says, with a fixed number instead of a random one: for tests only. */
function sign(
  name: 'P-256' | 'P-521',
  hash: 'SHA-256' | 'SHA-512',
  d: bigint,
  k: bigint,
  message: Uint8Array,
) {
  const curve = curves[name];
  const key = multiple(name, d);
  const hasher = createHash(hash.replace('-', '').toLowerCase());
  const r = hasher.update(multiple(name, k).x).update(message).digest();
  // The smaller y is the key: the private key of the other point is its negative.
  const own = key.y < curve.p - key.y ? d : curve.n - d;
  const s = (k + (bytesToNumber(r) % curve.n) * own) % curve.n;
  return {
    curve: name,
    hash,
    message,
    publicKeyX: key.x,
    signature: Uint8Array.of(...r, ...numberToBytes(s, curve.length)),
  };
}

describe('EC-SDSA', () => {
  const message = fromHex('120054133390FF');
  const cases = [
    ['P-256', 'SHA-256'],
    ['P-521', 'SHA-512'],
  ] as const;

  it.each(cases)('%s with %s holds, and no longer when a bit changes', (curve, hash) => {
    const good = sign(curve, hash, 0x1234567890abcdefn, 0xfedcba0987654321n, message);
    expect(verifyEcSdsa(good)).toBe(true);
    for (const at of [0, 20, good.signature.length - 1]) {
      const signature = good.signature.slice();
      signature[at] ^= 1;
      expect(verifyEcSdsa({ ...good, signature })).toBe(false);
    }
    expect(verifyEcSdsa({ ...good, message: fromHex('120054133390FE') })).toBe(false);
  });

  it.each(cases)('%s with %s: a key of the other sign is another key', (curve, hash) => {
    const { n } = curves[curve];
    const d = 0x5555n;
    const good = sign(curve, hash, d, 0x77n, message);
    // Signed with the private key of the point with the greater y: not the key of this x.
    const wrong = sign(curve, hash, d, 0x77n, message);
    const r = bytesToNumber(wrong.signature.subarray(0, hash === 'SHA-256' ? 32 : 64)) % n;
    const s = bytesToNumber(good.signature.subarray(hash === 'SHA-256' ? 32 : 64));
    const negated = (2n * 0x77n - s + 2n * n) % n;
    const signature = Uint8Array.of(
      ...good.signature.subarray(0, hash === 'SHA-256' ? 32 : 64),
      ...numberToBytes(negated, curves[curve].length),
    );
    expect(r).toBeGreaterThan(0n);
    expect(verifyEcSdsa({ ...good, signature })).toBe(false);
  });

  it('lengths, ranges and points that cannot be', () => {
    const good = sign('P-256', 'SHA-256', 5n, 7n, message);
    const { signature } = good;
    expect(verifyEcSdsa({ ...good, signature: signature.slice(1) })).toBe(false);
    expect(verifyEcSdsa({ ...good, signature: new Uint8Array(64) })).toBe(false);
    expect(verifyEcSdsa({ ...good, publicKeyX: good.publicKeyX.slice(1) })).toBe(false);
    expect(verifyEcSdsa({ ...good, publicKeyX: new Uint8Array(32).fill(0xff) })).toBe(false);
    const high = Uint8Array.of(...signature.subarray(0, 32), ...new Uint8Array(32).fill(0xff));
    expect(verifyEcSdsa({ ...good, signature: high })).toBe(false);
    expect(verifyEcSdsa({ ...good, hash: 'SHA-512' })).toBe(false);
  });
});

it.each(['P-256', 'P-521'] as const)('%s: of the two points of an x the smaller y', (name) => {
  const { p, length } = curves[name];
  for (const scalar of [1n, 2n, 3n, 5n, 7n, 0x123456789n]) {
    const { x, y } = multiple(name, scalar);
    const found = pointOfX(name, x);
    expect(found?.y).toBe(y < p - y ? y : p - y);
    expect(pointOfX(name, x.subarray(1))).toBeUndefined();
    expect(pointOfX(name, Uint8Array.of(0, ...x))).toBeUndefined();
  }
  // No number of the field, and one whose x³ - 3x + b is no square.
  expect(pointOfX(name, numberToBytes(p, length))).toBeUndefined();
  const offCurve = Array.from({ length: 20 }, (_, i) => numberToBytes(BigInt(i + 2), length));
  const found = offCurve.map((x) => pointOfX(name, x));
  expect(found.some((point) => point === undefined)).toBe(true);
  expect(pointOfX(name, new Uint8Array(0))).toBeUndefined();
});

describe('the blinded channel', () => {
  const card = fromHex('723222B51845E8B41A66263AE90E962148F9CCC3BE45B3E5902CEC0195F2AEAF');
  const kernel = fromHex('DD5015968F6E10BE471523C58716FC0A36A40B309E62039DF6ED9FC62C6EA5F8');
  const blinding = fromHex('049916F4FD4046C1DBA9FBBD41C5A9643BDC6978C42371DDCD5D725E144B6446');

  it('both sides come to the same secret', () => {
    const blinded = blindPublicKey(publicKeyX(card), blinding);
    expect(blinded).toBeDefined();
    if (blinded === undefined) return;
    expect(isBlindedBy(publicKeyX(card), blinding, blinded)).toBe(true);
    expect(isBlindedBy(publicKeyX(kernel), blinding, blinded)).toBe(false);
    const kernelSide = sharedSecret(kernel, blinded);
    const viaCard = blindPublicKey(publicKeyX(kernel), card);
    const cardSide = viaCard === undefined ? undefined : blindPublicKey(viaCard, blinding);
    expect(toHex(kernelSide ?? card)).toBe(toHex(cardSide ?? kernel));
  });

  it('a key on no point gives nothing', () => {
    expect(sharedSecret(kernel, new Uint8Array(32).fill(0xff))).toBeUndefined();
    expect(sharedSecret(kernel, new Uint8Array(31))).toBeUndefined();
  });

  it('keys are wiped', () => {
    const keys = channelKeys(new Uint8Array(32).fill(7));
    wipeChannelKeys(keys);
    expect(toHex(keys.encryptionKey)).toBe('00'.repeat(16));
    expect(toHex(keys.macKey)).toBe('00'.repeat(16));
  });

  it('deciphering undoes enciphering, only under the same counter', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.integer({ min: 0, max: 0xfffe }),
        fc.uint8Array({ minLength: 4, maxLength: 100 }),
        (key, counter, data) => {
          const enciphered = channelCrypt(key, counter, data);
          expect(toHex(channelCrypt(key, counter, enciphered))).toBe(toHex(data));
          expect(toHex(channelCrypt(key, counter + 1, enciphered))).not.toBe(toHex(data));
        },
      ),
      { numRuns: 50 },
    );
    expect(() => channelCrypt(new Uint8Array(16), 0x10000, new Uint8Array(1))).toThrow(RangeError);
  });

  it('a local cryptogram holds only for what it covers', () => {
    const macKey = fromHex('33BF711146456E1D56EC660121EB2C26');
    const covered = fromHex('0000000010000102030405060708');
    const cryptogram = fromHex('4573436B1E4B95DD');
    const mac = edaMac(macKey, cryptogram, iadMac(macKey, covered));
    expect(verifyLocalCryptogram({ macKey, covered, cryptogram, edaMac: mac })).toBe(true);
    const other = covered.slice();
    other[3] ^= 1;
    expect(verifyLocalCryptogram({ macKey, covered: other, cryptogram, edaMac: mac })).toBe(false);
    expect(
      verifyLocalCryptogram({ macKey, covered, cryptogram: covered.slice(0, 8), edaMac: mac }),
    ).toBe(false);
    expect(verifyLocalCryptogram({ macKey, covered, cryptogram, edaMac: mac.slice(1) })).toBe(
      false,
    );
    expect(channelMac(macKey, 1, covered)).not.toEqual(channelMac(macKey, 2, covered));
  });
});
