// Exact decimals and the four roundings, on bigint: what rates and fees are computed with, never floats.
import { type MinorUnits, minorUnits } from '../money.ts';

/**
 * How a fraction becomes a whole number of minor units; a negative value is the mirror of its
 * absolute value. `half-up`: nearest, ties away from zero. `half-even`: nearest, ties to the even
 * number. `down`: towards zero. `up`: away from zero.
 */
export const roundingModes = ['half-up', 'half-even', 'down', 'up'] as const;

/** One of the four roundings. */
export type RoundingMode = (typeof roundingModes)[number];

/** A decimal number: `unscaled` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly unscaled: bigint;
  /** Digits after the point, 0 or more. */
  readonly scale: number;
}

const plainDecimal = /^-?\d{1,38}(?:\.\d{1,18})?$/;
const powers = Array.from({ length: 64 }, (_, exponent) => 10n ** BigInt(exponent));

function powerOfTen(exponent: number): bigint {
  return exponent < powers.length ? powers[exponent] : 10n ** BigInt(exponent);
}

/** Zero. */
export const zeroDecimal: Decimal = { unscaled: 0n, scale: 0 };

/** One. */
export const oneDecimal: Decimal = { unscaled: 1n, scale: 0 };

/** A whole number as a decimal. */
export function decimalOf(whole: bigint): Decimal {
  return { unscaled: whole, scale: 0 };
}

/**
 * Plain decimal text as a number; undefined for anything else (exponents, spaces, a bare point, more
 * than 38 digits before or 18 after the point).
 *
 * @example parseDecimal('-0.0035') // { unscaled: -35n, scale: 4 }
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (!plainDecimal.test(text)) return undefined;
  const point = text.indexOf('.');
  if (point < 0) return { unscaled: BigInt(text), scale: 0 };
  const digits = text.slice(0, point) + text.slice(point + 1);
  return { unscaled: BigInt(digits), scale: text.length - point - 1 };
}

/**
 * A decimal as text, without trailing zeros.
 *
 * @example formatDecimal({ unscaled: -52980n, scale: 3 }) // '-52.98'
 */
export function formatDecimal(value: Decimal): string {
  const negative = value.unscaled < 0n;
  const digits = (negative ? -value.unscaled : value.unscaled)
    .toString()
    .padStart(value.scale + 1, '0');
  const cut = digits.length - value.scale;
  let end = digits.length;
  while (end > cut && digits.charCodeAt(end - 1) === 48) end--;
  const fraction = end > cut ? `.${digits.slice(cut, end)}` : '';
  return `${negative ? '-' : ''}${digits.slice(0, cut)}${fraction}`;
}

function unscaledAt(value: Decimal, scale: number): bigint {
  return value.scale === scale ? value.unscaled : value.unscaled * powerOfTen(scale - value.scale);
}

/** Sum, exact. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { unscaled: unscaledAt(a, scale) + unscaledAt(b, scale), scale };
}

/** Product, exact. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { unscaled: a.unscaled * b.unscaled, scale: a.scale + b.scale };
}

/** A decimal times a whole number, exact. */
export function scaleDecimal(value: Decimal, factor: bigint): Decimal {
  return { unscaled: value.unscaled * factor, scale: value.scale };
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const left = unscaledAt(a, scale);
  const right = unscaledAt(b, scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Brings decimals to one scale: their unscaled numbers keep the proportions. */
export function commonUnscaled(values: readonly Decimal[]): bigint[] {
  const scale = values.reduce((most, value) => Math.max(most, value.scale), 0);
  return values.map((value) => unscaledAt(value, scale));
}

/**
 * A quotient as a whole number.
 *
 * @param denominator above zero.
 * @throws RangeError when it is not: only a caller's own mistake can bring that.
 * @example roundRatio(-5n, 2n, 'half-even') // -2n
 */
export function roundRatio(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator of a ratio must be above zero');
  const quotient = numerator / denominator;
  const rest = numerator - quotient * denominator;
  if (rest === 0n || mode === 'down') return quotient;
  const away = quotient + (numerator < 0n ? -1n : 1n);
  if (mode === 'up') return away;
  const twice = rest < 0n ? -2n * rest : 2n * rest;
  if (twice !== denominator) return twice > denominator ? away : quotient;
  if (mode === 'half-up') return away;
  return quotient % 2n === 0n ? quotient : away;
}

/**
 * A decimal number of minor units as a whole one.
 *
 * @example roundDecimal({ unscaled: 7407n, scale: 2 }, 'half-up') // 74n
 */
export function roundDecimal(value: Decimal, mode: RoundingMode): MinorUnits {
  return minorUnits(roundRatio(value.unscaled, powerOfTen(value.scale), mode));
}
