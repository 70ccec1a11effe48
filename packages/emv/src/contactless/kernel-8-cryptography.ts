// The cryptography of kernel 8: EC-SDSA, the blinded secure channel and its MACs (EMV Book E).
import { createECDH, hash } from 'node:crypto';
import { concatBytes, equalConstantTime, wipe } from '@chipswitch/bytes';
import { AesCipher, cmac } from '@chipswitch/cryptography';
import { p256, p521 } from '@noble/curves/nist.js';

/** A curve with its hash, as Book E pairs them (section 8.8.6). */
export type SignatureCurve = 'P-256' | 'P-521';

/** Hashes of EC-SDSA. */
export type SignatureHash = 'SHA-256' | 'SHA-512';

const points = { 'P-256': p256.Point, 'P-521': p521.Point } as const;
type CurvePoint = InstanceType<(typeof points)[SignatureCurve]>;

/** Bytes as a number, most significant first. */
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);

/**
 * The point of an x coordinate; of the two the one with the smaller y (Book E section 8.8.4).
 *
 * @returns undefined when x is not on the curve.
 */
export function pointOfX(curve: SignatureCurve, x: Uint8Array): CurvePoint | undefined {
  const { Fp } = points[curve];
  if (x.length !== Fp.BYTES) return undefined;
  try {
    const point = points[curve].fromBytes(concatBytes(Uint8Array.of(2), x));
    return point.y < Fp.ORDER - point.y ? point : point.negate();
  } catch {
    // The library throws for a coordinate that is none.
    return undefined;
  }
}

const xOf = (point: CurvePoint): Uint8Array => point.toBytes(true).subarray(1);

const hashNames = { 'SHA-256': 'sha256', 'SHA-512': 'sha512' } as const;

function digest(name: SignatureHash, ...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.from(hash(hashNames[name], concatBytes(...parts), 'hex'), 'hex'));
}

/**
 * Verifies an EC-SDSA signature over the x coordinate only (Book E section 8.8.7, ISO/IEC 14888-3).
 *
 * The signature is R, as long as the hash, and S, as long as a scalar: R is the hash of the x
 * coordinate of k·G and the message; S is k plus R times the private key.
 *
 * @param input `publicKeyX`: x coordinate of the signer's key
 *
 * @example verifyEcSdsa({ curve: 'P-256', hash: 'SHA-256', publicKeyX, message, signature }) // true
 */
export function verifyEcSdsa(input: {
  readonly curve: SignatureCurve;
  readonly hash: SignatureHash;
  readonly publicKeyX: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}): boolean {
  const { BASE, Fn } = points[input.curve];
  const hashLength = input.hash === 'SHA-256' ? 32 : 64;
  const { publicKeyX, signature } = input;
  if (signature.length !== hashLength + Fn.BYTES) return false;
  const commitment = signature.subarray(0, hashLength);
  const r = numberOf(commitment) % Fn.ORDER;
  const s = numberOf(signature.subarray(hashLength));
  if (r === 0n || s === 0n || s >= Fn.ORDER) return false;
  const key = pointOfX(input.curve, publicKeyX);
  if (key === undefined) return false;
  // k·G is S·G less R times the key.
  const point = BASE.multiplyUnsafe(s).add(key.multiplyUnsafe(Fn.ORDER - r));
  if (point.is0()) return false;
  const again = digest(input.hash, xOf(point), input.message);
  return equalConstantTime(again, commitment);
}

/** The kernel's side of a key agreement on P-256: x coordinate of private key times point. */
function agree(privateKey: Uint8Array, publicX: Uint8Array): Uint8Array | undefined {
  // Either of the two points of an x coordinate gives the same x for the product.
  const point = pointOfX('P-256', publicX);
  if (point === undefined) return undefined;
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return new Uint8Array(ecdh.computeSecret(point.toBytes(false)));
}

/** The x coordinate of a private key's public key on P-256. */
export function publicKeyX(privateKey: Uint8Array): Uint8Array {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return new Uint8Array(ecdh.getPublicKey().subarray(1, 33));
}

/** x coordinate of the card's blinded public key: blinding factor times key (Book E section 7.1). */
export function blindPublicKey(
  cardPublicX: Uint8Array,
  blinding: Uint8Array,
): Uint8Array | undefined {
  return agree(blinding, cardPublicX);
}

/** The secret both sides share: the kernel's private key times the blinded key (section 7.2). */
export function sharedSecret(
  kernelPrivate: Uint8Array,
  blindedPublicX: Uint8Array,
): Uint8Array | undefined {
  return agree(kernelPrivate, blindedPublicX);
}

/** Keys of the secure channel. Wipe them when the transaction is over. */
export interface ChannelKeys {
  readonly derivationKey: Uint8Array;
  /** SKc: confidentiality. */
  readonly encryptionKey: Uint8Array;
  /** SKi: integrity. */
  readonly macKey: Uint8Array;
}

