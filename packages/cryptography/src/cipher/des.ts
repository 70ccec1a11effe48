// The Data Encryption Algorithm and its triple form on 32-bit words (FIPS 46-3, ISO/IEC 18033-3).
//
// Table lookups on kept key schedules are ten times faster than a node:crypto call for one block,
// and not safe against an attacker who shares the processor's cache: see the README.
import {
  permutationP,
  permutedChoice1,
  permutedChoice2,
  rotations,
  substitutionBoxes,
} from './data/des-tables.ts';
import { BLOCKS_AT, desCode, SCHEDULES_AT } from './des-code.ts';
import { SchedulePool } from './schedule-pool.ts';

/** Words of the schedule of one single-length key: two for each of sixteen rounds. */
export const DES_SCHEDULE_WORDS = 32;

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Bit `position` of a field of `width` bits, counted from 1 at the most significant end. */
const bitOf = (value: number, position: number, width: number): number =>
  (value >>> (width - position)) & 1;

// Substitution and permutation P of each box in a word, rotated left once, as both halves are kept.
// Box n stands at 64 (n - 1): one table needs one address and one bound in a register, not eight.
function combinedBoxes(): Int32Array {
  const table = new Int32Array(8 * 64);
  for (let at = 0; at < table.length; at++) {
    const box = at >>> 6;
    const row = ((at >>> 4) & 2) | (at & 1);
    const nibble = parseInt(substitutionBoxes[box][16 * row + ((at >>> 1) & 15)], 16);
    const placed = nibble << (28 - 4 * box);
    let word = 0;
    for (const from of permutationP) word = (word << 1) | bitOf(placed, from, 32);
    table[at] = rotateLeft(word, 1);
  }
  return table;
}

const boxes = combinedBoxes();
const code = desCode(boxes);

/** Words that a schedule has room for: three passes. */
const TDES_SCHEDULE_WORDS = 96;

let nextFree = SCHEDULES_AT;

/**
 * A key schedule. It stands in the memory of `des-code.ts` while there is room, and elsewhere when
 * there is none; then its rounds run in this file.
 */
export class DesSchedule {
  readonly words: Int32Array;
  /** Byte in the code's memory, or 0. */
  readonly address: number;

  constructor(words: Int32Array, address: number) {
    this.words = words;
    this.address = address;
  }
}

/** A schedule of its own for whoever keeps it; keys for one operation take theirs from the pool. */
export function newDesSchedule(): DesSchedule {
  const end = nextFree + TDES_SCHEDULE_WORDS;
  if (code === undefined || end > code.memory.length) {
    return new DesSchedule(new Int32Array(TDES_SCHEDULE_WORDS), 0);
  }
  const schedule = new DesSchedule(code.memory.subarray(nextFree, end), 4 * nextFree);
  nextFree = end;
  return schedule;
}

/** Schedules that are free again. */
export const desSchedules = new SchedulePool(newDesSchedule, ({ words }) => words.fill(0));

/** What a wiped cipher holds in place of its schedule. */
export const noDesSchedule = new DesSchedule(new Int32Array(0), 0);

// Permuted choice 1 byte by byte: the seven key bits of byte i, and where they go in C and in D.
function choice1(firstBit: number): Int32Array {
  const table = new Int32Array(8 * 128);
  for (let byte = 0; byte < 8; byte++) {
    for (let bits = 0; bits < 128; bits++) {
      for (let i = 0; i < 28; i++) {
        const from = permutedChoice1[firstBit + i] - 1;
        if (from >>> 3 !== byte) continue;
        table[(byte << 7) | bits] |= bitOf(bits, (from & 7) + 1, 7) << (27 - i);
      }
    }
  }
  return table;
}

// Permuted choice 2 of a half, seven bits at a time. Six-bit groups land in bytes in the order
// `order`, so that the round below reads its boxes by shifts of 24, 16, 8 and 0.
function choice2(firstGroup: number, order: readonly number[]): Int32Array {
  const table = new Int32Array(4 * 128);
  for (let part = 0; part < 4; part++) {
    for (let bits = 0; bits < 128; bits++) {
      const half = bits << (21 - 7 * part);
      let word = 0;
      for (let group = 0; group < 4; group++) {
        for (let i = 0; i < 6; i++) {
          const from = permutedChoice2[6 * (firstGroup + group) + i] - 7 * firstGroup;
          word |= bitOf(half, from, 28) << (8 * (3 - order[group]) + 5 - i);
        }
      }
      table[(part << 7) | bits] = word;
    }
  }
  return table;
}

const choice1C = choice1(0);
const choice1D = choice1(28);
const choice2C = choice2(0, [0, 2, 1, 3]); // bytes S1 S3 S2 S4
const choice2D = choice2(4, [2, 0, 3, 1]); // bytes S6 S8 S5 S7
const shifts = Uint8Array.from(rotations);

/**
 * Writes the 32 words of a single-length key's schedule into `schedule` from word `at`.
 *
 * @param key bytes; the eight from `offset` are the key, whose parity bits do not matter
 * @param decrypting reverses the order of the rounds
 */
