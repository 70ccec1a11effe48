// Entry Point pre-processing: limits and indicators per combination (Book B section 3.1).
import type { TransactionInput } from '../kernel/types.ts';
import type { Combination } from './types.ts';

/** Indicators of one combination (Book B table 3-1). */
export interface Indicators {
  readonly combination: Combination;
  readonly statusCheckRequested: boolean;
  readonly notAllowed: boolean;
  readonly zeroAmount: boolean;
  readonly cvmRequired: boolean;
  readonly floorLimitExceeded: boolean;
  /** Terminal transaction qualifiers for this transaction; undefined when the combination has none. */
  readonly ttq: Uint8Array | undefined;
}

/** One unit of currency: 1.00 with two decimals. */
function isSingleUnit(input: TransactionInput): boolean {
  return input.amountMinor === 10n ** BigInt(input.exponent ?? 2);
}

function ttqOf(
  combination: Combination,
  flags: Omit<Indicators, 'combination' | 'ttq' | 'notAllowed'>,
): Uint8Array | undefined {
  if (combination.ttq === undefined) return undefined;
  const ttq = combination.ttq.slice();
  // Online cryptogram required and CVM required are decided per transaction (3.1.1.2).
  ttq[1] &= 0x3f;
  const { floorLimitExceeded, statusCheckRequested, zeroAmount, cvmRequired } = flags;
  if (floorLimitExceeded || statusCheckRequested || zeroAmount) ttq[1] |= 0x80;
  if (cvmRequired) ttq[1] |= 0x40;
  return ttq;
}

/** Pre-processes one combination (3.1.1.1 to 3.1.1.12). */
export function preProcessOne(combination: Combination, input: TransactionInput): Indicators {
  const { amountMinor } = input;
  const { transactionLimitMinor, transactionLimitOnDeviceMinor, cvmLimitMinor } = combination;
  const statusCheckRequested = combination.statusCheck === true && isSingleUnit(input);
  const zeroAmount = amountMinor === 0n && combination.zeroAmountAllowed === true;
  const offlineOnly = ((combination.ttq?.[0] ?? 0) & 0x08) !== 0;
  // Kernel 2 looks at its limits itself, once it knows whether the device verifies: only the higher
  // of its two limits keeps the combination out.
  const limit =
    transactionLimitOnDeviceMinor !== undefined &&
    transactionLimitMinor !== undefined &&
    transactionLimitOnDeviceMinor > transactionLimitMinor
      ? transactionLimitOnDeviceMinor
      : transactionLimitMinor;
  const notAllowed =
    (amountMinor === 0n && (!zeroAmount || offlineOnly)) ||
    (limit !== undefined && amountMinor >= limit);
  const floor = combination.contactlessFloorLimitMinor ?? combination.floorLimitMinor;
  const flags = {
    statusCheckRequested,
    zeroAmount,
    floorLimitExceeded: floor !== undefined && amountMinor > floor,
    cvmRequired: cvmLimitMinor !== undefined && amountMinor >= cvmLimitMinor,
  };
  return { combination, notAllowed, ...flags, ttq: ttqOf(combination, flags) };
}

/** Pre-processes every combination for the transaction type. */
export function preProcess(
  combinations: readonly Combination[],
  input: TransactionInput,
): readonly Indicators[] {
  return combinations
    .filter(({ transactionTypes }) => transactionTypes?.includes(input.transactionType) ?? true)
    .map((combination) => preProcessOne(combination, input));
}
