// A block cipher with its key inside, and the modes built on it (NIST SP 800-38A ECB and CBC).
import { SecurityFault } from '../errors.ts';

/** A block cipher with its key schedule kept. `input` and `output` may be the same array. */
export interface BlockCipher {
  readonly blockLength: 8 | 16;
  encryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void;
  decryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void;
  /** Overwrites the schedule; the cipher is useless afterwards. */
  wipe(): void;
}

function mustBeBlocks(cipher: BlockCipher, data: Uint8Array): void {
  if (data.length % cipher.blockLength !== 0) {
    throw new SecurityFault('length', 'data is no whole number of cipher blocks');
  }
}

/**
 * ECB encryption of whole blocks.
 *
 * @example
 * ecbEncrypt(new TdesCipher(fromHex('0123456789ABCDEFFEDCBA9876543210')), new Uint8Array(8))
 * // '08D7B4FB629D0885'
 */
export function ecbEncrypt(cipher: BlockCipher, data: Uint8Array): Uint8Array {
  mustBeBlocks(cipher, data);
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += cipher.blockLength) cipher.encryptBlock(data, i, out, i);
  return out;
}

/** ECB decryption of whole blocks. */
export function ecbDecrypt(cipher: BlockCipher, data: Uint8Array): Uint8Array {
  mustBeBlocks(cipher, data);
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += cipher.blockLength) cipher.decryptBlock(data, i, out, i);
  return out;
}

/**
 * CBC encryption of whole blocks; `iv` is zeros when left out.
 *
 * @example
 * cbcEncrypt(new AesCipher(fromHex('2B7E151628AED2A6ABF7158809CF4F3C')), new Uint8Array(16))
 * // '7DF76B0C1AB899B33E42F047B91B546F'
 */
export function cbcEncrypt(cipher: BlockCipher, data: Uint8Array, iv?: Uint8Array): Uint8Array {
  mustBeBlocks(cipher, data);
  const size = cipher.blockLength;
  const out = new Uint8Array(data);
  for (let i = 0; i < out.length; i += size) {
    if (i > 0) for (let j = 0; j < size; j++) out[i + j] ^= out[i + j - size];
    else if (iv !== undefined) for (let j = 0; j < size; j++) out[j] ^= iv[j];
    cipher.encryptBlock(out, i, out, i);
  }
  return out;
}

/** CBC decryption of whole blocks; `iv` is zeros when left out. */
export function cbcDecrypt(cipher: BlockCipher, data: Uint8Array, iv?: Uint8Array): Uint8Array {
  mustBeBlocks(cipher, data);
  const size = cipher.blockLength;
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += size) {
    cipher.decryptBlock(data, i, out, i);
    if (i > 0) for (let j = 0; j < size; j++) out[i + j] ^= data[i + j - size];
    else if (iv !== undefined) for (let j = 0; j < size; j++) out[j] ^= iv[j];
  }
  return out;
}
