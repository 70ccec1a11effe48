// Fees of one payment: components with rate, fixed part, floor and cap, rounded once or each.
import { type MinorUnits, minorUnits } from '../money.ts';
import {
  type Decimal,
  type RoundingMode,
  addDecimals,
  compareDecimals,
  roundDecimal,
  scaleDecimal,
  zeroDecimal,
} from './decimal.ts';
import { pathTo, readDecimal } from './plan-text.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

/** One component: rate of the amount plus a fixed part, within floor and cap (in minor units). */
export interface FeeComponent {
  readonly name: string;
  readonly rate: Decimal;
  readonly fixed: Decimal;
  readonly floor?: Decimal;
  readonly cap?: Decimal;
}

/** What a contract says of fees. */
export interface FeeTerms {
  readonly components: readonly FeeComponent[];
  readonly rounding: RoundingMode;
  /** True: each component is rounded, then they are summed. False: summed exactly, rounded once. */
  readonly roundEach: boolean;
}

/** A fee and how it came about. */
export interface Fee {
  readonly feeMinor: MinorUnits;
  /** The exact value of each component, in the plan's order. */
  readonly raw: readonly Decimal[];
  /** Each component rounded, when the terms round each. */
  readonly parts?: readonly MinorUnits[];
}

/**
 * The exact value of one component: min(max(rate × |amount| + fixed, floor), cap), with the sign of
 * the amount. A cap below the floor wins.
 */
export function componentValue(component: FeeComponent, amountMinor: bigint): Decimal {
  const negative = amountMinor < 0n;
  const magnitude = negative ? -amountMinor : amountMinor;
  let value = addDecimals(scaleDecimal(component.rate, magnitude), component.fixed);
  const { floor, cap } = component;
  if (floor !== undefined && compareDecimals(value, floor) < 0) value = floor;
  if (cap !== undefined && compareDecimals(value, cap) > 0) value = cap;
  return negative ? scaleDecimal(value, -1n) : value;
}

/**
 * The fee of one payment.
 *
 * @param amountMinor minor units of the payment; negative for a refund.
 * @example feeOf({ components, rounding: 'half-up', roundEach: false }, 12345n).feeMinor // 74n at 0.6 %
 */
export function feeOf(terms: FeeTerms, amountMinor: bigint): Fee {
  const raw = terms.components.map((component) => componentValue(component, amountMinor));
  if (!terms.roundEach) {
    return { feeMinor: roundDecimal(raw.reduce(addDecimals, zeroDecimal), terms.rounding), raw };
  }
  const parts = raw.map((value) => roundDecimal(value, terms.rounding));
  return { feeMinor: minorUnits(parts.reduce((sum, part) => sum + part, 0n)), raw, parts };
}

/** The text form of a component, as plans are stored: `min` and `max` are floor and cap. */
export interface FeeComponentText {
  readonly name?: string;
  readonly rate?: string;
  readonly fixed?: string;
  readonly min?: string;
  readonly max?: string;
}

function readOptional(text: string | undefined, path: string): Settled<Decimal | undefined> {
  return text === undefined ? settled(undefined) : readDecimal(text, path);
}

/**
 * Reads one component of a plan.
 *
 * @returns `not-a-decimal` with the place; `negative` for a rate below zero.
 * @example readFeeComponent({ name: 'mdr', rate: '0.005', max: '2000' })
 */
export function readFeeComponent(text: FeeComponentText, path: string = ''): Settled<FeeComponent> {
  const rate = readDecimal(text.rate ?? '0', pathTo(path, 'rate'));
  if (!rate.ok) return rate;
  if (rate.value.unscaled < 0n) return refused('negative', pathTo(path, 'rate'));
  const fixed = readDecimal(text.fixed ?? '0', pathTo(path, 'fixed'));
  if (!fixed.ok) return fixed;
  const floor = readOptional(text.min, pathTo(path, 'min'));
  if (!floor.ok) return floor;
  const cap = readOptional(text.max, pathTo(path, 'max'));
  if (!cap.ok) return cap;
  return settled({
    name: text.name ?? '',
    rate: rate.value,
    fixed: fixed.value,
    ...(floor.value === undefined ? {} : { floor: floor.value }),
    ...(cap.value === undefined ? {} : { cap: cap.value }),
  });
}

/** Reads the components of a plan, in order. */
export function readFeeComponents(
  texts: readonly FeeComponentText[],
  path: string = 'components',
): Settled<FeeComponent[]> {
  const components: FeeComponent[] = [];
  for (const [index, text] of texts.entries()) {
    const component = readFeeComponent(text, pathTo(path, index));
    if (!component.ok) return component;
    components.push(component.value);
  }
  return settled(components);
}
