// Virtual time: work is done in the order of its time; nothing ever waits.

interface Work {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  isTakenBack: boolean;
}

/** A clock and what is still to be done. */
export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  readonly #heap: Work[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Does something later, unless it is taken back; work of the same time is done in the order of asking. */
  after(delayMs: number, run: () => void): () => void {
    const work = { atMs: this.#nowMs + delayMs, order: this.#order++, run, isTakenBack: false };
    this.#heap.push(work);
    this.#up(this.#heap.length - 1);
    return () => {
      work.isTakenBack = true;
    };
  }

  /** Does the next piece of work; false when there is none. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down(0);
    }
    if (first.isTakenBack) return this.step();
    this.#nowMs = first.atMs;
    first.run();
    return true;
  }

  #before(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    return first.atMs === second.atMs ? first.order < second.order : first.atMs < second.atMs;
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b], this.#heap[a]];
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    for (let at = from; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
