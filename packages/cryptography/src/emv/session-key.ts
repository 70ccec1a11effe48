// Session keys out of a card's master key: EMV Book 2 annex A1.3, and the schemes' own ways.
import { AesCipher } from '../cipher/aes.ts';
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { TdesCipher } from '../cipher/tdes.ts';
import { SecurityFault } from '../errors.ts';
import { adjustParity } from '../key/parity.ts';

function mustHave(bytes: Uint8Array, length: number, name: string): void {
  if (bytes.length !== length) throw new SecurityFault('length', `${name} has ${length} bytes`);
}

// Two encryptions of a diversifier with F0 and 0F in its third byte (annex A1.3.1).
function twoBlocks(card: BlockCipher, diversifier: Uint8Array): Uint8Array {
  const size = card.blockLength;
  const key = new Uint8Array(2 * size);
  const block = new Uint8Array(diversifier);
  block[2] = 0xf0;
  card.encryptBlock(block, 0, key, 0);
  block[2] = 0x0f;
  card.encryptBlock(block, 0, key, size);
  return key;
}

/**
 * The EMV common session key.
 *
 * @param diversifier eight bytes: ATC and six zeros, or a cryptogram for secure messaging
 * @example
 * commonSessionKey(fromHex('154F349D8585CB7F6B0798E9839B10C1'), fromHex('001C000000000000'))
 * // '436B942AD637E08564B532B0EC97CB26'
 */
export function commonSessionKey(cardKey: Uint8Array, diversifier: Uint8Array): Uint8Array {
  mustHave(diversifier, 8, 'the diversifier');
  const card = new TdesCipher(cardKey);
  try {
    return adjustParity(twoBlocks(card, diversifier));
  } finally {
    card.wipe();
  }
}

/**
 * The diversifier of a cryptogram's common session key: ATC, then zeros.
 *
 * @example
 * atcDiversifier(fromHex('001C')) // '001C000000000000'
 */
export function atcDiversifier(atc: Uint8Array, blockLength: 8 | 16 = 8): Uint8Array {
  mustHave(atc, 2, 'the ATC');
  const diversifier = new Uint8Array(blockLength);
  diversifier.set(atc);
  return diversifier;
}

/**
 * Mastercard's session key derivation: ATC, two bytes, unpredictable number.
 *
 * @example
 * const card = fromHex('154F349D8585CB7F6B0798E9839B10C1');
 * mastercardSessionKey(card, fromHex('001C'), fromHex('ABCDEF12'))
 * // '5D8F37BCD9E5DA68048CDFA2EA255D9E'
 */
export function mastercardSessionKey(
  cardKey: Uint8Array,
  atc: Uint8Array,
  unpredictableNumber: Uint8Array,
): Uint8Array {
  mustHave(unpredictableNumber, 4, 'the unpredictable number');
  const diversifier = atcDiversifier(atc);
  diversifier.set(unpredictableNumber, 4);
  return commonSessionKey(cardKey, diversifier);
}

/**
 * Visa secure messaging: ATC XORed into the end of the left half, its complement of the right.
 *
 * @example
 * visaSecureMessagingKey(fromHex('94F867167C64EF3EEAB0CB627A7A3480'), fromHex('001C'))
 * // '94F867167C64EF23EAB0CB627A7ACB62'
 */
export function visaSecureMessagingKey(cardKey: Uint8Array, atc: Uint8Array): Uint8Array {
  mustHave(atc, 2, 'the ATC');
  mustHave(cardKey, 16, 'the card key');
  const key = new Uint8Array(cardKey);
  for (let i = 0; i < 2; i++) {
    key[6 + i] ^= atc[i];
    key[14 + i] ^= atc[i] ^ 0xff;
  }
  return adjustParity(key);
}

