// How the console shows a payment: amounts as text with their currency, cards truncated, an outcome in one word.
import { accountClass, currencyOf } from '@chipswitch/ledger';
import { type PaymentState, bookingStateOf, paymentOutcome } from '@chipswitch/transaction';

/** Money in JSON: minor units as text, because JSON numbers are floats in most readers. */
export interface MoneyView {
  readonly minor: string;
  readonly currency: string;
  /** Digits after the point; null for a currency that ISO 4217 does not list. */
  readonly minorDigits: number | null;
}

/** Where a payment stands, in one word. */
export const outcomes = [
  'approved',
  'declined',
  'pending',
  'reversing',
  'reversed',
  'advising',
  'manual',
] as const;

/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];

/** A payment in the lists. */
export interface PaymentView {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly outcome: Outcome;
  readonly amount: MoneyView;
  /** Present when less than the amount was approved. */
  readonly approvedAmount?: MoneyView;
  /** First six and last four digits. */
  readonly card: string;
  readonly acceptorId: string;
  readonly terminalId: string;
  readonly businessDate: string;
  readonly scheme: string | null;
  readonly host: string | null;
  readonly responseCode: string | null;
  readonly approvalCode: string | null;
  readonly retrievalReference: string | null;
  /** RFC 3339, UTC. */
  readonly openedAt: string;
  readonly changedAt: string;
}

/** A payment's row. */
export interface PaymentRow {
  readonly payment_id: string;
  readonly kind: string;
  readonly state: string;
  readonly amount_minor: string;
  readonly currency: string;
  readonly partial_amount_minor: string | null;
  readonly pan_truncated: string;
  readonly acceptor_id: string;
  readonly terminal_id: string;
  readonly business_date: string;
  readonly scheme: string | null;
  /** Kind of its last booking. */
  readonly booked: string | null;
  readonly host: string | null;
  readonly response_code: string | null;
  readonly approval_code: string | null;
  readonly retrieval_reference: string | null;
  readonly opened_at: Date;
  readonly changed_at: Date;
}

/** The outcome of a payment in the console's words. */
export function outcomeOf(state: string, booked: string | null): Outcome {
  const { outcome, openFor } = paymentOutcome(
    state as PaymentState,
    bookingStateOf(booked ?? undefined),
  );
  if (openFor === 'person') return 'manual';
  if (outcome === 'declined' || outcome === 'pending') return outcome;
  if (outcome === 'undone') return openFor === 'machine' ? 'reversing' : 'reversed';
  return openFor === 'machine' ? 'advising' : 'approved';
}

/** Minor units with what is needed to print them. */
function moneyView(minor: string, currency: string): MoneyView {
  return { minor, currency, minorDigits: currencyOf(currency)?.minorDigits ?? null };
}

/** A row as the console shows it. */
export function paymentView(row: PaymentRow): PaymentView {
  const partial = row.partial_amount_minor;
  return {
    id: row.payment_id,
    kind: row.kind,
    state: row.state,
    outcome: outcomeOf(row.state, row.booked),
    amount: moneyView(row.amount_minor, row.currency),
    ...(partial === null ? {} : { approvedAmount: moneyView(partial, row.currency) }),
    card: row.pan_truncated,
    acceptorId: row.acceptor_id,
    terminalId: row.terminal_id,
    businessDate: row.business_date,
    scheme: row.scheme,
    host: row.host,
    responseCode: row.response_code,
    approvalCode: row.approval_code,
    retrievalReference: row.retrieval_reference,
    openedAt: row.opened_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}

/** A posting with the name of its account; positive is a debit. */
export interface PostingView {
  readonly accountCode: number;
  readonly accountName: string | null;
  readonly accountScope: string;
  readonly amount: MoneyView;
}

/** One booking of a payment. */
export interface BookingView {
  readonly reference: string;
  readonly kind: string;
  readonly businessDate: string;
  readonly bookedAt: string;
  readonly postings: readonly PostingView[];
}

/** A leg's row, with its transaction. */
export interface BookingRow {
  readonly reference: string;
  readonly kind: string;
  readonly business_date: string;
  readonly currency: string;
  readonly booked_at: Date;
  readonly account_code: number;
  readonly account_scope: string;
  readonly amount_minor: string;
}

/** Legs gathered by their transaction, in order. */
export function bookingViews(rows: readonly BookingRow[]): BookingView[] {
  const byReference = new Map<string, BookingView & { postings: PostingView[] }>();
  for (const row of rows) {
    const booking = byReference.get(row.reference) ?? {
      reference: row.reference,
      kind: row.kind,
      businessDate: row.business_date,
      bookedAt: row.booked_at.toISOString(),
      postings: [],
    };
    byReference.set(row.reference, booking);
    booking.postings.push({
      accountCode: row.account_code,
      accountName: accountClass(row.account_code)?.name ?? null,
      accountScope: row.account_scope,
      amount: moneyView(row.amount_minor, row.currency),
    });
  }
  return [...byReference.values()];
}
