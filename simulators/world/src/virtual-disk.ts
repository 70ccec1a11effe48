// The disk of a seeded world: the one thing that survives a kill. It speaks PaymentJournal; a commit takes time, may
// be refused, and may be there although nobody is told so.
import {
  type MemoryJournal,
  type OpenResult,
  type PaymentJournal,
  type StepResult,
  createMemoryJournal,
} from '@chipswitch/ledger';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How ill the disk is; probabilities. */
export interface DiskIllness {
  /** Nothing is committed, and the answer says that this is not known. */
  readonly refuses: number;
  /** It is committed, and the answer says that this is not known. */
  readonly losesAnswers: number;
  /** A commit takes up to seconds. */
  readonly slow: number;
  /** A look-up fails. */
  readonly failsToRead: number;
}

/** A disk without faults. */
export const healthyDisk: DiskIllness = { refuses: 0, losesAnswers: 0, slow: 0, failsToRead: 0 };

/** Whether the process that asked is still there. */
export interface Alive {
  readonly isAlive: () => boolean;
}

type Unavailable = { readonly ok: false; readonly error: { readonly code: 'journal-unavailable' } };
const unavailable: Unavailable = { ok: false, error: { code: 'journal-unavailable' } };

/** The disk. */
export class VirtualDisk {
  readonly journal: MemoryJournal;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #illness: () => DiskIllness;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly nowMs: () => number;
    readonly illness: () => DiskIllness;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#illness = parts.illness;
    this.journal = createMemoryJournal(parts.nowMs);
  }

  /** The journal as one process has it: after the end of the process it hears nothing any more. */
  openFor(asker: Alive): PaymentJournal {
    const { journal } = this;
    return {
      open: (payment) => this.#write<OpenResult>(asker, () => journal.open(payment)),
      step: (step) => this.#write<StepResult>(asker, () => journal.step(step)),
      search: (search) => this.#read(asker, () => journal.search(search)),
      drawnOn: (paymentId) => this.#read(asker, () => journal.drawnOn(paymentId)),
      findByKey: (key) => this.#read(asker, () => journal.findByKey(key)),
      findByHostReference: (host, reference) =>
        this.#read(asker, () => journal.findByHostReference(host, reference)),
      listByState: (...asked) => this.#read(asker, () => journal.listByState(...asked)),
    };
  }

  #write<Result>(asker: Alive, commit: () => Promise<Result>): Promise<Result | Unavailable> {
    const random = this.#random;
    const { refuses, losesAnswers, slow } = this.#illness();
    const isRefused = random.chance(refuses);
    const isAnswerLost = random.chance(losesAnswers);
    // What was on its way to the disk when the process died may still be committed.
    const outlives = random.chance(0.5);
    const [toMs, backMs] = random.chance(slow)
      ? [random.whole(100, 2_000), random.whole(1, 500)]
      : [random.whole(0, 3), random.whole(0, 3)];
    return new Promise((resolve) => {
      this.#time.after(toMs, () => {
        const isCommitted = !isRefused && (asker.isAlive() || outlives);
        const result = isCommitted ? commit() : Promise.resolve(unavailable);
        this.#time.after(backMs, () => {
          if (asker.isAlive()) resolve(isAnswerLost ? unavailable : result);
        });
      });
    });
  }

  #read<Result>(asker: Alive, look: () => Promise<Result>): Promise<Result> {
    const isFailing = this.#random.chance(this.#illness().failsToRead);
    return new Promise((resolve, reject) => {
      this.#time.after(1, () => {
        // What is read is as old as the way back is long.
        const result = look();
        this.#time.after(1, () => {
          if (!asker.isAlive()) return;
          if (isFailing) reject(new Error('the disk could not be read'));
          else resolve(result);
        });
      });
    });
  }
}
