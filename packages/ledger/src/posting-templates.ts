// What each step of a payment's life books: the templates, each one transaction that sums to zero.
import { type MinorUnits, minorUnits } from './money.ts';
import type { LedgerTransaction, Posting } from './posting.ts';

/** What a template needs to know about a payment. */
export interface PaymentFigures {
  /** Identifies the payment in references; stable for ever. */
  readonly payment: string;
  readonly merchant: string;
  readonly scheme: string;
  readonly amountMinor: MinorUnits;
  readonly currency: string;
}

/** Bookings that an approval makes; the others of this file take one of these back. */
export const bookingsThatStand: ReadonlySet<string> = new Set(['capture', 'hold', 'refund']);

function pair(
  figures: PaymentFigures,
  kind: string,
  debit: readonly [number, string],
  credit: readonly [number, string],
): LedgerTransaction {
  const { amountMinor } = figures;
  const leg = (account: readonly [number, string], amount: bigint): Posting => ({
    accountCode: account[0],
    accountScope: account[1],
    amountMinor: minorUnits(amount),
  });
  return {
    reference: `${kind}:${figures.payment}`,
    kind,
    currency: figures.currency,
    postings: [leg(debit, amountMinor), leg(credit, 0n - amountMinor)],
  };
}

/** A purchase was approved: the scheme will owe us, we will owe the merchant (1150 / 2150). */
export function capturePostings(figures: PaymentFigures): LedgerTransaction {
  return pair(figures, 'capture', [1150, figures.scheme], [2150, figures.merchant]);
}

/** A captured purchase was reversed or voided as a whole (2150 / 1150). */
export function captureReversalPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(figures, 'capture-reversal', [2150, figures.merchant], [1150, figures.scheme]);
}

/** A pre-authorisation was approved: a hold, in memo accounts only (9100 / 9150). */
export function holdPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(figures, 'hold', [9100, figures.payment], [9150, figures.payment]);
}

/** A hold was reversed, voided or expired (9150 / 9100). */
export function holdReleasePostings(figures: PaymentFigures): LedgerTransaction {
  return pair(figures, 'hold-release', [9150, figures.payment], [9100, figures.payment]);
}

/** A refund was approved: the merchant owes it, the scheme collects it (2150 / 1150). */
export function refundPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(figures, 'refund', [2150, figures.merchant], [1150, figures.scheme]);
}

/** A refund was reversed (1150 / 2150). */
export function refundReversalPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(figures, 'refund-reversal', [1150, figures.scheme], [2150, figures.merchant]);
}