export function desSchedule(
  key: Uint8Array,
  offset: number,
  { words: schedule }: DesSchedule,
  at: number,
  decrypting: boolean,
): void {
  let c = 0;
  let d = 0;
  for (let i = 0; i < 8; i++) {
    const bits = (i << 7) | (key[offset + i] >>> 1);
    c |= choice1C[bits];
    d |= choice1D[bits];
  }
  let word = decrypting ? at + 30 : at;
  const step = decrypting ? -2 : 2;
  for (let round = 0; round < 16; round++) {
    const by = shifts[round];
    c = ((c << by) | (c >>> (28 - by))) & 0xfffffff;
    d = ((d << by) | (d >>> (28 - by))) & 0xfffffff;
    const wordC =
      choice2C[c >>> 21] |
      choice2C[128 | ((c >>> 14) & 127)] |
      choice2C[256 | ((c >>> 7) & 127)] |
      choice2C[384 | (c & 127)];
    const wordD =
      choice2D[d >>> 21] |
      choice2D[128 | ((d >>> 14) & 127)] |
      choice2D[256 | ((d >>> 7) & 127)] |
      choice2D[384 | (d & 127)];
    schedule[word] = (wordC & 0xffff0000) | (wordD & 0xffff);
    schedule[word + 1] = (wordC << 16) | (wordD >>> 16);
    word += step;
  }
}

/**
 * Runs one block, two words at `block[0]` and `block[1]`, through the first `words` words of a
 * schedule: 32 for single DES, 96 for triple.
 */
export function desWords(block: Int32Array, schedule: DesSchedule, words: number): void {
  const { address } = schedule;
  if (code === undefined || address === 0) {
    roundsJs(block, 0, schedule.words, words);
    return;
  }
  const { memory } = code;
  memory[BLOCKS_AT] = block[0];
  memory[BLOCKS_AT + 1] = block[1];
  code.one(address, address + 4 * words);
  block[0] = memory[BLOCKS_AT];
  block[1] = memory[BLOCKS_AT + 1];
  memory[BLOCKS_AT] = 0;
  memory[BLOCKS_AT + 1] = 0;
}

/** Runs two blocks, four words, each through a schedule of its own, which may be the same. */
export function desPair(
  blocks: Int32Array,
  first: DesSchedule,
  second: DesSchedule,
  words: number,
): void {
  if (code === undefined || first.address === 0 || second.address === 0) {
    roundsJs(blocks, 0, first.words, words);
    roundsJs(blocks, 2, second.words, words);
    return;
  }
  const { memory } = code;
  for (let i = 0; i < 4; i++) memory[BLOCKS_AT + i] = blocks[i];
  code.two(first.address, second.address, first.address + 4 * words);
  for (let i = 0; i < 4; i++) {
    blocks[i] = memory[BLOCKS_AT + i];
    memory[BLOCKS_AT + i] = 0;
  }
}

/**
 * The rounds without the code of `des-code.ts`. Between the three passes the final permutation of
 * one and the initial permutation of the next cancel, so neither is done.
 */
export function roundsJs(block: Int32Array, at: number, schedule: Int32Array, words: number): void {
  const table = boxes;
  let left = block[at];
  let right = block[at + 1];
  // Initial permutation by exchanges; both halves come out rotated left once.
  let swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  swap = ((left >>> 16) ^ right) & 0xffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((right >>> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((right >>> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  right = (right << 1) | (right >>> 31);
  swap = (left ^ right) & 0xaaaaaaaa;
  left ^= swap;
  right ^= swap;
  left = (left << 1) | (left >>> 31);

  for (let i = 0; i < words;) {
    for (const end = i + DES_SCHEDULE_WORDS; i < end; i += 4) {
      let odd = ((right << 28) | (right >>> 4)) ^ schedule[i];
      let even = right ^ schedule[i + 1];
      left ^=
        table[(odd & 63) | 384] |
        table[((odd >>> 8) & 63) | 256] |
        (table[((odd >>> 16) & 63) | 128] | table[(odd >>> 24) & 63]) |
        (table[(even & 63) | 448] |
          table[((even >>> 8) & 63) | 320] |
          (table[((even >>> 16) & 63) | 192] | table[((even >>> 24) & 63) | 64]));
      odd = ((left << 28) | (left >>> 4)) ^ schedule[i + 2];
      even = left ^ schedule[i + 3];
      right ^=
        table[(odd & 63) | 384] |
        table[((odd >>> 8) & 63) | 256] |
        (table[((odd >>> 16) & 63) | 128] | table[(odd >>> 24) & 63]) |
        (table[(even & 63) | 448] |
          table[((even >>> 8) & 63) | 320] |
          (table[((even >>> 16) & 63) | 192] | table[((even >>> 24) & 63) | 64]));
    }
    swap = left;
    left = right;
    right = swap;
  }

  // Final permutation: the exchanges again, backwards. The last pass left the halves exchanged.
  left = (left << 31) | (left >>> 1);
  swap = (left ^ right) & 0xaaaaaaaa;
  left ^= swap;
  right ^= swap;
  right = (right << 31) | (right >>> 1);
  swap = ((right >>> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((right >>> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((left >>> 16) ^ right) & 0xffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  block[at] = left;
  block[at + 1] = right;
}
