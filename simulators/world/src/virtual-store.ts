// The database of a world, as one process has it: what it asks takes time, may fail, may be done although nobody is
// told so, and is heard of by nobody once the process is dead.
import type { FaultName } from './faults.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How ill the database is at a moment; probabilities. */
export interface StoreIllness {
  /** Nothing is done, and the answer is a fault. */
  readonly refuses: number;
  /** It is done, and the answer is a fault. */
  readonly losesAnswers: number;
  /** It takes up to seconds. */
  readonly slow: number;
  /** A look-up fails. */
  readonly failsToRead: number;
}

/** Nothing ails it. */
export const healthyStore: StoreIllness = {
  refuses: 0,
  losesAnswers: 0,
  slow: 0,
  failsToRead: 0,
};

/** The process that asks. */
export interface Asker {
  readonly isAlive: () => boolean;
  /** Runs what has come for the process: at once, when it is no longer paused, or never. */
  readonly run: (work: () => void) => void;
  /** A moment at which the process may be killed: before or after this. */
  readonly mayDie: (where: string) => void;
}

/** What a store says when it cannot say anything. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
}

// Made once: where they were made says nothing.
const notKnown = new StoreFault('not known');
const notRead = new StoreFault('the database could not be read');

/** Ways to the database and back. */
export class VirtualStore {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #illness: () => StoreIllness;
  readonly #isAway: (fault: FaultName) => boolean;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly illness: () => StoreIllness;
    /** Whether it cannot be reached at all for what a fault keeps away. */
    readonly isAway: (fault: FaultName) => boolean;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#illness = parts.illness;
    this.#isAway = parts.isAway;
  }

  /** Does a change; rejects with a StoreFault when whether it is done is not known. */
  write<Result>(
    asker: Asker,
    commit: () => Promise<Result>,
    where = 'commit',
    away: FaultName = 'journal-away',
  ): Promise<Result> {
    asker.mayDie(`before ${where}`);
    if (!asker.isAlive()) return never();
    const random = this.#random;
    const { refuses, losesAnswers, slow } = this.#illness();
    const isRefused = random.chance(refuses) || this.#isAway(away);
    const isAnswerLost = random.chance(losesAnswers);
    // What was on its way to the database when the process died may still be committed.
    const outlives = random.chance(0.5);
    const [toMs, backMs] = random.chance(slow)
      ? [random.whole(100, 2_000), random.whole(1, 500)]
      : [random.whole(0, 3), random.whole(0, 3)];
    return new Promise((resolve, reject) => {
      this.#time.after(toMs, () => {
        const isDone = !isRefused && (asker.isAlive() || outlives);
        const result = isDone ? commit() : undefined;
        this.#time.after(backMs, () =>
          asker.run(() => {
            asker.mayDie(`after ${where}`);
            if (!asker.isAlive()) return;
            if (result === undefined || isAnswerLost) reject(notKnown);
            else resolve(result);
          }),
        );
      });
    });
  }

  /** Looks something up; what is read is as old as the way back is long. */
  read<Result>(asker: Asker, look: () => Promise<Result>): Promise<Result> {
    if (!asker.isAlive()) return never();
    const isFailing =
      this.#random.chance(this.#illness().failsToRead) || this.#isAway('journal-away');
    return new Promise((resolve, reject) => {
      this.#time.after(1, () => {
        const result = look();
        this.#time.after(1, () =>
          asker.run(() => {
            if (isFailing) reject(notRead);
            else resolve(result);
          }),
        );
      });
    });
  }
}

/** What a dead process waits for. */
function never<Result>(): Promise<Result> {
  return new Promise(() => undefined);
}
