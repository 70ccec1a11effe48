// Numbers claimed ahead in blocks from a high-water mark in the database: unique over restarts, processes
// and days. What a process has not used when it ends is left out, never given again.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import {
  type NumberSource,
  retrievalReferencesOfDay,
  traceNumberCount,
  traceNumberOf,
} from '@chipswitch/transaction';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const claimSql = sql('claim-numbers');
const inUseSql = sql('trace-numbers-in-use');

/** The sequences that a switch takes numbers from. */
export interface Numbers {
  /** Trace numbers (DE 11) towards a host: one sequence, whichever process and message. */
  readonly traceNumbers: (host: string) => NumberSource;
  /** Retrieval references (DE 37) of this process's node. */
  readonly retrievalReferences: NumberSource;
  /** Claims the first block of a host that was not there at the start. */
  readonly openHost: (host: string) => Promise<void>;
}

/** A block of numbers, and those of it that are not free. */
interface Block {
  readonly first: number;
  readonly taken: ReadonlySet<number>;
}

/** Gives numbers out of the block it has, and has the next one claimed before that is used up. */
class NumberBlocks implements NumberSource {
  readonly #claim: () => Promise<Block | undefined>;
  readonly #size: number;
  readonly #onFault: (fault: Error) => void;
  readonly #blocks: Block[] = [];
  #used = 0;
  #claiming = false;

  constructor(
    claim: () => Promise<Block | undefined>,
    size: number,
    onFault: (fault: Error) => void,
  ) {
    this.#claim = claim;
    this.#size = size;
    this.#onFault = onFault;
  }

  next(): number | undefined {
    for (;;) {
      const [block] = this.#blocks;
      if (this.#blocks.length < 2) this.#fillLater();
      if (block === undefined) return undefined;
      const number = block.first + this.#used++;
      if (this.#used === this.#size) {
        this.#blocks.shift();
        this.#used = 0;
      }
      if (!block.taken.has(number)) return number;
    }
  }

  /** Claims one block now. */
  async fill(): Promise<void> {
    const block = await this.#claim();
    if (block !== undefined) this.#blocks.push(block);
  }

  #fillLater(): void {
    if (this.#claiming) return;
    this.#claiming = true;
    this.fill()
      .catch((error: unknown) =>
        this.#onFault(error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => {
        this.#claiming = false;
      });
  }
}

/** Where the high-water marks of the sequences are kept. */
export interface NumberStore {
  /**
   * Claims `size` numbers of a sequence, from the one that it gives; undefined when `ofDayMax` of the business
   * date are given out.
   */
  readonly claim: (of: {
    readonly sequence: string;
    readonly size: number;
    readonly businessDate: string;
    readonly ofDayMax: number;
  }) => Promise<number | undefined>;
  /** Trace numbers that open payments have at a host. */
  readonly traceNumbersInUse: (host: string) => Promise<readonly string[]>;
}

/** The marks in Postgres; the pool belongs to the caller. */
export function createNumberStore(pool: Pool): NumberStore {
  return {
    claim: async ({ sequence, size, businessDate, ofDayMax }) => {
      const values = [sequence, size, businessDate, ofDayMax];
      const claimed = await pool.query<{ first: string }>(claimSql, values);
      const [row] = claimed.rows;
      return row === undefined ? undefined : Number(row.first);
    },
    traceNumbersInUse: async (host) => {
      const found = await pool.query<{ stan: string }>(inUseSql, [host]);
      return found.rows.map(({ stan }) => stan);
    },
  };
}

/** What the numbers are claimed with. */
export interface NumbersParts {
  readonly store: NumberStore;
  readonly node: number;
  readonly hosts: readonly string[];
  readonly businessDate: () => string;
  readonly onFault: (fault: Error) => void;
  /** Numbers in a block. */
  readonly blockSize?: number;
}

const blockSizeNormal = 2_000;
const none: ReadonlySet<number> = new Set();

/**
 * Claims the first blocks of a process's sequences.
 *
 * @throws what the store throws, when it cannot be reached.
 */
export async function claimNumbers(parts: NumbersParts): Promise<Numbers> {
  const { store, onFault } = parts;
  const size = parts.blockSize ?? blockSizeNormal;
  const firstOf = async (name: string, ofDayMax: number): Promise<number | undefined> => {
    const businessDate = parts.businessDate();
    const first = await store.claim({ sequence: name, size, businessDate, ofDayMax });
    if (first === undefined) {
      onFault(new Error(`${name}: every number of this business date is given out`));
    }
    return first;
  };
  const claimTrace = async (host: string): Promise<Block | undefined> => {
    const first = await firstOf(`stan/${host}`, Number.MAX_SAFE_INTEGER);
    if (first === undefined) return undefined;
    if (first + size <= traceNumberCount) return { first, taken: none };
    // Every number was given out before: a payment that has been open since may hold one of these.
    const inUse = new Set(await store.traceNumbersInUse(host));
    const numbers = Array.from({ length: size }, (_, i) => first + i);
    return { first, taken: new Set(numbers.filter((one) => inUse.has(traceNumberOf(one)))) };
  };
  // A block claimed on one date may be used on the next: two blocks of every process's are left out.
  const referencesMax = retrievalReferencesOfDay - 4 * size;
  const claimReference = async (): Promise<Block | undefined> => {
    const first = await firstOf(`rrn/${parts.node}`, referencesMax);
    return first === undefined ? undefined : { first, taken: none };
  };
  const references = new NumberBlocks(claimReference, size, onFault);
  await references.fill();
  const byHost = new Map<string, NumberBlocks>();
  const openHost = async (host: string): Promise<void> => {
    if (byHost.has(host)) return;
    const blocks = new NumberBlocks(() => claimTrace(host), size, onFault);
    await blocks.fill();
    byHost.set(host, blocks);
  };
  for (const host of parts.hosts) await openHost(host);
  return {
    traceNumbers: (host) => {
      const blocks = byHost.get(host);
      if (blocks === undefined) throw new RangeError(`no numbers are claimed for host "${host}"`);
      return blocks;
    },
    retrievalReferences: references,
    openHost,
  };
}

/** Sequences in this process only, from the beginning: for tests, and for a world without a database. */
export function createMemoryNumbers(): Numbers {
  const counting = (): NumberSource => {
    let number = 0;
    return { next: () => number++ };
  };
  const byHost = new Map<string, NumberSource>();
  return {
    traceNumbers: (host) => {
      const source = byHost.get(host) ?? counting();
      byHost.set(host, source);
      return source;
    },
    retrievalReferences: counting(),
    openHost: async () => undefined,
  };
}
