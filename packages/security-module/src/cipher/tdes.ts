// Single, double and triple length DEA keys as ciphers (ISO/IEC 18033-3 4.2, keying options 1 to 3).
import { DES_SCHEDULE_WORDS, desSchedule, desWords } from './des.ts';
import { SecurityFault } from '../errors.ts';
import type { BlockCipher } from './block-cipher.ts';

const work = new Int32Array(2);

/** Reads the eight bytes from `from` as two words. */
export function loadWords(bytes: Uint8Array, from: number, block: Int32Array): void {
  block[0] =
    (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  block[1] =
    (bytes[from + 4] << 24) | (bytes[from + 5] << 16) | (bytes[from + 6] << 8) | bytes[from + 7];
}

/** Writes two words as eight bytes from `at`. */
export function storeWords(block: Int32Array, bytes: Uint8Array, at: number): void {
  const [high, low] = [block[0], block[1]];
  bytes[at] = high >>> 24;
  bytes[at + 1] = high >>> 16;
  bytes[at + 2] = high >>> 8;
  bytes[at + 3] = high;
  bytes[at + 4] = low >>> 24;
  bytes[at + 5] = low >>> 16;
  bytes[at + 6] = low >>> 8;
  bytes[at + 7] = low;
}

/**
 * Writes the encryption schedule of a double-length key, 96 words: E(K1) D(K2) E(K1). Its first
 * 32 words are single DES under K1, which is what ISO 9797-1 algorithm 3 chains with.
 */
export function doubleLengthSchedule(key: Uint8Array, schedule: Int32Array): void {
  desSchedule(key, 0, schedule, 0, false);
  desSchedule(key, 8, schedule, 32, true);
  schedule.copyWithin(64, 0, 32);
}

/** Encrypts the two words of `block` in place under a schedule of 96 words. */
export function tdesEncryptWords(block: Int32Array, schedule: Int32Array): void {
  desWords(block, schedule, 96);
}

/** A DEA (8 bytes), 2TDEA (16) or 3TDEA (24) key with both schedules kept. Parity is not looked at. */
export class TdesCipher implements BlockCipher {
  readonly blockLength = 8;
  /** Words in use: 32 for a single-length key, else 96. */
  readonly words: number;
  readonly encryption: Int32Array;
  readonly decryption: Int32Array;

  /** @throws SecurityFault `key-length` when `key` is not 8, 16 or 24 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== 8 && key.length !== 16 && key.length !== 24) {
      throw new SecurityFault('key-length', 'a DES key has 8, 16 or 24 bytes');
    }
    this.words = key.length === 8 ? DES_SCHEDULE_WORDS : 96;
    this.encryption = new Int32Array(this.words);
    this.decryption = new Int32Array(this.words);
    const last = key.length === 24 ? 16 : 0;
    desSchedule(key, 0, this.encryption, 0, false);
    desSchedule(key, last, this.decryption, 0, true);
    if (this.words === 96) {
      desSchedule(key, 8, this.encryption, 32, true);
      desSchedule(key, last, this.encryption, 64, false);
      desSchedule(key, 8, this.decryption, 32, false);
      desSchedule(key, 0, this.decryption, 64, true);
    }
  }

  encryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void {
    loadWords(input, from, work);
    desWords(work, this.encryption, this.words);
    storeWords(work, output, at);
  }

  decryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void {
    loadWords(input, from, work);
    desWords(work, this.decryption, this.words);
    storeWords(work, output, at);
  }

  wipe(): void {
    this.encryption.fill(0);
    this.decryption.fill(0);
    work.fill(0);
  }
}