// Algorithm identifier, "T3J2YWw=" and padding of the derivation block, and 384 bits (section 7.2).
const derivation = Uint8Array.of(
  0x01,
  0x00,
  0x54,
  0x33,
  0x4a,
  0x32,
  0x59,
  0x57,
  0x77,
  0x3d,
  0xa5,
  0xa5,
  0xa5,
  0x01,
  0x80,
);

function withAes<Result>(key: Uint8Array, work: (cipher: AesCipher) => Result): Result {
  const cipher = new AesCipher(key);
  try {
    return work(cipher);
  } finally {
    cipher.wipe();
  }
}

/** Derives the channel's keys from the shared secret (section 7.2). */
export function channelKeys(secret: Uint8Array): ChannelKeys {
  const derivationKey = withAes(new Uint8Array(16), (cipher) => cmac(cipher, secret));
  const sessionKey = (number: number): Uint8Array =>
    withAes(derivationKey, (cipher) => {
      const block = concatBytes(Uint8Array.of(number), derivation);
      cipher.encryptBlock(block, 0, block, 0);
      return block;
    });
  return { derivationKey, encryptionKey: sessionKey(1), macKey: sessionKey(2) };
}

/** Overwrites the channel's keys. */
export function wipeChannelKeys(keys: ChannelKeys): void {
  wipe(keys.derivationKey, keys.encryptionKey, keys.macKey);
}

/**
 * Enciphers or deciphers a message of the channel: counter mode, the 16-bit message counter on the
 * left of the block (section 8.6.2).
 *
 * @param counter 0 to 65,535; each value once per key
 */
export function channelCrypt(key: Uint8Array, counter: number, data: Uint8Array): Uint8Array {
  if (!Number.isInteger(counter) || counter < 0 || counter > 0xffff) {
    throw new RangeError('a message counter has 16 bits');
  }
  return withAes(key, (cipher) => {
    const block = new Uint8Array(16);
    const stream = new Uint8Array(16);
    const output = new Uint8Array(data.length);
    block[0] = counter >> 8;
    block[1] = counter & 0xff;
    for (let at = 0; at < data.length; at += 16) {
      cipher.encryptBlock(block, 0, stream, 0);
      for (let i = 0; i < 16 && at + i < data.length; i++)
        output[at + i] = data[at + i] ^ stream[i];
      // The rest of the block counts upwards from the right.
      for (let i = 15; i >= 2 && (block[i] = (block[i] + 1) & 0xff) === 0; i--);
    }
    return output;
  });
}

/** The MAC of a channel message: leftmost eight bytes of CMAC over counter and data. */
export function channelMac(key: Uint8Array, counter: number, data: Uint8Array): Uint8Array {
  const prefix = Uint8Array.of((counter >> 8) & 0xff, counter & 0xff);
  return withAes(key, (cipher) => cmac(cipher, concatBytes(prefix, data)).slice(0, 8));
}

const zeroCounter = new Uint8Array(2);

/**
 * IAD-MAC: the leftmost eight bytes of CMAC+ over 0000 and the input (section 3.2). CMAC+ is the
 * CMAC, deciphered and XORed with itself (section 8.6.5).
 *
 * @param input PDOL values, CDOL 1 data, relay data if any, the answer to GENERATE AC without its
 *   cryptogram and EDA-MAC, hash of the static data
 */
export function iadMac(key: Uint8Array, input: Uint8Array): Uint8Array {
  return withAes(key, (cipher) => {
    const mac = cmac(cipher, concatBytes(zeroCounter, input));
    const plus = new Uint8Array(16);
    cipher.decryptBlock(mac, 0, plus, 0);
    for (let i = 0; i < 16; i++) plus[i] ^= mac[i];
    return plus.slice(0, 8);
  });
}

/** EDA-MAC: the leftmost eight bytes of CMAC over 0000, cryptogram and IAD-MAC (section 3.2). */
export function edaMac(key: Uint8Array, cryptogram: Uint8Array, mac: Uint8Array): Uint8Array {
  return withAes(key, (cipher) =>
    cmac(cipher, concatBytes(zeroCounter, cryptogram, mac)).slice(0, 8),
  );
}

/**
 * Local authentication of kernel 8: whether the card's EDA-MAC is the one this transaction gives.
 * Compared in constant time.
 */
export function verifyLocalCryptogram(input: {
  readonly macKey: Uint8Array;
  readonly covered: Uint8Array;
  readonly cryptogram: Uint8Array;
  readonly edaMac: Uint8Array;
}): boolean {
  const expected = edaMac(input.macKey, input.cryptogram, iadMac(input.macKey, input.covered));
  return equalConstantTime(expected, input.edaMac);
}

/** Whether a blinded key is the card's key times the blinding factor (section 7.3). */
export function isBlindedBy(
  cardPublicX: Uint8Array,
  blinding: Uint8Array,
  blindedPublicX: Uint8Array,
): boolean {
  const again = blindPublicKey(cardPublicX, blinding);
  return again !== undefined && equalConstantTime(again, blindedPublicX);
}