/** UnionPay (PBOC 3.0 part 5): the ATC and its complement, each behind six zeros, encrypted. */
export function unionPaySessionKey(cardKey: Uint8Array, atc: Uint8Array): Uint8Array {
  mustHave(atc, 2, 'the ATC');
  const card = new TdesCipher(cardKey);
  try {
    const key = new Uint8Array(16);
    for (let i = 0; i < 2; i++) {
      key[6 + i] = atc[i];
      key[14 + i] = atc[i] ^ 0xff;
    }
    card.encryptBlock(key, 0, key, 0);
    card.encryptBlock(key, 8, key, 8);
    return adjustParity(key);
  } finally {
    card.wipe();
  }
}

/** How the tree of EMV2000 is shaped. */
export interface SessionKeyTree {
  readonly height: number;
  readonly branch: number;
  /** Sixteen bytes, the parent of the card's key. */
  readonly iv: Uint8Array;
}

// One step down: both halves of the parent encrypted under the key, the branch number in the
// last byte of the left and, XORed with F0, of the right.
function child(key: Uint8Array, parent: Uint8Array, branchNumber: number): Uint8Array<ArrayBuffer> {
  const cipher = new TdesCipher(key);
  try {
    const next = new Uint8Array(parent);
    next[7] ^= branchNumber;
    next[15] ^= branchNumber ^ 0xf0;
    cipher.encryptBlock(next, 0, next, 0);
    cipher.encryptBlock(next, 8, next, 8);
    return next;
  } finally {
    cipher.wipe();
  }
}

/**
 * The session key of the EMV2000 tree (EMV2000 Book 2 annex A1.3): intermediate keys from the
 * card's key down to the ATC's parent, and the session key by XOR with the grandparent.
 *
 * @throws SecurityFault `configuration` when the tree cannot number 65,536 counters
 * @example
 * const tree = { height: 8, branch: 4, iv: new Uint8Array(16) };
 * emv2000SessionKey(fromHex('0123456789ABCDEF0123456789ABCDEF'), fromHex('00FF'), tree)
 * // '981F9D208AE6132CBC8A7C97F42A5445'
 */
export function emv2000SessionKey(
  cardKey: Uint8Array,
  atc: Uint8Array,
  tree: SessionKeyTree,
): Uint8Array {
  mustHave(atc, 2, 'the ATC');
  mustHave(tree.iv, 16, 'the initial vector');
  const { branch, height } = tree;
  if (branch < 2 || branch > 255 || height < 1 || height > 16 || branch ** height < 65536) {
    throw new SecurityFault('configuration', 'branch and height must span 65,536 counters');
  }
  const counter = (atc[0] << 8) | atc[1];
  let grandparent = new Uint8Array(tree.iv);
  let parent = new Uint8Array(cardKey);
  for (let level = 1; level < height; level++) {
    const numbered = Math.floor(counter / branch ** (height - level)) % branch;
    const next = child(parent, grandparent, numbered);
    grandparent.fill(0);
    grandparent = parent;
    parent = next;
  }
  const key = child(parent, grandparent, counter % branch);
  for (let i = 0; i < 16; i++) key[i] ^= grandparent[i];
  grandparent.fill(0);
  parent.fill(0);
  return adjustParity(key);
}

/**
 * The AES session key (annex A1.3.1): one block for 16-byte keys, two with F0 and 0F for longer.
 *
 * @param diversifier sixteen bytes: ATC and zeros for cryptograms
 * @example
 * aesSessionKey(fromHex('0F22481D9B34B20C09950EF1A72BB9C9'), atcDiversifier(fromHex('001C'), 16))
 * // '2007076690A5DA3B5E8BD9E281DF0069'
 */
export function aesSessionKey(cardKey: Uint8Array, diversifier: Uint8Array): Uint8Array {
  mustHave(diversifier, 16, 'the diversifier');
  const card = new AesCipher(cardKey);
  try {
    if (cardKey.length > 16) {
      const both = twoBlocks(card, diversifier);
      const key = both.slice(0, cardKey.length);
      both.fill(0);
      return key;
    }
    const key = new Uint8Array(16);
    card.encryptBlock(diversifier, 0, key, 0);
    return key;
  } finally {
    card.wipe();
  }
}
