// Group commit: what arrives while a batch is being written makes up the next batch. No timer waits, but where
// nobody does either (`lingerMs`).

/** Limits of a group commit. */
export interface GroupCommitLimits {
  /** Items in one batch, at most. */
  readonly batchMax: number;
  /** Items waiting, at most; more are refused. */
  readonly waitingMax: number;
  /** Batches being written at the same time, at most. */
  readonly writers: number;
  /** A batch that is not full waits so long for more. */
  readonly lingerMs?: number;
  /** While an item has waited, or a batch been written, for longer than this, further items are refused at once. */
  readonly waitMsMax?: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly sinceMs: number;
  readonly resolve: (result: Result) => void;
}

/** What the group commit needs to know about its items. */
export interface GroupCommitWork<Item, Result> {
  /** Writes a batch durably: one result for each item, in order. It must not throw. */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Two items of one conflict key never share a batch, and never overtake each other. */
  readonly conflictKey: (item: Item) => string;
  readonly overloaded: Result;
}

/** Collects items into batches. */
export class GroupCommit<Item, Result> {
  readonly #work: GroupCommitWork<Item, Result>;
  readonly #limits: GroupCommitLimits;
  #waiting: Waiting<Item, Result>[] = [];
  #scheduled = false;
  #writing = 0;
  /** When the batches that are being written were begun, the oldest first. */
  readonly #begun = new Set<{ readonly sinceMs: number }>();
  readonly #nowMs: () => number;
  readonly #busyKeys = new Set<string>();

  constructor(
    work: GroupCommitWork<Item, Result>,
    limits: GroupCommitLimits,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#work = work;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Items that wait for a batch. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds an item; resolves when its batch is durable, at once when too many wait, or the oldest for too long. */
  submit(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.#limits.waitingMax || this.#isStuck()) {
      return Promise.resolve(this.#work.overloaded);
    }
    return new Promise((resolve) => {
      this.#waiting.push({ item, resolve, sinceMs: this.#nowMs() });
      this.#schedule();
    });
  }

  // Whoever came now would wait for longer than there is time: better to say so than to let it wait.
  #isStuck(): boolean {
    const { waitMsMax } = this.#limits;
    if (waitMsMax === undefined) return false;
    const [oldest] = this.#begun;
    const sinceMs = Math.min(
      oldest?.sinceMs ?? Number.POSITIVE_INFINITY,
      this.#waiting.at(0)?.sinceMs ?? Number.POSITIVE_INFINITY,
    );
    return this.#nowMs() - sinceMs > waitMsMax;
  }

  // One turn later, so that everything this turn of the event loop brings shares the batch.
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const start = (): void => {
      this.#scheduled = false;
      while (this.#writing < this.#limits.writers && this.#startBatch());
    };
    const { lingerMs } = this.#limits;
    if (lingerMs === undefined) setImmediate(start);
    else setTimeout(start, lingerMs);
  }

  #startBatch(): boolean {
    const batch: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const held = new Set<string>();
    for (const entry of this.#waiting) {
      const key = this.#work.conflictKey(entry.item);
      const free = !this.#busyKeys.has(key) && !held.has(key);
      held.add(key);
      if (free && batch.length < this.#limits.batchMax) batch.push(entry);
      else left.push(entry);
    }
    if (batch.length === 0) return false;
    this.#waiting = left;
    void this.#write(batch);
    return true;
  }

  async #write(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const items = batch.map((entry) => entry.item);
    for (const item of items) this.#busyKeys.add(this.#work.conflictKey(item));
    this.#writing++;
    const begun = { sinceMs: this.#nowMs() };
    this.#begun.add(begun);
    const results = await this.#work.write(items);
    this.#begun.delete(begun);
    this.#writing--;
    for (const item of items) this.#busyKeys.delete(this.#work.conflictKey(item));
    for (const [i, entry] of batch.entries()) entry.resolve(results[i]);
    if (this.#waiting.length > 0) this.#schedule();
  }
}
