// Key check values (ANSI X9.24-1:2017 annex A): zero block, or CMAC of a zero block.
import { toHex } from '@chipswitch/bytes';
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { makeCipher } from '../cipher/make-cipher.ts';
import type { KeyAlgorithm } from '../key.ts';
import { cmac } from '../mac/cmac.ts';
import { hmacSha } from '../mac/hmac.ts';

/** How a check value is made. */
export type KcvMethod = 'legacy' | 'cmac';

/**
 * The whole block from which a check value is cut.
 *
 * @example
 * checkBlock(new TdesCipher(fromHex('5DB50B454F8389ADCE573BE50861F2BF')), 'legacy')
 * // '5C9405BE7C740D55'
 */
export function checkBlock(cipher: BlockCipher, method: KcvMethod): Uint8Array {
  const zeros = new Uint8Array(cipher.blockLength);
  if (method === 'cmac') return cmac(cipher, zeros);
  cipher.encryptBlock(zeros, 0, zeros, 0);
  return zeros;
}

/**
 * The check value that a key reference carries: six hex digits by the algorithm's usual method.
 *
 * @example
 * referenceKcv('2TDEA', fromHex('5DB50B454F8389ADCE573BE50861F2BF')) // '5C9405'
 */
export function referenceKcv(algorithm: KeyAlgorithm, key: Uint8Array): string {
  // X9.143 has no check value for HMAC keys but the keyed hash of nothing, cut.
  if (algorithm === 'HMAC') return toHex(hmacSha('sha256', key, new Uint8Array(0)), 0, 3);
  const cipher = makeCipher(algorithm, key);
  try {
    return toHex(checkBlock(cipher, algorithm.startsWith('AES') ? 'cmac' : 'legacy'), 0, 3);
  } finally {
    cipher.wipe();
  }
}
