// A guess at what some bytes or text are: how sure, why, and how to show it.
import type { Input, Reading } from '../frame/input.ts';
import type { Report } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';

/** One guess. */
export interface Guess {
  /** Name as `decode KIND` takes it. */
  readonly kind: string;
  /** What it is, in words. */
  readonly title: string;
  /** 0 to 100. */
  readonly certainty: number;
  /** Why it is held for that. */
  readonly reason: string;
  readonly reading: Reading['how'];
  readonly show: () => Report;
}

/** Looks at an input and says what it could be. */
export type Recogniser = (input: Input, context: Context) => readonly Guess[];

/** Certainty in a word. */
export function certaintyWord(certainty: number): string {
  if (certainty >= 95) return 'certain';
  if (certainty >= 75) return 'likely';
  return certainty >= 45 ? 'possible' : 'faint';
}

/** A report out of data and lines. */
export function report(
  data: Readonly<Record<string, unknown>>,
  lines: () => readonly string[],
): Report {
  return { ok: true, data, text: lines };
}

/** The bytes of an input when they are meant as bytes: hex, dump, base64 or raw, not text. */
export function byteReadings(input: Input): readonly Reading[] {
  return input.readings.filter(({ how }) => how !== 'text');
}
