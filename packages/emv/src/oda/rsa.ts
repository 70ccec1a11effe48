// RSA recovery and encipherment without padding (Book 2 annex B2.1).
import { type KeyObject, constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { toHex } from '@chipswitch/bytes';

/** An RSA public key; exponent 03 or 010001 (Book 2 annex B2.1 allows no other). */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** Moduli may have at most 248 bytes (Book 2 annex D1). */
export const modulusBytesMax = 248;

// Keys are few (scheme keys) or short-lived (card keys); what is remembered is bounded.
const cacheMax = 64;
const keyObjects = new Map<string, KeyObject>();

function remember<Value>(cache: Map<string, Value>, name: string, value: Value): Value {
  if (cache.size >= cacheMax) {
    const [oldest] = cache.keys();
    cache.delete(oldest);
  }
  cache.set(name, value);
  return value;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

// Moduli as numbers, for as long as their bytes live; the bytes of a key are never changed in place.
const moduli = new WeakMap<Uint8Array, bigint>();

function modulusOf(key: RsaPublicKey): bigint {
  let n = moduli.get(key.modulus);
  if (n === undefined) {
    n = toBigInt(key.modulus);
    moduli.set(key.modulus, n);
  }
  return n;
}

/** A number as exactly so many bytes; node's own hex reader is several times faster than ours. */
function toBytes(value: bigint, length: number): Uint8Array {
  const bytes = Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
}

function keyObjectOf(key: RsaPublicKey): KeyObject {
  const name = `${toHex(key.modulus)}:${toHex(key.exponent)}`;
  const known = keyObjects.get(name);
  if (known !== undefined) return known;
  const jwk = {
    kty: 'RSA',
    n: Buffer.from(key.modulus).toString('base64url'),
    e: Buffer.from(key.exponent).toString('base64url'),
  };
  return remember(keyObjects, name, createPublicKey({ key: jwk, format: 'jwk' }));
}

/** Whether an exponent is 3 or 65537; leading zeros are accepted. */
export function isExponent(exponent: Uint8Array): 3 | 65537 | undefined {
  let value = 0;
  if (exponent.length === 0 || exponent.length > 3) return undefined;
  for (const byte of exponent) value = value * 256 + byte;
  return value === 3 || value === 65537 ? value : undefined;
}

/**
 * Raises to the public exponent: what a signature or certificate recovers to.
 *
 * Exponent 3 is three multiplications, faster in BigInt than a key import; 65537 goes through
 * node:crypto with its key objects kept.
 *
 * @returns as many bytes as the modulus, or undefined when lengths, range or exponent do not fit.
 */
export function recoverRsa(signature: Uint8Array, key: RsaPublicKey): Uint8Array | undefined {
  const { modulus } = key;
  const exponent = isExponent(key.exponent);
  const length = modulus.length;
  if (exponent === undefined || length === 0 || length > modulusBytesMax) return undefined;
  if (signature.length !== length || modulus[0] === 0) return undefined;
  const n = modulusOf(key);
  const s = toBigInt(signature);
  if (s >= n) return undefined;
  if (exponent === 3) {
    return toBytes((((s * s) % n) * s) % n, length);
  }
  return opensslTakes(modulus) ? viaOpenssl(signature, key) : recoverSlowly(s, n, length);
}

/** OpenSSL refuses even moduli and those under 512 bits; a lying card may send either. */
function opensslTakes(modulus: Uint8Array): boolean {
  return modulus.length >= 64 && (modulus[modulus.length - 1] & 1) === 1;
}

function viaOpenssl(block: Uint8Array, key: RsaPublicKey): Uint8Array {
  return new Uint8Array(
    publicEncrypt({ key: keyObjectOf(key), padding: constants.RSA_NO_PADDING }, block),
  );
}

/**
 * Enciphers a secret block for a card's key: always through node:crypto, whose time does not depend
 * on the secret as BigInt's does.
 *
 * @param block as long as the modulus and below it
 * @returns undefined when the key cannot be used.
 */
export function encipherRsa(block: Uint8Array, key: RsaPublicKey): Uint8Array | undefined {
  const { modulus } = key;
  const usable = isExponent(key.exponent) !== undefined && modulus.length <= modulusBytesMax;
  if (!usable || block.length !== modulus.length || !opensslTakes(modulus)) return undefined;
  // The first byte of the block is below that of any usable modulus.
  return modulus[0] > block[0] ? viaOpenssl(block, key) : undefined;
}

function recoverSlowly(signature: bigint, n: bigint, length: number): Uint8Array {
  let power = signature;
  for (let i = 0; i < 16; i++) power = (power * power) % n;
  return toBytes((power * signature) % n, length);
}
