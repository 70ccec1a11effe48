// How the key of a cryptogram comes out of the card's: one rule each, for the rows of the version table.
import { aesSessionKey, atcDiversifier } from './session-key.ts';

/** What a rule works on; lengths have been checked. */
export interface SessionKeyInput {
  /** Two bytes. */
  readonly atc: Uint8Array;
  /** Four bytes; there when the rule needs it. */
  readonly unpredictableNumber: Uint8Array | undefined;
}

interface Rule {
  /** The rule in words, with its clause. */
  readonly text: string;
  readonly needsUnpredictableNumber: boolean;
}

/** No session key: the card's own key makes the cryptogram. */
export interface CardKeyRule extends Rule {
  readonly kind: 'card-key';
}

/** Two blocks enciphered under the card's triple DES key, side by side: left and right half of the key. */
export interface TwoBlocksRule extends Rule {
  readonly kind: 'two-blocks';
  /** Writes the blocks as four words: left high and low, right high and low. */
  readonly writeBlocks: (blocks: Int32Array, input: SessionKeyInput) => void;
}

/** Any other way: the key itself out of the card's bytes. */
export interface DerivedRule extends Rule {
  readonly kind: 'derived';
  readonly cipher: 'tdes' | 'aes';
  readonly derive: (cardKey: Uint8Array, input: SessionKeyInput) => Uint8Array;
}

/** A rule. */
export type SessionKeyRule = CardKeyRule | TwoBlocksRule | DerivedRule;

const counterOf = (atc: Uint8Array): number => (atc[0] << 8) | atc[1];

// Book 2 A1.3.1: F0 and 0F in the third byte of the diversifier.
function fillCommon(blocks: Int32Array, atc: Uint8Array, low: number): void {
  const high = counterOf(atc) << 16;
  blocks[0] = high | 0xf000;
  blocks[2] = high | 0x0f00;
  blocks[1] = blocks[3] = low;
}

/** The card key itself. */
export const cardKeyItself: SessionKeyRule = {
  kind: 'card-key',
  text: 'the card key itself',
  needsUnpredictableNumber: false,
};

/** EMV's common session key. */
export const commonRule: SessionKeyRule = {
  kind: 'two-blocks',
  text: 'EMV common session key (Book 2 A1.3.1)',
  needsUnpredictableNumber: false,
  writeBlocks: (blocks, { atc }) => fillCommon(blocks, atc, 0),
};

/** Mastercard's: the unpredictable number stands behind the counter. */
export const mastercardRule: SessionKeyRule = {
  kind: 'two-blocks',
  text: 'Mastercard derivation with ATC and unpredictable number',
  needsUnpredictableNumber: true,
  writeBlocks: (blocks, { atc, unpredictableNumber: un }) => {
    const low = un === undefined ? 0 : (un[0] << 24) | (un[1] << 16) | (un[2] << 8) | un[3];
    fillCommon(blocks, atc, low);
  },
};

/** UnionPay's: the counter and its complement, each behind six zeros. */
export const unionPayRule: SessionKeyRule = {
  kind: 'two-blocks',
  text: 'UnionPay (PBOC 3.0 part 5)',
  needsUnpredictableNumber: false,
  writeBlocks: (blocks, { atc }) => {
    const counter = counterOf(atc);
    blocks[0] = blocks[2] = 0;
    blocks[1] = counter;
    blocks[3] = ~counter & 0xffff;
  },
};

/** EMV's for AES cards. */
export const aesRule: SessionKeyRule = {
  kind: 'derived',
  cipher: 'aes',
  text: 'AES common session key (Book 2 A1.3.1)',
  needsUnpredictableNumber: false,
  derive: (cardKey, { atc }) => aesSessionKey(cardKey, atcDiversifier(atc, 16)),
};
