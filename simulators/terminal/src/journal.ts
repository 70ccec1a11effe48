// What the terminal asked and what it got, appended before anything leaves: the source of repeats,
// reversals, uploads and of the books check.
import { given } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import type { AskedFor } from './request-kinds.ts';

/** One line of the journal. `key` is batch and STAN; `message` is sensitive and sealed on disk. */
export type JournalEvent =
  | {
      readonly type: 'asked';
      readonly key: string;
      readonly for: AskedFor;
      readonly message: IsoMessage;
    }
  | {
      readonly type: 'answered';
      readonly key: string;
      readonly responseCode: string;
      readonly retrievalReference?: string;
      readonly approvalCode?: string;
      /** Of a partial approval, minor units in digits. */
      readonly amountMinor?: string;
      /** DE 48 and 54 of the answer. */
      readonly answer?: Partial<IsoMessage>;
    }
  /** It has happened, approved by the card or by voice, or a change of what was approved; owes an upload. */
  | {
      readonly type: 'approved-offline';
      readonly key: string;
      /** An offline purchase unless said. */
      readonly for?: AskedFor;
      readonly message: IsoMessage;
    }
  /** Final for the merchant. */
  | { readonly type: 'completed'; readonly key: string; readonly outcome: 'approved' | 'declined' }
  /** Owes a reversal from here on. */
  | { readonly type: 'reversal-due'; readonly key: string; readonly message: IsoMessage }
  | { readonly type: 'reversed'; readonly key: string; readonly responseCode: string }
  | { readonly type: 'uploaded'; readonly key: string; readonly responseCode: string }
  /** A later message changed what the batch counts of it: minor units in digits; nothing at all of a void. */
  | { readonly type: 'changed'; readonly key: string; readonly countedMinor: string }
  | { readonly type: 'batch-closed'; readonly batch: string; readonly balanced: boolean };

/** Where the events are kept. `append` returns when the event is as safe as the store makes it. */
export interface TerminalJournal {
  append(event: JournalEvent): void;
  /** Everything so far, oldest first. */
  events(): readonly JournalEvent[];
  close(): void;
}

/** A journal that lives as long as the process. */
export function createMemoryJournal(): TerminalJournal {
  const kept: JournalEvent[] = [];
  return {
    append: (event) => void kept.push(event),
    events: () => kept,
    close: () => undefined,
  };
}

/** One payment as the journal tells it. */
export interface JournalItem {
  readonly key: string;
  readonly for: AskedFor;
  readonly message: IsoMessage;
  readonly responseCode?: string;
  readonly retrievalReference?: string;
  readonly approvalCode?: string;
  readonly amountMinor: bigint;
  /** What the batch counts of it, where later messages changed it. */
  readonly countedMinor?: bigint;
  readonly outcome: 'open' | 'approved' | 'declined';
  readonly reversal: 'none' | 'due' | 'done';
  readonly reversalMessage?: IsoMessage;
  readonly upload: 'none' | 'due' | 'done';
}

function started(event: Extract<JournalEvent, { message: IsoMessage }>): JournalItem {
  return {
    key: event.key,
    for:
      event.type === 'asked'
        ? event.for
        : event.type === 'approved-offline'
          ? (event.for ?? 'offline-purchase')
          : 'offline-purchase',
    message: event.message,
    amountMinor: BigInt(textOf(event.message, 4) ?? '0'),
    outcome: 'open',
    reversal: 'none',
    upload: 'none',
  };
}

function answered(
  item: JournalItem,
  event: Extract<JournalEvent, { type: 'answered' }>,
): JournalItem {
  const { retrievalReference, approvalCode } = event;
  return {
    ...item,
    responseCode: event.responseCode,
    ...given({ retrievalReference, approvalCode }),
    ...(event.amountMinor === undefined ? {} : { amountMinor: BigInt(event.amountMinor) }),
  };
}

/** Folds a journal's events into payments, one event at a time. */
export class JournalFold {
  readonly #items = new Map<string, JournalItem>();
  /** Keys that owe a reversal or an upload, in the order in which they came to owe it. */
  readonly #due = new Set<string>();

  /** Takes one event. Events of a payment that never began change nothing. */
  apply(event: JournalEvent): void {
    if (event.type === 'batch-closed') return;
    const item = this.#after(event);
    if (!item) return;
    this.#items.set(event.key, item);
    if (item.reversal === 'due' || item.upload === 'due') this.#due.add(event.key);
    else this.#due.delete(event.key);
  }

  #after(event: Exclude<JournalEvent, { type: 'batch-closed' }>): JournalItem | undefined {
    if (event.type === 'asked') return started(event);
    if (event.type === 'approved-offline') {
      return { ...started(event), outcome: 'approved', upload: 'due' };
    }
    const item = this.#items.get(event.key);
    return item && changed(item, event);
  }

  /** What is owed, oldest debt first. */
  due(): JournalItem[] {
    return [...this.#due].flatMap((key) => this.#items.get(key) ?? []);
  }

  /** One payment. */
  get(key: string): JournalItem | undefined {
    return this.#items.get(key);
  }

  /** Forgets a payment that owes nothing any more. */
  forget(key: string): void {
    this.#items.delete(key);
  }

  /** Payments in the order they began. */
  items(): JournalItem[] {
    return [...this.#items.values()];
  }
}

// What the host refuses for its form, or against what it draws on, has not happened after all.
function uploaded(item: JournalItem, responseCode: string): JournalItem {
  const isRefused = item.for !== 'offline-purchase' && verdictOf(responseCode) !== 'approved';
  const outcome = isRefused ? 'declined' : item.outcome;
  return { ...item, upload: 'done', outcome, responseCode };
}

function changed(
  item: JournalItem,
  event: Exclude<JournalEvent, { type: 'asked' | 'approved-offline' | 'batch-closed' }>,
): JournalItem {
  switch (event.type) {
    case 'answered':
      return answered(item, event);
    case 'completed':
      return { ...item, outcome: event.outcome };
    case 'reversal-due':
      return { ...item, reversal: 'due', reversalMessage: event.message };
    case 'reversed':
      return { ...item, reversal: 'done' };
    case 'uploaded':
      return uploaded(item, event.responseCode);
    case 'changed':
      return { ...item, countedMinor: BigInt(event.countedMinor) };
  }
}

/** The payments of a journal, in the order they began. */
export function journalItems(events: readonly JournalEvent[]): JournalItem[] {
  const fold = new JournalFold();
  for (const event of events) fold.apply(event);
  return fold.items();
}

/**
 * Payments that a crash left open: sent, never answered, never completed. Each owes a reversal.
 */
export function abandonedItems(items: readonly JournalItem[]): JournalItem[] {
  return items.filter((item) => item.outcome === 'open' && item.reversal === 'none');
}
