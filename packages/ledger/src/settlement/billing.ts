// Billing of a period: what rounding every payment gives against rounding once, and the residue.
import { type MinorUnits, minorUnits } from '../money.ts';
import { addDecimals, roundDecimal, zeroDecimal } from './decimal.ts';
import { type FeeTerms, feeOf } from './fee.ts';

/** Both ways to bill a period. */
export interface PeriodBilling {
  /** Sum of the fees rounded payment by payment. */
  readonly perTransactionMinor: MinorUnits;
  /** The exact sum, rounded once. */
  readonly perPeriodMinor: MinorUnits;
  /** Per transaction less per period: what goes to the rounding account, never into a merchant's balance. */
  readonly differenceMinor: MinorUnits;
}

/** Bills the payments of a period both ways. */
export function billPeriod(terms: FeeTerms, amountsMinor: Iterable<bigint>): PeriodBilling {
  let perTransaction = 0n;
  let exact = zeroDecimal;
  for (const amount of amountsMinor) {
    const fee = feeOf(terms, amount);
    perTransaction += fee.feeMinor;
    exact = fee.raw.reduce(addDecimals, exact);
  }
  const perPeriod = roundDecimal(exact, terms.rounding);
  return {
    perTransactionMinor: minorUnits(perTransaction),
    perPeriodMinor: perPeriod,
    differenceMinor: minorUnits(perTransaction - perPeriod),
  };
}
