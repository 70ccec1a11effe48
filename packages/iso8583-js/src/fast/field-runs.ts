// Elements of a plan in steps, so that neighbours are checked together: digits, packed digits, printable text.
import { wrongDigits, wrongPrintable } from './character-checks.ts';
import { type Lane, laneCheck, laneKind, lanePrefix } from './flat-field.ts';

/**
 * What a step takes: one element by its lane, several of fixed packed digits or of fixed digits, one
 * of digits behind a length, one printable text.
 */
export const stepKind = { other: 0, packed: 1, digits: 2, number: 3, printable: 4 } as const;

/** Steps as numbers side by side. */
export interface Steps {
  /** `stepKind`, elements and bytes of each step; the longest length for a single text. */
  readonly kinds: Int32Array;
  readonly counts: Int32Array;
  readonly sizes: Int32Array;
  /** First and last character of each element within the characters of its run. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Byte of each element within its run that holds a filler nibble, and the nibble's bits there. */
  readonly fillerAt: Int32Array;
  readonly fillerMask: Int32Array;
}

function kindOf(lane: Lane): number {
  if (lane.fixedDigits) return stepKind.digits;
  if (lane.fixedPacked) return stepKind.packed;
  const { kind, check, prefix } = lane;
  const textLength =
    prefix === lanePrefix.none || prefix === lanePrefix.ascii2 || prefix === lanePrefix.ascii3;
  if (kind !== laneKind.text || !textLength) return stepKind.other;
  if (check === laneCheck.digits) return stepKind.number;
  return check === laneCheck.printable ? stepKind.printable : stepKind.other;
}

/** The steps that take `lanes` one after the other. */
export function stepsOf(lanes: readonly Lane[]): Steps {
  const kinds: number[] = [];
  const counts: number[] = [];
  const sizes: number[] = [];
  const starts = new Int32Array(lanes.length);
  const ends = new Int32Array(lanes.length);
  const fillerAt = new Int32Array(lanes.length);
  const fillerMask = new Int32Array(lanes.length);
  for (const [i, lane] of lanes.entries()) {
    const kind = kindOf(lane);
    const run = kind === stepKind.digits || kind === stepKind.packed;
    if (!run || kinds.at(-1) !== kind) {
      kinds.push(kind);
      counts.push(0);
      sizes.push(run ? 0 : lane.length);
    }
    const last = kinds.length - 1;
    counts[last]++;
    if (!run) continue;
    const packed = kind === stepKind.packed;
    const before = sizes[last];
    starts[i] = packed ? 2 * before + lane.fillerBefore : before;
    ends[i] = starts[i] + lane.length;
    fillerAt[i] = before + lane.fillerAt;
    fillerMask[i] = lane.fillerMask;
    sizes[last] += packed ? (lane.length + 1) >> 1 : lane.length;
  }
  return {
    kinds: Int32Array.from(kinds),
    counts: Int32Array.from(counts),
    sizes: Int32Array.from(sizes),
    starts,
    ends,
    fillerAt,
    fillerMask,
  };
}

/** Checks characters of neighbours that were taken by `kind`; 0 when all are allowed. */
export function wrongRun(words: DataView, kind: number, from: number, to: number): number {
  if (kind === stepKind.printable) return wrongPrintable(words, from, to);
  return kind === stepKind.digits ? wrongDigits(words, from, to) : 0;
}
