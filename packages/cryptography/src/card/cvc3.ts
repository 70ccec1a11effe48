// CVC3 of Mastercard contactless magnetic stripe mode (dynamic CVC).
import { TdesCipher } from '../cipher/tdes.ts';
import { retailMac } from '../mac/iso9797.ts';

/** The two-byte vector over a card's static track data: the end of a MAC with padding 2. */
export function cvc3InitialVector(cardKey: Uint8Array, track: Uint8Array): Uint8Array {
  const cipher = new TdesCipher(cardKey);
  try {
    return retailMac(cipher, track, 2).slice(6);
  } finally {
    cipher.wipe();
  }
}

/**
 * The five digits of a CVC3; a card shows its last ones, as many as its track has room for.
 *
 * @param initialVector two bytes
 * @param unpredictableNumber four bytes
 * @param atc two bytes
 * @example
 * cvc3(new Uint8Array(16), fromHex('11BA'), fromHex('00000899'), fromHex('005E')) // '49356'
 */
export function cvc3(
  cardKey: Uint8Array,
  initialVector: Uint8Array,
  unpredictableNumber: Uint8Array,
  atc: Uint8Array,
): string {
  const block = new Uint8Array(8);
  block.set(initialVector);
  block.set(unpredictableNumber, 2);
  block.set(atc, 6);
  const cipher = new TdesCipher(cardKey);
  try {
    cipher.encryptBlock(block, 0, block, 0);
    return String((block[6] << 8) | block[7]).padStart(5, '0');
  } finally {
    cipher.wipe();
    block.fill(0);
  }
}
