// Triple DES DUKPT: initial key, transaction keys, working keys (ANSI X9.24-1:2009 annex A).
import { wipe } from '@chipswitch/bytes';
import { DES_SCHEDULE_WORDS, desPair, desSchedule, newDesSchedule } from '../cipher/des.ts';
import { loadWords, storeWords, TdesCipher } from '../cipher/tdes.ts';
import { SecurityFault } from '../errors.ts';

/** Bytes of a key serial number. */
const TDES_KSN_LENGTH = 10;

/** One bits that a transaction counter may have. */
const COUNTER_BITS_MAX = 10;
const COUNTER_MASK = 0x1fffff;

/** What a working key is for. Data keys go through one more step, the one-way function. */
export type TdesWorkingKeyPurpose =
  | 'pin'
  | 'mac-request'
  | 'mac-response'
  | 'data-request'
  | 'data-response';

// Place of the FF byte in each half of the variant mask.
const variantByte: Readonly<Record<TdesWorkingKeyPurpose, number>> = {
  pin: 7,
  'mac-request': 6,
  'mac-response': 4,
  'data-request': 5,
  'data-response': 3,
};

/** The transaction counter, the last 21 bits. */
export function tdesCounter(ksn: Uint8Array): number {
  return ((ksn[7] << 16) | (ksn[8] << 8) | ksn[9]) & COUNTER_MASK;
}

