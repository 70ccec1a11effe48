// The acquirer's chart of accounts: classes by code; an account is a class and what it is kept for.

/** Which side increases the account; memo accounts never enter the trial balance. */
export type AccountType = 'asset' | 'liability' | 'income' | 'expense' | 'memo';

/** One class of accounts. */
export interface AccountClass {
  readonly code: number;
  readonly name: string;
  readonly type: AccountType;
}

/** The classes an acquirer needs; the numbers are also a check constraint in the database. */
export const chartOfAccounts: readonly AccountClass[] = [
  { code: 1100, name: 'scheme receivable', type: 'asset' },
  { code: 1150, name: 'pending captures', type: 'asset' },
  { code: 1200, name: 'settlement bank', type: 'asset' },
  { code: 1300, name: 'merchant receivable', type: 'asset' },
  { code: 1900, name: 'suspense in', type: 'asset' },
  { code: 2100, name: 'merchant payable', type: 'liability' },
  { code: 2150, name: 'pending to merchant', type: 'liability' },
  { code: 2200, name: 'rolling reserve', type: 'liability' },
  { code: 2300, name: 'payouts in transit', type: 'liability' },
  { code: 2400, name: 'chargebacks in dispute', type: 'liability' },
  { code: 2500, name: 'prepaid float', type: 'liability' },
  { code: 2600, name: 'loyalty points at cost', type: 'liability' },
  { code: 2700, name: 'tax on fees', type: 'liability' },
  { code: 2900, name: 'suspense out', type: 'liability' },
  { code: 4100, name: 'merchant discount income', type: 'income' },
  { code: 4150, name: 'chargeback fee income', type: 'income' },
  { code: 4200, name: 'other fees', type: 'income' },
  { code: 5100, name: 'interchange', type: 'expense' },
  { code: 5200, name: 'scheme fees', type: 'expense' },
  { code: 5300, name: 'processing cost', type: 'expense' },
  { code: 5900, name: 'chargeback loss and write-off', type: 'expense' },
  { code: 5950, name: 'rounding', type: 'expense' },
  { code: 6100, name: 'exchange difference', type: 'expense' },
  { code: 9100, name: 'authorisation holds', type: 'memo' },
  { code: 9150, name: 'authorisation holds contra', type: 'memo' },
];

const byCode = new Map(chartOfAccounts.map((row) => [row.code, row]));

/** The class of a code, or undefined when the chart has none. */
export function accountClass(code: number): AccountClass | undefined {
  return byCode.get(code);
}
