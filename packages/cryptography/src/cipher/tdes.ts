// Single, double and triple length DEA keys as ciphers (ISO/IEC 18033-3 4.2).
import { SecurityFault } from '../errors.ts';
import type { BlockCipher } from './block-cipher.ts';
import {
  DES_SCHEDULE_WORDS,
  type DesSchedule,
  desSchedule,
  desSchedules,
  desWords,
  noDesSchedule,
} from './des.ts';

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
  const high = block[0];
  const low = block[1];
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
export function doubleLengthSchedule(key: Uint8Array, schedule: DesSchedule): void {
  desSchedule(key, 0, schedule, 0, false);
  desSchedule(key, 8, schedule, 32, true);
  schedule.words.copyWithin(64, 0, 32);
}

/**
 * A DEA (8 bytes), 2TDEA (16) or 3TDEA (24) key with its schedules kept. Parity is not looked at.
 */
export class TdesCipher implements BlockCipher {
  readonly blockLength = 8;
  /** Words in use: 32 for a single-length key, else 96. */
  readonly words: 32 | 96;
  #encryption: DesSchedule;
  #decryption: DesSchedule | undefined;

  /** @throws SecurityFault `key-length` when `key` is not 8, 16 or 24 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== 8 && key.length !== 16 && key.length !== 24) {
      throw new SecurityFault('key-length', 'a DES key has 8, 16 or 24 bytes');
    }
    this.words = key.length === 8 ? DES_SCHEDULE_WORDS : 96;
    const schedule = desSchedules.take();
    desSchedule(key, 0, schedule, 0, false);
    if (this.words === 96) {
      desSchedule(key, 8, schedule, 32, true);
      if (key.length === 24) desSchedule(key, 16, schedule, 64, false);
      else schedule.words.copyWithin(64, 0, 32);
    }
    this.#encryption = schedule;
  }

  /** The encryption schedule: for engines that work on words. */
  get encryption(): DesSchedule {
    return this.#encryption;
  }

  /** Encrypts two words in place. */
  encryptWords(block: Int32Array): void {
    desWords(block, this.#encryption, this.words);
  }

  /** Decrypts two words in place. */
  decryptWords(block: Int32Array): void {
    this.#decryption ??= this.#reversed();
    desWords(block, this.#decryption, this.words);
  }

  encryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void {
    loadWords(input, from, work);
    desWords(work, this.#encryption, this.words);
    storeWords(work, output, at);
  }

  decryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void {
    this.#decryption ??= this.#reversed();
    loadWords(input, from, work);
    desWords(work, this.#decryption, this.words);
    storeWords(work, output, at);
  }

  // Decryption is the same rounds with all round keys in reverse; each is two words.
  #reversed(): DesSchedule {
    const { words } = this;
    const from = this.#encryption.words;
    const schedule = desSchedules.take();
    for (let i = 0; i < words; i += 2) {
      schedule.words[i] = from[words - 2 - i];
      schedule.words[i + 1] = from[words - 1 - i];
    }
    return schedule;
  }

  wipe(): void {
    if (this.#encryption !== noDesSchedule) desSchedules.give(this.#encryption);
    if (this.#decryption !== undefined) desSchedules.give(this.#decryption);
    this.#encryption = noDesSchedule;
    this.#decryption = undefined;
    work.fill(0);
  }
}
