// What a terminal knows between payments, all of it told by its journal: numbers, sums, debts.
import {
  type JournalEvent,
  JournalFold,
  type JournalItem,
  type TerminalJournal,
} from './journal.ts';
import type { BatchTotals } from './messages.ts';
import { countsAs } from './request-kinds.ts';

const stanMax = 999_999;

function nextAfter(text: string, max: number): number {
  const next = Number(text) + 1;
  return next > max ? 1 : next;
}

/** Counters and debts of one device. */
export class DeviceMemory {
  readonly #journal: TerminalJournal;
  readonly #fold = new JournalFold();
  #stan: number;
  #batch: number;

  constructor(journal: TerminalJournal, firstStan = 1) {
    this.#journal = journal;
    const events = journal.events();
    for (const event of events) this.#fold.apply(event);
    const keys = events.flatMap((event) => ('key' in event ? [event.key] : []));
    const last = keys.at(-1);
    this.#stan = last === undefined ? firstStan : nextAfter(last.slice(7), stanMax);
    const closed = events.findLast(
      (event): event is Extract<JournalEvent, { type: 'batch-closed' }> =>
        event.type === 'batch-closed',
    );
    this.#batch = closed === undefined ? 1 : nextAfter(closed.batch, stanMax);
  }

  /** The open batch, six digits. */
  get batch(): string {
    return String(this.#batch).padStart(6, '0');
  }

  /** The next systems trace audit number, six digits; never 000000. */
  nextStan(): string {
    const stan = String(this.#stan).padStart(6, '0');
    this.#stan = this.#stan >= stanMax ? 1 : this.#stan + 1;
    return stan;
  }

  /** Transaction sequence counter (9F41): the trace number the next message will have. */
  get sequence(): number {
    return this.#stan;
  }

  /** Key of a payment: batch and STAN. */
  keyOf(stan: string): string {
    return `${this.batch}/${stan}`;
  }

  /** Journals an event, then takes it into account. */
  append(event: JournalEvent): void {
    this.#journal.append(event);
    this.#fold.apply(event);
  }

  /** Payments of the open batch, and older ones that still owe something; oldest first. */
  items(): JournalItem[] {
    return this.#fold.items();
  }

  /** One payment by its key. */
  item(key: string): JournalItem | undefined {
    return this.#fold.get(key);
  }

  /** Reversals and uploads that are due, oldest first. */
  debts(): JournalItem[] {
    return this.#fold.due();
  }

  /** Payments of the open batch. */
  batchItems(): JournalItem[] {
    return this.items().filter((item) => item.key.startsWith(`${this.batch}/`));
  }

  /** What counts of the open batch: approved, and not reversed. */
  countedItems(): JournalItem[] {
    return this.batchItems().filter(
      (item) =>
        item.outcome === 'approved' &&
        item.reversal === 'none' &&
        item.countedMinor !== 0n &&
        countsAs(item.for) !== 'nothing',
    );
  }

  /** What the terminal says of its open batch. */
  totals(): BatchTotals {
    const counted = this.countedItems();
    const of = (what: ReturnType<typeof countsAs>): JournalItem[] =>
      counted.filter((item) => countsAs(item.for) === what);
    const sum = (items: readonly JournalItem[]): bigint =>
      items.reduce((total, item) => total + (item.countedMinor ?? item.amountMinor), 0n);
    const debits = of('debit');
    const credits = of('credit');
    return {
      debitCount: debits.length,
      debitMinor: sum(debits),
      creditCount: credits.length,
      creditMinor: sum(credits),
      authorisationCount: of('authorisation').length,
    };
  }

  /** Ends the open batch. */
  closeBatch(balanced: boolean): void {
    this.append({ type: 'batch-closed', batch: this.batch, balanced });
    for (const item of this.items()) {
      if (item.reversal !== 'due' && item.upload !== 'due') this.#fold.forget(item.key);
    }
    this.#batch = nextAfter(this.batch, stanMax);
  }
}
