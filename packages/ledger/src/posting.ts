// Double entry: a transaction is two or more postings of one currency that sum to zero.
import { accountClass } from './chart.ts';
import type { MinorUnits } from './money.ts';

/** One leg: positive is a debit, negative a credit. */
export interface Posting {
  /** Class from the chart of accounts. */
  readonly accountCode: number;
  /** What the account is kept for: a scheme, a merchant, a payment. */
  readonly accountScope: string;
  readonly amountMinor: MinorUnits;
}

/** A transaction of the ledger; `reference` names its cause and is unique for ever. */
export interface LedgerTransaction {
  readonly reference: string;
  readonly kind: string;
  /** Three letters of ISO 4217. */
  readonly currency: string;
  readonly postings: readonly Posting[];
}

/** Why a transaction is refused whole, in the order the checks are made. */
export type PostingErrorCode =
  | 'too-few-postings'
  | 'unknown-account'
  | 'zero-amount'
  | 'not-zero-sum';

/** A refused transaction. */
export interface PostingError {
  readonly code: PostingErrorCode;
  /** Index of the posting at fault, where one is. */
  readonly posting?: number;
}

/** Undefined when the transaction may be booked, else the first reason why not. */
export function checkPostings(transaction: LedgerTransaction): PostingError | undefined {
  const { postings } = transaction;
  if (postings.length < 2) return { code: 'too-few-postings' };
  let sum = 0n;
  for (const [posting, leg] of postings.entries()) {
    if (accountClass(leg.accountCode) === undefined) return { code: 'unknown-account', posting };
    if (leg.amountMinor === 0n) return { code: 'zero-amount', posting };
    sum += leg.amountMinor;
  }
  return sum === 0n ? undefined : { code: 'not-zero-sum' };
}
