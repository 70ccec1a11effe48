// AES with 128, 192 and 256-bit keys by table lookups on kept schedules (FIPS 197).
//
// For one block a call into node:crypto costs more than the cipher; the README states what table
// lookups cost in safety.
import { SecurityFault } from '../errors.ts';
import type { BlockCipher } from './block-cipher.ts';
import { SchedulePool } from './schedule-pool.ts';

const double = (value: number): number => ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff;

const substitution = new Uint8Array(256);
const inverseSubstitution = new Uint8Array(256);

// The S-box is the inverse in GF(2^8) followed by the affine map (FIPS 197 5.1.1); 3 generates the
// field, so walking through its powers forward and backward meets each value with its inverse.
function fillSubstitution(): void {
  let value = 1;
  let inverse = 1;
  do {
    value ^= double(value);
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse &= 0xff;
    if (inverse & 0x80) inverse ^= 0x09;
    const rotated = (inverse << 1) ^ (inverse << 2) ^ (inverse << 3) ^ (inverse << 4) ^ inverse;
    substitution[value] = ((rotated ^ (rotated >>> 8)) & 0xff) ^ 0x63;
  } while (value !== 1);
  substitution[0] = 0x63;
  for (let i = 0; i < 256; i++) inverseSubstitution[substitution[i]] = i;
}
fillSubstitution();

const rotateRight = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

// Substitution and mixing of one byte as a column; tables 1 to 3 are rotations of table 0.
function mixTables(columnOf: (value: number) => number): Int32Array[] {
  return [0, 8, 16, 24].map((by) =>
    Int32Array.from({ length: 256 }, (_, value) => {
      const column = columnOf(value);
      return by === 0 ? column : rotateRight(column, by);
    }),
  );
}

const [mix0, mix1, mix2, mix3] = mixTables((value) => {
  const s = substitution[value];
  const twice = double(s);
  return (twice << 24) | (s << 16) | (s << 8) | (twice ^ s);
});

const unmixColumn = (s: number): number => {
  const s2 = double(s);
  const s4 = double(s2);
  const s8 = double(s4);
  return ((s8 ^ s4 ^ s2) << 24) | ((s8 ^ s) << 16) | ((s8 ^ s4 ^ s) << 8) | (s8 ^ s2 ^ s);
};
const [unmix0, unmix1, unmix2, unmix3] = mixTables((value) =>
  unmixColumn(inverseSubstitution[value]),
);

const substituteWord = (word: number): number =>
  (substitution[word >>> 24] << 24) |
  (substitution[(word >>> 16) & 255] << 16) |
  (substitution[(word >>> 8) & 255] << 8) |
  substitution[word & 255];

const poolOf = (words: number): SchedulePool<Int32Array> =>
  new SchedulePool<Int32Array>(
    () => new Int32Array(words),
    (schedule) => schedule.fill(0),
  );

// By length: four words for each of 11, 13 or 15 round keys.
const pools: Readonly<Record<number, SchedulePool<Int32Array>>> = {
  44: poolOf(44),
  52: poolOf(52),
  60: poolOf(60),
};

/** What a wiped cipher holds in place of its schedule. */
const noSchedule = new Int32Array(0);

function expandKey(key: Uint8Array, schedule: Int32Array): void {
  const keyWords = key.length >> 2;
  for (let i = 0, at = 0; i < keyWords; i++, at += 4) {
    schedule[i] = (key[at] << 24) | (key[at + 1] << 16) | (key[at + 2] << 8) | key[at + 3];
  }
  let roundConstant = 1;
  let word = schedule[keyWords - 1];
  for (let i = keyWords, column = 0; i < schedule.length; i++) {
    if (column === 0) {
      word = substituteWord((word << 8) | (word >>> 24)) ^ (roundConstant << 24);
      roundConstant = double(roundConstant);
    } else if (column === 4 && keyWords > 6) word = substituteWord(word);
    word ^= schedule[i - keyWords];
    schedule[i] = word;
    column = column + 1 === keyWords ? 0 : column + 1;
  }
}

// The equivalent inverse cipher (FIPS 197 5.3.5): rounds backwards, inner round keys unmixed.
function invertSchedule(schedule: Int32Array, inverse: Int32Array): void {
  const last = schedule.length - 4;
  for (let i = 0; i <= last; i += 4) {
    for (let j = 0; j < 4; j++) {
      const word = schedule[last - i + j];
      inverse[i + j] =
        i === 0 || i === last
          ? word
          : unmix0[substitution[word >>> 24]] ^
            unmix1[substitution[(word >>> 16) & 255]] ^
            unmix2[substitution[(word >>> 8) & 255]] ^
            unmix3[substitution[word & 255]];
    }
  }
}

const state = new Int32Array(4);

