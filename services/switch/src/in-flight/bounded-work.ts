// Work that others bring, done a few pieces at a time: a flood of it waits for itself and nobody else, up to a bound (I8).

/** How much at once, and how much may wait. */
export interface WorkLimits {
  readonly atOnce: number;
  readonly waitingMax: number;
}

/** The pieces being worked on, and those that wait in the order in which they came. */
export class BoundedWork {
  readonly #limits: WorkLimits;
  #waiting: (() => Promise<void>)[] = [];
  /** Where the waiting begin: those before were begun. */
  #next = 0;
  #working = 0;

  constructor(limits: WorkLimits) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  /** Adds a piece, which must not reject; false when too many wait: it is not done. */
  add(work: () => Promise<void>): boolean {
    if (this.waiting >= this.#limits.waitingMax) return false;
    this.#waiting.push(work);
    this.#begin();
    return true;
  }

  #begin(): void {
    while (this.#working < this.#limits.atOnce && this.waiting > 0) {
      const work = this.#waiting[this.#next++];
      if (this.#next >= 1_024 && 2 * this.#next >= this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      this.#working++;
      void work().finally(() => {
        this.#working--;
        this.#begin();
      });
    }
  }
}
