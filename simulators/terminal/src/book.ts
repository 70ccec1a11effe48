// The terminals' own book, for the check against journal, host and ledger: what each believes.
import { textOf } from '@chipswitch/transaction';
import { type JournalEvent, journalItems } from './journal.ts';

/** One payment as its terminal believes it. No card data. */
export interface BookEntry {
  readonly terminalId: string;
  readonly acceptorId: string;
  readonly batch: string;
  readonly stan: string;
  readonly localDate: string;
  readonly localTime: string;
  readonly kind: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Whether the merchant may keep the money: approved, and not to be reversed. */
  readonly paid: boolean;
  readonly outcome: 'open' | 'approved' | 'declined';
  readonly reversal: 'none' | 'due' | 'done';
  readonly upload: 'none' | 'due' | 'done';
  readonly responseCode: string | undefined;
  readonly retrievalReference: string | undefined;
  readonly approvalCode: string | undefined;
}

/** The book of a terminal, oldest first. */
export function bookOf(events: readonly JournalEvent[]): BookEntry[] {
  return journalItems(events).map((item) => {
    const text = (element: number): string => textOf(item.message, element) ?? '';
    const [batch, stan] = item.key.split('/');
    return {
      terminalId: text(41).trim(),
      acceptorId: text(42).trim(),
      batch,
      stan,
      localDate: text(13),
      localTime: text(12),
      kind: item.for,
      amountMinor: item.amountMinor,
      currency: text(49),
      paid: item.outcome === 'approved' && item.reversal === 'none',
      outcome: item.outcome,
      reversal: item.reversal,
      upload: item.upload,
      responseCode: item.responseCode,
      retrievalReference: item.retrievalReference,
      approvalCode: item.approvalCode,
    };
  });
}
