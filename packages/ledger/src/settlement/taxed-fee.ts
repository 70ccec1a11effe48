// Tax on a fee: on top of the rounded fee, or contained in it.
import { type MinorUnits, minorUnits } from '../money.ts';
import {
  type Decimal,
  type RoundingMode,
  commonUnscaled,
  oneDecimal,
  roundRatio,
} from './decimal.ts';

/** How a fee is taxed. */
export interface TaxTerms {
  /** Not negative; 0.06 is six percent. */
  readonly rate: Decimal;
  /** True when the fee contains its tax: tax = fee × r / (1 + r). */
  readonly included: boolean;
  readonly rounding: RoundingMode;
}

/** A fee and its tax. */
export interface TaxedFee {
  readonly netMinor: MinorUnits;
  readonly taxMinor: MinorUnits;
  /** Net and tax: what the merchant pays. */
  readonly grossMinor: MinorUnits;
}

/**
 * Taxes a fee that is already rounded; net and tax always sum to gross.
 *
 * @example taxFee({ rate, included: false, rounding: 'half-up' }, minorUnits(53n)) // 6 %: net 53, tax 3
 */
export function taxFee(terms: TaxTerms, feeMinor: bigint): TaxedFee {
  const [rate, one] = commonUnscaled([terms.rate, oneDecimal]);
  const divisor = terms.included ? rate + one : one;
  const tax = roundRatio(feeMinor * rate, divisor, terms.rounding);
  const net = terms.included ? feeMinor - tax : feeMinor;
  return {
    netMinor: minorUnits(net),
    taxMinor: minorUnits(tax),
    grossMinor: minorUnits(net + tax),
  };
}
