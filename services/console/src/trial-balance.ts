// The trial balance as the console shows it: by currency, memo accounts apart, balanced or not.
import { accountClass, currencyOf } from '@chipswitch/ledger';

/** Sums of one class of accounts; text, in minor units. */
export interface AccountSums {
  readonly accountCode: number;
  readonly accountName: string | null;
  readonly type: string | null;
  readonly debitMinor: string;
  readonly creditMinor: string;
}

/** One currency's trial balance. */
export interface CurrencyBalance {
  readonly currency: string;
  readonly minorDigits: number | null;
  readonly accounts: readonly AccountSums[];
  readonly totals: { readonly debitMinor: string; readonly creditMinor: string };
  /** Whether debits equal credits, among the accounts and among the memo accounts. */
  readonly balanced: boolean;
  /** Holds: never part of the totals. */
  readonly memo: readonly AccountSums[];
}

/** Sums as they come from the database. */
export interface SumsRow {
  readonly currency: string;
  readonly account_code: number;
  readonly debit_minor: string;
  readonly credit_minor: string;
}

function sum(rows: readonly AccountSums[], side: 'debitMinor' | 'creditMinor'): bigint {
  return rows.reduce((total, row) => total + BigInt(row[side]), 0n);
}

/** Rows, ordered by currency and account, as trial balances. */
export function trialBalance(rows: readonly SumsRow[]): CurrencyBalance[] {
  const byCurrency = new Map<string, AccountSums[]>();
  for (const row of rows) {
    const accounts = byCurrency.get(row.currency) ?? [];
    byCurrency.set(row.currency, accounts);
    const found = accountClass(row.account_code);
    accounts.push({
      accountCode: row.account_code,
      accountName: found?.name ?? null,
      type: found?.type ?? null,
      debitMinor: row.debit_minor,
      creditMinor: row.credit_minor,
    });
  }
  return [...byCurrency].map(([currency, all]) => {
    const accounts = all.filter((row) => row.type !== 'memo');
    const memo = all.filter((row) => row.type === 'memo');
    const [debit, credit] = [sum(accounts, 'debitMinor'), sum(accounts, 'creditMinor')];
    return {
      currency,
      minorDigits: currencyOf(currency)?.minorDigits ?? null,
      accounts,
      totals: { debitMinor: String(debit), creditMinor: String(credit) },
      balanced: debit === credit && sum(memo, 'debitMinor') === sum(memo, 'creditMinor'),
      memo,
    };
  });
}
