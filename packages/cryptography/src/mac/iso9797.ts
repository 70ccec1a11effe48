// MAC algorithms 1 and 3 of ISO/IEC 9797-1:2011 (CBC-MAC; retail MAC, ANSI X9.19).
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { type DesSchedule, desWords } from '../cipher/des.ts';
import { type TdesCipher, loadWords, storeWords } from '../cipher/tdes.ts';
import { padForMac, type MacPadding } from './padding.ts';

const work = new Int32Array(2);

/**
 * Algorithm 1: the last block of CBC with a zero vector, under the whole key.
 *
 * @param state chaining value of the parts before (`macChain`); zeros when left out
 * @example
 * const cipher = new TdesCipher(fromHex('E9CB01B93B20914F'));
 * macAlgorithm1(cipher, fromHex('676976656D65534F4D454D4143696E67'), 1)
 * // '170C2BDB611C591F'
 */
export function macAlgorithm1(
  cipher: BlockCipher,
  data: Uint8Array,
  padding: MacPadding,
  state?: Uint8Array,
): Uint8Array {
  const size = cipher.blockLength;
  const padded = padForMac(data, padding, size);
  const chained = new Uint8Array(size);
  if (state !== undefined) chained.set(state);
  for (let i = 0; i < padded.length; i += size) {
    for (let j = 0; j < size; j++) chained[j] ^= padded[i + j];
    cipher.encryptBlock(chained, 0, chained, 0);
  }
  padded.fill(0);
  return chained;
}

/**
 * Algorithm 3 on words: single DES of the first key in a chain, the whole key for the last block.
 * The result is left in `block`.
 *
 * @param schedule 96 words of a double-length key's encryption schedule
 */
export function retailMacWords(
  schedule: DesSchedule,
  data: Uint8Array,
  padding: MacPadding,
  block: Int32Array,
): void {
  const whole = data.length & ~7;
  const rest = data.length - whole;
  // With method 2 there is always a padded block; with 1 only for a rest or for nothing at all.
  const tail = padding === 2 || rest > 0 || data.length === 0;
  block[0] = 0;
  block[1] = 0;
  if (padding === 3) {
    block[0] = Math.floor((data.length * 8) / 0x100000000);
    block[1] = (data.length * 8) | 0;
    desWords(block, schedule, 32);
  }
  const lastWhole = tail ? -1 : whole - 8;
  for (let i = 0; i < whole; i += 8) {
    block[0] ^= (data[i] << 24) | (data[i + 1] << 16) | (data[i + 2] << 8) | data[i + 3];
    block[1] ^= (data[i + 4] << 24) | (data[i + 5] << 16) | (data[i + 6] << 8) | data[i + 7];
    desWords(block, schedule, i === lastWhole ? 96 : 32);
  }
  if (!tail) return;
  for (let i = 0; i < rest; i++) block[i >> 2] ^= data[whole + i] << (24 - 8 * (i & 3));
  if (padding === 2) block[rest >> 2] ^= 0x80 << (24 - 8 * (rest & 3));
  desWords(block, schedule, 96);
}

/**
 * Algorithm 3 under a double-length DEA key.
 *
 * @returns eight bytes; callers cut to what they send
 * @example
 * const cipher = new TdesCipher(fromHex('7CA110454A1A6E570131D9619DC1376E'));
 * retailMac(cipher, fromHex('48656C6C6F20576F726C642021212121'), 1)
 * // 'F09B856213BAB83B'
 */
export function retailMac(cipher: TdesCipher, data: Uint8Array, padding: MacPadding): Uint8Array {
  const mac = new Uint8Array(8);
  retailMacWords(cipher.encryption, data, padding, work);
  storeWords(work, mac, 0);
  work.fill(0);
  return mac;
}

/**
 * Algorithm 3 over the last part of a message: at least one byte, behind parts of whole blocks.
 *
 * @param state chaining value of the parts before (`retailMacChain`)
 * @example
 * const cipher = new TdesCipher(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * const state = retailMacChain(cipher, fromHex('00112233445566778899AABBCCDDEEFF'));
 * retailMacLast(cipher, fromHex('0123456789ABCDEF'), 1, state) // '5B2F2CC1269FEF3C'
 */
export function retailMacLast(
  cipher: TdesCipher,
  data: Uint8Array,
  padding: 1 | 2,
  state: Uint8Array,
): Uint8Array {
  const padded = padForMac(data, padding, 8);
  for (let i = 0; i < 8; i++) padded[i] ^= state[i];
  const mac = retailMac(cipher, padded, 1);
  padded.fill(0);
  return mac;
}

/** The chaining value of algorithm 3 behind whole blocks: single DES of the first key. */
export function retailMacChain(
  cipher: TdesCipher,
  data: Uint8Array,
  state: Uint8Array = new Uint8Array(8),
): Uint8Array {
  const chained = new Uint8Array(state);
  loadWords(chained, 0, work);
  for (let i = 0; i < data.length; i += 8) {
    work[0] ^= (data[i] << 24) | (data[i + 1] << 16) | (data[i + 2] << 8) | data[i + 3];
    work[1] ^= (data[i + 4] << 24) | (data[i + 5] << 16) | (data[i + 6] << 8) | data[i + 7];
    desWords(work, cipher.encryption, 32);
  }
  storeWords(work, chained, 0);
  work.fill(0);
  return chained;
}

/** The chaining value of algorithm 1 and of CMAC behind whole blocks. */
export function macChain(
  cipher: BlockCipher,
  data: Uint8Array,
  state: Uint8Array = new Uint8Array(cipher.blockLength),
): Uint8Array {
  const size = cipher.blockLength;
  const chained = new Uint8Array(state);
  for (let i = 0; i < data.length; i += size) {
    for (let j = 0; j < size; j++) chained[j] ^= data[i + j];
    cipher.encryptBlock(chained, 0, chained, 0);
  }
  return chained;
}

/** Whether the MAC left in `block` starts with `mac` (4 to 8 bytes), in constant time. */
export function wordsMatch(block: Int32Array, mac: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < mac.length; i++) {
    difference |= ((block[i >> 2] >>> (24 - 8 * (i & 3))) & 0xff) ^ mac[i];
  }
  return difference === 0;
}
