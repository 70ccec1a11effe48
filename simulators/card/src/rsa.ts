// RSA signatures with message recovery as cards and authorities make them (Book 2 annex A2.1, B2.1).
import {
  type KeyObject,
  constants,
  createPrivateKey,
  generateKeyPairSync,
  hash,
  privateDecrypt,
  privateEncrypt,
} from 'node:crypto';
import { concatBytes } from '@chipswitch/bytes';

/** A test key pair; the private half stays in the key object. */
export interface RsaKey {
  readonly privateKey: KeyObject;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

function fromBase64Url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

/** A key pair out of a private key in PEM. */
export function rsaKeyFromPem(pem: string): RsaKey {
  const privateKey = createPrivateKey(pem);
  const { n, e } = privateKey.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new RangeError('not an RSA private key');
  return { privateKey, modulus: fromBase64Url(n), exponent: fromBase64Url(e) };
}

/** A new key pair. @param modulusBits such as 1984, 1536 or 1024; @param publicExponent 3 or 65537 */
export function generateRsaKey(modulusBits: number, publicExponent: 3 | 65537): RsaKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: modulusBits,
    publicExponent,
  });
  return rsaKeyFromPem(rsaKeyToPem({ privateKey }));
}

/** The private key in PEM, for a caller's cache of test keys on disk. */
export function rsaKeyToPem(key: Pick<RsaKey, 'privateKey'>): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** SHA-1, the hash of every EMV RSA signature (Book 2 B3.1). */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(hash('sha1', concatBytes(...parts), 'buffer'));
}

/** How many bytes of a message a signature under this key can carry (Book 2 A2.1.2). */
export function recoverableBytes(key: RsaKey): number {
  return key.modulus.length - 22;
}

/**
 * A signature with recovery: 6A, the recoverable part, the hash of the whole message, BC.
 *
 * @param recoverable exactly `recoverableBytes(key)` bytes
 * @param rest what is hashed after it and sent in clear
 */
export function signWithRecovery(
  key: RsaKey,
  recoverable: Uint8Array,
  rest: Uint8Array,
): Uint8Array {
  if (recoverable.length !== recoverableBytes(key)) {
    throw new RangeError(`${recoverable.length} bytes to recover, not ${recoverableBytes(key)}`);
  }
  const block = concatBytes(
    Uint8Array.of(0x6a),
    recoverable,
    sha1(recoverable, rest),
    Uint8Array.of(0xbc),
  );
  const options = { key: key.privateKey, padding: constants.RSA_NO_PADDING };
  return new Uint8Array(privateEncrypt(options, block));
}

/**
 * What the terminal enciphered under the card's public key.
 *
 * @returns undefined when the block is no number below the modulus.
 */
export function rsaDecipher(key: RsaKey, block: Uint8Array): Uint8Array | undefined {
  if (block.length !== key.modulus.length) return undefined;
  for (let i = 0; i < block.length; i++) {
    if (block[i] < key.modulus[i]) {
      const options = { key: key.privateKey, padding: constants.RSA_NO_PADDING };
      // A copy of its own: a Buffer's slices share its memory, and this one will be wiped.
      return new Uint8Array(privateDecrypt(options, block));
    }
    if (block[i] > key.modulus[i]) return undefined;
  }
  return undefined;
}
