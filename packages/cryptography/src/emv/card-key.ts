// Card master keys out of an issuer's: EMV 4.3 Book 2 annex A1.4, options A, B and C.
import { createHash } from 'node:crypto';
import { encodeBcd } from '@chipswitch/bytes';
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { adjustParity } from '../key/parity.ts';

/**
 * How a card master key is diversified: EMV Book 2 annex A1.4.1 (A), A1.4.2 (B), A1.4.3 (C, AES).
 */
export type CardKeyOption = 'A' | 'B' | 'C';

/** Whether a PAN has 8 to 19 digits and a sequence number two. */
export function isCardNumber(pan: string, panSequenceNumber: string): boolean {
  if (pan.length < 8 || pan.length > 19 || panSequenceNumber.length !== 2) return false;
  for (let i = 0; i < pan.length; i++) if (!isDigit(pan.charCodeAt(i))) return false;
  return isDigit(panSequenceNumber.charCodeAt(0)) && isDigit(panSequenceNumber.charCodeAt(1));
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Option A: the rightmost sixteen digits of PAN and sequence number, as two words. */
export function diversifierA(pan: string, panSequenceNumber: string, block: Int32Array): void {
  let high = 0;
  let low = 0;
  const length = pan.length;
  for (let i = Math.max(0, length - 14); i < length; i++) {
    high = (high << 4) | (low >>> 28);
    low = (low << 4) | (pan.charCodeAt(i) & 15);
  }
  high = (high << 8) | (low >>> 24);
  low =
    (low << 8) |
    ((panSequenceNumber.charCodeAt(0) & 15) << 4) |
    (panSequenceNumber.charCodeAt(1) & 15);
  block[0] = high;
  block[1] = low;
}

/** Option B above sixteen digits: decimal digits of the SHA-1 hash, letters only to fill up. */
function hashedDiversifier(digits: string): Uint8Array {
  const hash = createHash('sha1').update(encodeBcd(digits)).digest('hex');
  let chosen = hash.replace(/[a-f]/g, '').slice(0, 16);
  for (let i = 0; chosen.length < 16; i++) {
    const code = hash.charCodeAt(i);
    if (code >= 97) chosen += String.fromCharCode(code - 97 + 48);
  }
  return encodeBcd(chosen);
}

/**
 * The block that is encrypted under the issuer's key: 8 bytes for A and B, 16 for C.
 *
 * @param pan 8 to 19 digits
 * @param panSequenceNumber two digits
 * @example
 * cardKeyDiversifier('A', '1234567890123456', '01') // '3456789012345601'
 */
export function cardKeyDiversifier(
  option: CardKeyOption,
  pan: string,
  panSequenceNumber: string,
): Uint8Array {
  const digits = pan + panSequenceNumber;
  if (option === 'C') return encodeBcd(digits.padStart(32, '0'));
  if (option === 'B' && pan.length > 16) return hashedDiversifier(digits);
  return encodeBcd(digits.slice(-16).padStart(16, '0'));
}

// Two blocks of a diversifier and its complement, under the issuer's key.
function encryptBoth(issuerKey: BlockCipher, diversifier: Uint8Array): Uint8Array {
  const size = diversifier.length;
  const key = new Uint8Array(2 * size);
  issuerKey.encryptBlock(diversifier, 0, key, 0);
  for (let i = 0; i < size; i++) diversifier[i] ^= 0xff;
  issuerKey.encryptBlock(diversifier, 0, key, size);
  return key;
}

/**
 * A card's key for dynamic codes (dCVV, CVC3): options A and B, where B hashes PANs of every
 * length.
 */
export function deriveDynamicCodeKey(
  issuerKey: BlockCipher,
  option: 'A' | 'B',
  pan: string,
  panSequenceNumber: string,
): Uint8Array {
  const diversifier =
    option === 'B'
      ? hashedDiversifier(pan + panSequenceNumber)
      : cardKeyDiversifier('A', pan, panSequenceNumber);
  return adjustParity(encryptBoth(issuerKey, diversifier));
}

/**
 * A card's master key. A and B: two blocks of triple DES, parity made odd. C: AES, as many bytes
 * as the issuer's key has.
 *
 * @param issuerKey cipher of the issuer master key: TDEA for A and B, AES for C
 * @param lengthBytes length of the card's key; 16 unless option C has a longer one
 * @example
 * const imk = new TdesCipher(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * deriveCardKey(imk, 'A', '1234567890123456', '00') // '154F349D8585CB7F6B0798E9839B10C1'
 */
export function deriveCardKey(
  issuerKey: BlockCipher,
  option: CardKeyOption,
  pan: string,
  panSequenceNumber: string,
  lengthBytes = 16,
): Uint8Array {
  const diversifier = cardKeyDiversifier(option, pan, panSequenceNumber);
  const key = encryptBoth(issuerKey, diversifier);
  if (option !== 'C') return adjustParity(key);
  const cut = key.slice(0, lengthBytes);
  key.fill(0);
  return cut;
}
