// The cipher that a key's algorithm names.
import { SecurityFault } from '../errors.ts';
import type { KeyAlgorithm } from '../key.ts';
import { AesCipher } from './aes.ts';
import type { BlockCipher } from './block-cipher.ts';
import { TdesCipher } from './tdes.ts';

/**
 * The cipher of a key of an algorithm; `key` is copied into the schedule and may be wiped.
 *
 * @example
 * ecbEncrypt(makeCipher('AES128', fromHex('00'.repeat(16))), new Uint8Array(16))
 * // '66E94BD4EF8A2C3B884CFA59CA342B2E'
 */
export function makeCipher(algorithm: KeyAlgorithm, key: Uint8Array): BlockCipher {
  if (algorithm === 'HMAC') throw new SecurityFault('configuration', 'HMAC is no block cipher');
  return algorithm.startsWith('AES') ? new AesCipher(key) : new TdesCipher(key);
}
