// Everything that may go wrong in a world, and how much of it does: by seed, and none of what is left out.
import { createRandom } from './random.ts';

/** Faults by name; a search for the shortest story leaves out what a violation does not need. */
export const faultNames = [
  'slow-lines',
  'broken-lines',
  'half-open-lines',
  'silent-hosts',
  'absent-hosts',
  'small-hosts',
  'odd-answers',
  'answers-out-of-order',
  'late-approvals',
  'declines',
  'partial-approvals',
  'unwilling-hosts',
  'kills',
  'long-absences',
  'pauses',
  'commits-refused',
  'commits-unanswered',
  'commits-slow',
  'reads-failing',
  'journal-away',
  'numbers-away',
  'keys-flushed',
  'keys-lost',
  'keys-away',
  'clock-jumps',
  'cards-that-refuse',
  'wrong-totals',
  'doubled-questions',
  'impatient-terminals',
] as const;

/** One of them. */
export type FaultName = (typeof faultNames)[number];

/** What the sky holds for a world. */
export interface Weather {
  /** 0, not at all, to 1, as bad as it gets. */
  readonly strength: (fault: FaultName) => number;
  /** Moments of the storm at which a fault that comes and goes begins, at most `most`. */
  readonly moments: (fault: FaultName, stream: string, most: number) => readonly number[];
}

/** How long the storm lasts. */
export const stormMs = 60_000;

const presence = 0.6;

/** The weather of a seed. */
export function weatherOf(seed: number, without: ReadonlySet<FaultName>): Weather {
  const strengths = new Map<FaultName, number>();
  for (const fault of faultNames) {
    const random = createRandom(seed, fault);
    const strength = random.chance(presence) ? random.next() : 0;
    strengths.set(fault, without.has(fault) ? 0 : strength);
  }
  const strength = (fault: FaultName): number => strengths.get(fault) ?? 0;
  return {
    strength,
    moments: (fault, stream, most) => {
      const random = createRandom(seed, `${fault}/${stream}`);
      const count = Math.round(strength(fault) * most);
      return Array.from({ length: count }, () => random.whole(0, stormMs - 1));
    },
  };
}
