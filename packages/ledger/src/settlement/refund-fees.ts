// Fees given back on refunds: by the cumulative amount, so that a full refund returns the whole fee.
import { type MinorUnits, minorUnits } from '../money.ts';
import { type RoundingMode, roundRatio } from './decimal.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

/** The sale that is refunded, with the fee it was charged by its own schedule. */
export interface RefundedSale {
  readonly amountMinor: bigint;
  readonly feeMinor: bigint;
  readonly rounding: RoundingMode;
}

/**
 * The fee each refund gives back: returned so far = round(fee × refunded so far / amount); each
 * refund gets the difference.
 *
 * @returns `nothing-to-share` for a sale of zero or less, `negative` or `over-refunded` with the refund's index.
 * @example refundFees({ amountMinor: 10000n, feeMinor: 61n, rounding: 'half-up' }, [5000n, 5000n])
 * // { ok: true, value: [31n, 30n] }
 */
export function refundFees(
  sale: RefundedSale,
  refundsMinor: readonly bigint[],
): Settled<MinorUnits[]> {
  if (sale.amountMinor <= 0n) return refused('nothing-to-share', 'amount');
  const fees: MinorUnits[] = [];
  let refunded = 0n;
  let returned = 0n;
  for (const [index, refund] of refundsMinor.entries()) {
    if (refund < 0n) return refused('negative', `refunds > ${index}`);
    refunded += refund;
    if (refunded > sale.amountMinor) return refused('over-refunded', `refunds > ${index}`);
    const soFar = roundRatio(sale.feeMinor * refunded, sale.amountMinor, sale.rounding);
    fees.push(minorUnits(soFar - returned));
    returned = soFar;
  }
  return settled(fees);
}
