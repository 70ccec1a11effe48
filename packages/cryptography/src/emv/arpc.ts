// The issuer's answer to a cryptogram: EMV Book 2 sections 8.2.1 (method 1) and 8.2.2 (method 2).
import { type DesSchedule, desWords } from '../cipher/des.ts';
import { loadWords, storeWords } from '../cipher/tdes.ts';
import { retailMacWords } from '../mac/iso9797.ts';

/** What the answer to the card is made from: method 1 takes the ARC, method 2 the CSU. */
export type ArpcRequest =
  | { readonly arc: Uint8Array }
  | { readonly csu: Uint8Array; readonly proprietaryData?: Uint8Array };

const block = new Int32Array(2);

/**
 * Method 1: the cryptogram, its first two bytes XORed with the authorisation response code,
 * encrypted. Eight bytes.
 *
 * @param schedule 96 words: the card's or the session key's encryption schedule, by version
 * @example
 * const { encryption } = new TdesCipher(fromHex('DFD0956606B68D64DFD0956606B68D64'));
 * arpcMethod1(encryption, fromHex('29CCA15AE665FA2E'), fromHex('3030')) // '7B4CB0F58BD2B6B5'
 */
export function arpcMethod1(
  schedule: DesSchedule,
  cryptogram: Uint8Array,
  arc: Uint8Array,
): Uint8Array {
  loadWords(cryptogram, 0, block);
  block[0] ^= (arc[0] << 24) | (arc[1] << 16);
  desWords(block, schedule, 96);
  const arpc = new Uint8Array(8);
  storeWords(block, arpc, 0);
  return arpc;
}

/**
 * Method 2: a MAC by algorithm 3 and padding 2 over cryptogram, card status update and up to eight
 * bytes of proprietary authentication data, cut to four bytes.
 */
export function arpcMethod2(
  schedule: DesSchedule,
  cryptogram: Uint8Array,
  csu: Uint8Array,
  proprietaryData: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const message = new Uint8Array(12 + proprietaryData.length);
  message.set(cryptogram);
  message.set(csu, 8);
  message.set(proprietaryData, 12);
  retailMacWords(schedule, message, 2, block);
  const arpc = new Uint8Array(8);
  storeWords(block, arpc, 0);
  return arpc.slice(0, 4);
}
