// A book of accounts in memory: refuses what does not sum to zero, books an id once. The rule, bare.
import { type MinorUnits, minorUnits } from '../money.ts';

/** One leg: positive is a debit, negative a credit. */
export interface BookPosting {
  readonly account: string;
  readonly amountMinor: bigint;
  /** Legs sum to zero within each currency. */
  readonly currency?: string;
}

/** A transaction as a book takes it. */
export interface BookTransaction {
  readonly id: string;
  readonly postings: readonly BookPosting[];
}

/** What became of a transaction. Only a booked one changes anything, or makes its id known. */
export type BookOutcome = 'booked' | 'repeated' | 'refused';

/** A book. */
export interface PostingBook {
  post(transaction: BookTransaction): BookOutcome;
  /** Balance of each account that was ever posted to, by account (and currency after a blank). */
  readonly balances: ReadonlyMap<string, MinorUnits>;
}

function sumsToZero(postings: readonly BookPosting[]): boolean {
  const sums = new Map<string, bigint>();
  for (const { currency = '', amountMinor } of postings) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  }
  return postings.length >= 2 && [...sums.values()].every((sum) => sum === 0n);
}

/**
 * Opens an empty book. It is the model that tests hold the database's journal against.
 *
 * @example
 * const book = openPostingBook();
 * book.post({ id: 'T1', postings: [{ account: 'cash', amountMinor: 5n }, { account: 'sales', amountMinor: -5n }] });
 */
export function openPostingBook(): PostingBook {
  const known = new Set<string>();
  const balances = new Map<string, MinorUnits>();
  return {
    balances,
    post({ id, postings }) {
      if (known.has(id)) return 'repeated';
      if (!sumsToZero(postings)) return 'refused';
      known.add(id);
      for (const { account, amountMinor, currency } of postings) {
        const key = currency === undefined ? account : `${account} ${currency}`;
        balances.set(key, minorUnits((balances.get(key) ?? 0n) + amountMinor));
      }
      return 'booked';
    },
  };
}
