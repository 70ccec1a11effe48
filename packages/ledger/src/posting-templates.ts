// What each step of a payment's life books: the templates, each one transaction that sums to zero.
import { account } from './chart.ts';
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
export const bookingsThatStand: ReadonlySet<string> = new Set([
  'capture',
  'hold',
  'refund',
  'load',
  'unload',
]);

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

/** A purchase was approved: the scheme will owe us, we will owe the merchant. */
export function capturePostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'capture',
    [account.pendingCaptures, figures.scheme],
    [account.pendingToMerchant, figures.merchant],
  );
}

/** A captured purchase was reversed or voided as a whole. */
export function captureReversalPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'capture-reversal',
    [account.pendingToMerchant, figures.merchant],
    [account.pendingCaptures, figures.scheme],
  );
}

/** A pre-authorisation was approved: a hold, in memo accounts only. */
export function holdPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'hold',
    [account.authorisationHolds, figures.payment],
    [account.authorisationHoldsContra, figures.payment],
  );
}

/** A hold was reversed, voided or expired. */
export function holdReleasePostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'hold-release',
    [account.authorisationHoldsContra, figures.payment],
    [account.authorisationHolds, figures.payment],
  );
}

/** A refund was approved: the merchant owes it, the scheme collects it. */
export function refundPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'refund',
    [account.pendingToMerchant, figures.merchant],
    [account.pendingCaptures, figures.scheme],
  );
}

/** A refund was reversed. */
export function refundReversalPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'refund-reversal',
    [account.pendingCaptures, figures.scheme],
    [account.pendingToMerchant, figures.merchant],
  );
}

/** A hold that ends: whose it is, and how much is still held. */
export interface EndingHold {
  /** The payment that made it. */
  readonly payment: string;
  readonly amountMinor: MinorUnits;
}

/** A hold was raised: the increment stands on the accounts of the hold. */
export function incrementPostings(figures: PaymentFigures, hold: string): LedgerTransaction {
  const { postings } = holdPostings({ ...figures, payment: hold });
  return { ...holdPostings(figures), postings };
}

/** An increment was reversed. */
export function incrementReversalPostings(
  figures: PaymentFigures,
  hold: string,
): LedgerTransaction {
  const { postings } = holdReleasePostings({ ...figures, payment: hold });
  return { ...holdReleasePostings(figures), postings };
}

/**
 * A completion was approved: its amount is captured, and what of the hold ends with it is let go, in one booking. Of
 * a hold that has ended by itself nothing is left to let go.
 */
export function captureReleasingHoldPostings(
  figures: PaymentFigures,
  hold: EndingHold,
): LedgerTransaction {
  const captured = capturePostings(figures);
  if (hold.amountMinor === 0n) return captured;
  const released = holdReleasePostings({ ...figures, ...hold });
  return { ...captured, postings: [...captured.postings, ...released.postings] };
}

/** A completion was reversed: what it captured goes back, and what it let go of the hold stands again. */
export function captureReleasingHoldReversalPostings(
  figures: PaymentFigures,
  hold: EndingHold,
): LedgerTransaction {
  const reversed = captureReversalPostings(figures);
  if (hold.amountMinor === 0n) return reversed;
  const held = holdPostings({ ...figures, ...hold });
  return { ...reversed, postings: [...reversed.postings, ...held.postings] };
}

/** A void of a hold was approved. It gives back as a refund does, on the accounts of the hold. */
export function releasePostings(figures: PaymentFigures, hold: EndingHold): LedgerTransaction {
  const { postings } = holdReleasePostings({ ...figures, ...hold });
  return { ...refundPostings(figures), postings };
}

/** The void of a hold was reversed: the hold stands again. */
export function releaseReversalPostings(
  figures: PaymentFigures,
  hold: EndingHold,
): LedgerTransaction {
  const { postings } = holdPostings({ ...figures, ...hold });
  return { ...refundReversalPostings(figures), postings };
}

/** Value was loaded on a prepaid card: the merchant took it from the holder and owes it, the card's float holds it. */
export function loadPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'load',
    [account.pendingToMerchant, figures.merchant],
    [account.prepaidFloat, figures.scheme],
  );
}

/** A load was reversed. */
export function loadReversalPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'load-reversal',
    [account.prepaidFloat, figures.scheme],
    [account.pendingToMerchant, figures.merchant],
  );
}

/** Value was taken off a prepaid card: the merchant paid it out to the holder and is owed it. */
export function unloadPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'unload',
    [account.prepaidFloat, figures.scheme],
    [account.pendingToMerchant, figures.merchant],
  );
}

/** What was taken off was put back. */
export function unloadReversalPostings(figures: PaymentFigures): LedgerTransaction {
  return pair(
    figures,
    'unload-reversal',
    [account.pendingToMerchant, figures.merchant],
    [account.prepaidFloat, figures.scheme],
  );
}
