// Key schedules that are used again once wiped: allocating a typed array of this size costs more
// than filling it, and keys made for one operation need one each.

const KEPT_MAX = 16;

/** A pool of schedules of one length. */
export class SchedulePool {
  readonly #words: number;
  readonly #free: Int32Array[] = [];

  constructor(words: number) {
    this.#words = words;
  }

  /** A schedule that nobody else holds. */
  take(): Int32Array {
    return this.#free.pop() ?? new Int32Array(this.#words);
  }

  /** Wipes a schedule and keeps it for the next; the giver must drop its reference. */
  give(schedule: Int32Array): void {
    schedule.fill(0);
    if (this.#free.length < KEPT_MAX) this.#free.push(schedule);
  }
}

/** What a wiped cipher holds in place of its schedule. */
export const noSchedule = new Int32Array(0);