function load(input: Uint8Array, from: number, schedule: Int32Array): void {
  for (let i = 0, at = from; i < 4; i++, at += 4) {
    state[i] =
      ((input[at] << 24) | (input[at + 1] << 16) | (input[at + 2] << 8) | input[at + 3]) ^
      schedule[i];
  }
}

// The last round has no mixing: substituted bytes of four columns, and the round key.
function storeLast(
  box: Uint8Array,
  columns: readonly [number, number, number, number],
  key: number,
  output: Uint8Array,
  at: number,
): void {
  output[at] = box[columns[0] >>> 24] ^ (key >>> 24);
  output[at + 1] = box[(columns[1] >>> 16) & 255] ^ (key >>> 16);
  output[at + 2] = box[(columns[2] >>> 8) & 255] ^ (key >>> 8);
  output[at + 3] = box[columns[3] & 255] ^ key;
}

/** A key of 16, 24 or 32 bytes; the decryption schedule is made when first needed. */
export class AesCipher implements BlockCipher {
  readonly blockLength = 16;
  #encryption: Int32Array;
  #decryption: Int32Array | undefined;

  /** @throws SecurityFault `key-length` when `key` is not 16, 24 or 32 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== 16 && key.length !== 24 && key.length !== 32) {
      throw new SecurityFault('key-length', 'an AES key has 16, 24 or 32 bytes');
    }
    this.#encryption = pools[key.length + 28].take();
    expandKey(key, this.#encryption);
  }

  encryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void {
    const schedule = this.#encryption;
    load(input, from, schedule);
    let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
    const last = schedule.length - 4;
    for (let k = 4; k < last; k += 4) {
      const e =
        mix0[a >>> 24] ^
        mix1[(b >>> 16) & 255] ^
        mix2[(c >>> 8) & 255] ^
        mix3[d & 255] ^
        schedule[k];
      const f =
        mix0[b >>> 24] ^
        mix1[(c >>> 16) & 255] ^
        mix2[(d >>> 8) & 255] ^
        mix3[a & 255] ^
        schedule[k + 1];
      const g =
        mix0[c >>> 24] ^
        mix1[(d >>> 16) & 255] ^
        mix2[(a >>> 8) & 255] ^
        mix3[b & 255] ^
        schedule[k + 2];
      d =
        mix0[d >>> 24] ^
        mix1[(a >>> 16) & 255] ^
        mix2[(b >>> 8) & 255] ^
        mix3[c & 255] ^
        schedule[k + 3];
      a = e;
      b = f;
      c = g;
    }
    const box = substitution;
    storeLast(box, [a, b, c, d], schedule[last], output, at);
    storeLast(box, [b, c, d, a], schedule[last + 1], output, at + 4);
    storeLast(box, [c, d, a, b], schedule[last + 2], output, at + 8);
    storeLast(box, [d, a, b, c], schedule[last + 3], output, at + 12);
  }

  decryptBlock(input: Uint8Array, from: number, output: Uint8Array, at: number): void {
    this.#decryption ??= this.#inverted();
    const schedule = this.#decryption;
    load(input, from, schedule);
    let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
    const last = schedule.length - 4;
    for (let k = 4; k < last; k += 4) {
      const e =
        unmix0[a >>> 24] ^
        unmix1[(d >>> 16) & 255] ^
        unmix2[(c >>> 8) & 255] ^
        unmix3[b & 255] ^
        schedule[k];
      const f =
        unmix0[b >>> 24] ^
        unmix1[(a >>> 16) & 255] ^
        unmix2[(d >>> 8) & 255] ^
        unmix3[c & 255] ^
        schedule[k + 1];
      const g =
        unmix0[c >>> 24] ^
        unmix1[(b >>> 16) & 255] ^
        unmix2[(a >>> 8) & 255] ^
        unmix3[d & 255] ^
        schedule[k + 2];
      d =
        unmix0[d >>> 24] ^
        unmix1[(c >>> 16) & 255] ^
        unmix2[(b >>> 8) & 255] ^
        unmix3[a & 255] ^
        schedule[k + 3];
      a = e;
      b = f;
      c = g;
    }
    const box = inverseSubstitution;
    storeLast(box, [a, d, c, b], schedule[last], output, at);
    storeLast(box, [b, a, d, c], schedule[last + 1], output, at + 4);
    storeLast(box, [c, b, a, d], schedule[last + 2], output, at + 8);
    storeLast(box, [d, c, b, a], schedule[last + 3], output, at + 12);
  }

  #inverted(): Int32Array {
    const inverse = pools[this.#encryption.length].take();
    invertSchedule(this.#encryption, inverse);
    return inverse;
  }

  wipe(): void {
    const pool = pools[this.#encryption.length];
    if (pool === undefined) return;
    pool.give(this.#encryption);
    if (this.#decryption !== undefined) pool.give(this.#decryption);
    this.#encryption = noSchedule;
    this.#decryption = undefined;
    state.fill(0);
  }
}
