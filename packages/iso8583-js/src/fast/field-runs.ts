// Elements of a plan in runs, so that neighbours are checked together: digits, packed digits, printable text.
import { wrongDigits, wrongPrintable } from './character-checks.ts';
import { type FlatField, checkKind, fieldKind, prefixKind } from './flat-field.ts';

/**
 * What a run takes: one element on its own, several of fixed packed digits or of fixed digits, one
 * of digits behind a length, one printable text.
 */
export const runKind = { other: 0, packed: 1, digits: 2, number: 3, printable: 4 } as const;

/** Runs as numbers side by side. */
export interface FieldRuns {
  /** `runKind`, elements and bytes of each run; the longest length for a single text. */
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

function kindOf(field: FlatField): number {
  if (field.fixedDigits) return runKind.digits;
  if (field.fixedPacked) return runKind.packed;
  const { kind, check, prefix } = field;
  const textLength =
    prefix === prefixKind.none || prefix === prefixKind.ascii2 || prefix === prefixKind.ascii3;
  if (kind !== fieldKind.text || !textLength) return runKind.other;
  if (check === checkKind.digits) return runKind.number;
  return check === checkKind.printable ? runKind.printable : runKind.other;
}

/** The runs that take `fields` one after the other. */
export function fieldRunsOf(fields: readonly FlatField[]): FieldRuns {
  const kinds: number[] = [];
  const counts: number[] = [];
  const sizes: number[] = [];
  const starts = new Int32Array(fields.length);
  const ends = new Int32Array(fields.length);
  const fillerAt = new Int32Array(fields.length);
  const fillerMask = new Int32Array(fields.length);
  for (const [i, field] of fields.entries()) {
    const kind = kindOf(field);
    const run = kind === runKind.digits || kind === runKind.packed;
    if (!run || kinds.at(-1) !== kind) {
      kinds.push(kind);
      counts.push(0);
      sizes.push(run ? 0 : field.length);
    }
    const last = kinds.length - 1;
    counts[last]++;
    if (!run) continue;
    const packed = kind === runKind.packed;
    const before = sizes[last];
    starts[i] = packed ? 2 * before + field.fillerBefore : before;
    ends[i] = starts[i] + field.length;
    fillerAt[i] = before + field.fillerAt;
    fillerMask[i] = field.fillerMask;
    sizes[last] += packed ? (field.length + 1) >> 1 : field.length;
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
  if (kind === runKind.printable) return wrongPrintable(words, from, to);
  return kind === runKind.digits ? wrongDigits(words, from, to) : 0;
}
