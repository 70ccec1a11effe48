// Net settlement of a merchant's day: from gross to payout, and what is carried to the next day.
import { type MinorUnits, minorUnits } from '../money.ts';
import {
  type Decimal,
  type RoundingMode,
  roundDecimal,
  scaleDecimal,
  zeroDecimal,
} from './decimal.ts';

/** What a merchant's day is made of. */
export const netItemKinds = [
  'sale',
  'refund',
  'reversal',
  'chargeback',
  'chargeback-reversal',
  'reserve-release',
  'adjustment',
  'fee',
] as const;

/** Kind of an item; its amount is a magnitude, except that an adjustment carries its own sign. */
export type NetItemKind = (typeof netItemKinds)[number];

/** One item of the day. */
export interface NetItem {
  readonly kind: NetItemKind;
  readonly amountMinor: bigint;
  /** Charged on this item. */
  readonly feeMinor?: bigint;
  /** Given back on this item. */
  readonly feeReturnedMinor?: bigint;
}

/** What the contract says. */
export interface NetTerms {
  /** Share of gross less reversals that is held; zero without a reserve. */
  readonly reserveRate?: Decimal;
  readonly rounding: RoundingMode;
  /** Below this nothing is paid. */
  readonly minPayoutMinor?: bigint;
  /** What earlier days left over; negative when the merchant owed. */
  readonly carriedForwardMinor?: bigint;
}

/** The day's figures; net = gross - refunds - reversals - chargebacks - fees - held + released + … */
export interface NetSettlement {
  readonly grossMinor: MinorUnits;
  readonly refundsMinor: MinorUnits;
  readonly reversalsMinor: MinorUnits;
  readonly chargebacksMinor: MinorUnits;
  readonly feesMinor: MinorUnits;
  readonly reserveHeldMinor: MinorUnits;
  readonly reserveReleasedMinor: MinorUnits;
  readonly adjustmentsMinor: MinorUnits;
  readonly carriedForwardMinor: MinorUnits;
  readonly netMinor: MinorUnits;
  readonly payoutMinor: MinorUnits;
  /** For the next day: net less payout. */
  readonly carryForwardMinor: MinorUnits;
}

function sumKinds(items: readonly NetItem[]): Record<NetItemKind, bigint> & { fees: bigint } {
  const sums = {
    sale: 0n,
    refund: 0n,
    reversal: 0n,
    chargeback: 0n,
    'chargeback-reversal': 0n,
    'reserve-release': 0n,
    adjustment: 0n,
    fee: 0n,
    fees: 0n,
  };
  for (const item of items) {
    sums[item.kind] += item.amountMinor;
    sums.fees += (item.feeMinor ?? 0n) - (item.feeReturnedMinor ?? 0n);
  }
  sums.fees += sums.fee;
  return sums;
}

/**
 * Settles a day. Fees are deducted once: they are beside the gross amounts, not inside them. The
 * reserve is taken on gross less reversals, never below zero. A net that is not positive, or below
 * the smallest payout, is carried forward whole.
 */
export function netSettlement(items: readonly NetItem[], terms: NetTerms): NetSettlement {
  const sums = sumKinds(items);
  const chargebacks = sums.chargeback - sums['chargeback-reversal'];
  const base = sums.sale - sums.reversal;
  const reserve = scaleDecimal(terms.reserveRate ?? zeroDecimal, base > 0n ? base : 0n);
  const held = roundDecimal(reserve, terms.rounding);
  const carried = terms.carriedForwardMinor ?? 0n;
  const deducted = sums.refund + sums.reversal + chargebacks + sums.fees + held;
  const net = sums.sale - deducted + sums['reserve-release'] + sums.adjustment + carried;
  const payout = net > 0n && net >= (terms.minPayoutMinor ?? 0n) ? net : 0n;
  return {
    grossMinor: minorUnits(sums.sale),
    refundsMinor: minorUnits(sums.refund),
    reversalsMinor: minorUnits(sums.reversal),
    chargebacksMinor: minorUnits(chargebacks),
    feesMinor: minorUnits(sums.fees),
    reserveHeldMinor: held,
    reserveReleasedMinor: minorUnits(sums['reserve-release']),
    adjustmentsMinor: minorUnits(sums.adjustment),
    carriedForwardMinor: minorUnits(carried),
    netMinor: minorUnits(net),
    payoutMinor: minorUnits(payout),
    carryForwardMinor: minorUnits(net - payout),
  };
}
