// The acquirer's chart of accounts: classes by code; an account is a class and what it is kept for.

/** Which side increases the account; memo accounts never enter the trial balance. */
export type AccountType = 'asset' | 'liability' | 'income' | 'expense' | 'memo';

/** One class of accounts. */
export interface AccountClass {
  readonly code: number;
  readonly name: string;
  readonly type: AccountType;
}

/** Codes of the classes, by name. */
export const account = {
  schemeReceivable: 1100,
  pendingCaptures: 1150,
  settlementBank: 1200,
  merchantReceivable: 1300,
  suspenseIn: 1900,
  merchantPayable: 2100,
  pendingToMerchant: 2150,
  rollingReserve: 2200,
  payoutsInTransit: 2300,
  chargebacksInDispute: 2400,
  prepaidFloat: 2500,
  loyaltyPointsAtCost: 2600,
  taxOnFees: 2700,
  suspenseOut: 2900,
  merchantDiscountIncome: 4100,
  chargebackFeeIncome: 4150,
  otherFees: 4200,
  interchange: 5100,
  schemeFees: 5200,
  processingCost: 5300,
  chargebackLossWriteOff: 5900,
  rounding: 5950,
  exchangeDifference: 6100,
  authorisationHolds: 9100,
  authorisationHoldsContra: 9150,
} as const;

/** The classes an acquirer needs; the table account_class holds the same in the database. */
export const chartOfAccounts: readonly AccountClass[] = [
  { code: account.schemeReceivable, name: 'scheme receivable', type: 'asset' },
  { code: account.pendingCaptures, name: 'pending captures', type: 'asset' },
  { code: account.settlementBank, name: 'settlement bank', type: 'asset' },
  { code: account.merchantReceivable, name: 'merchant receivable', type: 'asset' },
  { code: account.suspenseIn, name: 'suspense in', type: 'asset' },
  { code: account.merchantPayable, name: 'merchant payable', type: 'liability' },
  { code: account.pendingToMerchant, name: 'pending to merchant', type: 'liability' },
  { code: account.rollingReserve, name: 'rolling reserve', type: 'liability' },
  { code: account.payoutsInTransit, name: 'payouts in transit', type: 'liability' },
  { code: account.chargebacksInDispute, name: 'chargebacks in dispute', type: 'liability' },
  { code: account.prepaidFloat, name: 'prepaid float', type: 'liability' },
  { code: account.loyaltyPointsAtCost, name: 'loyalty points at cost', type: 'liability' },
  { code: account.taxOnFees, name: 'tax on fees', type: 'liability' },
  { code: account.suspenseOut, name: 'suspense out', type: 'liability' },
  { code: account.merchantDiscountIncome, name: 'merchant discount income', type: 'income' },
  { code: account.chargebackFeeIncome, name: 'chargeback fee income', type: 'income' },
  { code: account.otherFees, name: 'other fees', type: 'income' },
  { code: account.interchange, name: 'interchange', type: 'expense' },
  { code: account.schemeFees, name: 'scheme fees', type: 'expense' },
  { code: account.processingCost, name: 'processing cost', type: 'expense' },
  { code: account.chargebackLossWriteOff, name: 'chargeback loss and write-off', type: 'expense' },
  { code: account.rounding, name: 'rounding', type: 'expense' },
  { code: account.exchangeDifference, name: 'exchange difference', type: 'expense' },
  { code: account.authorisationHolds, name: 'authorisation holds', type: 'memo' },
  { code: account.authorisationHoldsContra, name: 'authorisation holds contra', type: 'memo' },
];

const byCode = new Map(chartOfAccounts.map((row) => [row.code, row]));

/** The class of a code, or undefined when the chart has none. */
export function accountClass(code: number): AccountClass | undefined {
  return byCode.get(code);
}