/** How many one bits a number has, 32 bits. */
export function countOneBits(value: number): number {
  let bits = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** Why a key serial number cannot be used. */
export type KsnErrorCode = 'length' | 'counter-zero' | 'counter-bits' | 'exhausted';

/**
 * A key serial number as sent, in ten bytes: shorter ones have lost the F digits on the left that
 * X9.24-1 fills them with.
 *
 * @example
 * wholeTdesKsn(fromHex('9876543210E00001')) // 'FFFF9876543210E00001'
 */
export function wholeTdesKsn(ksn: Uint8Array): Uint8Array {
  if (ksn.length >= TDES_KSN_LENGTH) return ksn;
  const whole = new Uint8Array(TDES_KSN_LENGTH).fill(0xff);
  whole.set(ksn, TDES_KSN_LENGTH - ksn.length);
  return whole;
}

/**
 * What is wrong with a key serial number for a transaction, or undefined.
 *
 * @example
 * tdesKsnFault(fromHex('FFFF9876543210E007FF')) // 'counter-bits'
 */
export function tdesKsnFault(ksn: Uint8Array): KsnErrorCode | undefined {
  if (ksn.length !== TDES_KSN_LENGTH) return 'length';
  const counter = tdesCounter(ksn);
  if (counter === 0) return 'counter-zero';
  return countOneBits(counter) > COUNTER_BITS_MAX ? 'counter-bits' : undefined;
}

/**
 * The key serial number of the next transaction: counters with more than ten one bits are passed
 * over.
 *
 * @returns the next, or `length` or `exhausted` when a device has used up its counters
 * @example
 * nextTdesKsn(fromHex('FFFF9876543210EFF802')) // 'FFFF9876543210EFF804'
 */
export function nextTdesKsn(ksn: Uint8Array): Uint8Array | KsnErrorCode {
  if (ksn.length !== TDES_KSN_LENGTH) return 'length';
  let counter = tdesCounter(ksn) + 1;
  // Adding the lowest one bit to a counter with too many is the shortest way to one with fewer.
  while (countOneBits(counter) > COUNTER_BITS_MAX) counter += counter & -counter;
  if (counter > COUNTER_MASK) return 'exhausted';
  const next = new Uint8Array(ksn);
  next[7] = (next[7] & 0xe0) | (counter >>> 16);
  next[8] = counter >>> 8;
  next[9] = counter;
  return next;
}

const initialMask = Uint8Array.of(
  0xc0,
  0xc0,
  0xc0,
  0xc0,
  0,
  0,
  0,
  0,
  0xc0,
  0xc0,
  0xc0,
  0xc0,
  0,
  0,
  0,
  0,
);
const block = new Int32Array(2);
const pair = new Int32Array(4);
const rights = new Int32Array(4);
const currentSchedule = newDesSchedule();
const maskedSchedule = newDesSchedule();
const current = new Uint8Array(16);
const masked = new Uint8Array(16);

/**
 * A base derivation key with both its schedules kept: the key itself, and the key under the mask.
 */
export interface TdesBaseKey {
  readonly left: TdesCipher;
  readonly right: TdesCipher;
}

/** Schedules of a base derivation key of 16 bytes. */
export function tdesBaseKey(bdk: Uint8Array): TdesBaseKey {
  if (bdk.length !== 16) throw new SecurityFault('key-length', 'a TDES BDK has 16 bytes');
  const varied = bdk.map((byte, i) => byte ^ initialMask[i]);
  try {
    return { left: new TdesCipher(bdk), right: new TdesCipher(varied) };
  } finally {
    varied.fill(0);
  }
}

/**
 * The initial key of the device that a key serial number names (A.6); its counter is ignored.
 *
 * @example
 * const base = tdesBaseKey(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * tdesInitialKey(base, fromHex('FFFF9876543210E00000')) // '6AC292FAA1315B4D858AB3A3D7D5933A'
 */
export function tdesInitialKey(base: TdesBaseKey, ksn: Uint8Array): Uint8Array {
  const key = new Uint8Array(16);
  key.set(ksn.subarray(0, 8));
  key[7] &= 0xe0;
  key.copyWithin(8, 0, 8);
  base.left.encryptBlock(key, 0, key, 0);
  base.right.encryptBlock(key, 8, key, 8);
  return key;
}

// The non-reversible step (A.2), both halves side by side: the register XOR the right half, under
// the left half, XOR the right half again; plain for the new right half, masked for the new left.
function step(high: number, low: number): void {
  for (let i = 0; i < 16; i++) masked[i] = current[i] ^ initialMask[i];
  desSchedule(current, 0, currentSchedule, 0, false);
  desSchedule(masked, 0, maskedSchedule, 0, false);
  loadWords(current, 8, block);
  rights[0] = block[0];
  rights[1] = block[1];
  loadWords(masked, 8, block);
  rights[2] = block[0];
  rights[3] = block[1];
  for (let i = 0; i < 4; i++) pair[i] = rights[i] ^ (i & 1 ? low : high);
  desPair(pair, currentSchedule, maskedSchedule, DES_SCHEDULE_WORDS);
  block[0] = pair[0] ^ rights[0];
  block[1] = pair[1] ^ rights[1];
  storeWords(block, current, 8);
  block[0] = pair[2] ^ rights[2];
  block[1] = pair[3] ^ rights[3];
  storeWords(block, current, 0);
}

/**
 * The transaction key that a device holds for a key serial number (A.3), before any variant.
 *
 * @param initialKey sixteen bytes
 * @param ksn ten bytes whose counter has one to ten one bits
 * @example
 * tdesTransactionKey(fromHex('6AC292FAA1315B4D858AB3A3D7D5933A'), fromHex('FFFF9876543210E00001'))
 * // '042666B49184CFA368DE9628D0397BC9'
 */
export function tdesTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  const counter = tdesCounter(ksn);
  const high = (ksn[2] << 24) | (ksn[3] << 16) | (ksn[4] << 8) | ksn[5];
  const lowFixed = (ksn[6] << 24) | ((ksn[7] & 0xe0) << 16);
  current.set(initialKey);
  try {
    let done = 0;
    for (let bit = 0x100000; bit !== 0; bit >>>= 1) {
      if ((counter & bit) === 0) continue;
      done |= bit;
      step(high, lowFixed | done);
    }
    return current.slice();
  } finally {
    wipeScratch();
  }
}

function wipeScratch(): void {
  wipe(block, pair, rights, current, masked, currentSchedule.words, maskedSchedule.words);
}

/**
 * A working key out of a transaction key: a variant, and for data the one-way function.
 *
 * @example
 * tdesWorkingKey(fromHex('042666B49184CFA368DE9628D0397BC9'), 'pin')
 * // '042666B49184CF5C68DE9628D0397B36'
 */
export function tdesWorkingKey(
  transactionKey: Uint8Array,
  purpose: TdesWorkingKeyPurpose,
): Uint8Array {
  const key = new Uint8Array(transactionKey);
  key[variantByte[purpose]] ^= 0xff;
  key[8 + variantByte[purpose]] ^= 0xff;
  if (purpose !== 'data-request' && purpose !== 'data-response') return key;
  const cipher = new TdesCipher(key);
  try {
    cipher.encryptBlock(key, 0, key, 0);
    cipher.encryptBlock(key, 8, key, 8);
    return key;
  } finally {
    cipher.wipe();
  }
}
