// Key schedules that are used again once wiped: allocating a typed array of this size costs more
// than filling it, and keys made for one operation need one each.

const KEPT_MAX = 16;

/** A pool of schedules of one kind. */
export class SchedulePool<T> {
  readonly #create: () => T;
  readonly #wipe: (schedule: T) => void;
  readonly #free: T[] = [];

  constructor(create: () => T, wipe: (schedule: T) => void) {
    this.#create = create;
    this.#wipe = wipe;
  }

  /** A schedule that nobody else holds. */
  take(): T {
    return this.#free.pop() ?? this.#create();
  }

  /** Wipes a schedule and keeps it for the next; the giver must drop its reference. */
  give(schedule: T): void {
    this.#wipe(schedule);
    if (this.#free.length < KEPT_MAX) this.#free.push(schedule);
  }
}
