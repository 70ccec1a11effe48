// Money: a signed whole number of minor units and an ISO 4217 currency; never a floating-point number.
import currencyCodes from 'currency-codes';

/** A signed amount in minor units (fen, cents, yen): whole, so that sums are exact. */
export type MinorUnits = bigint & { readonly minorUnits: unique symbol };

/** An ISO 4217 currency. */
export interface Currency {
  /** Three letters, as in `CNY`. */
  readonly alpha: string;
  /** Three digits, as in `156`; this is what card messages carry. */
  readonly numeric: string;
  /** Digits after the decimal point: 0 for JPY, 2 for CNY, 3 for KWD. */
  readonly minorDigits: number;
}

const byNumeric = new Map<string, Currency>();
const byAlpha = new Map<string, Currency>();
for (const row of currencyCodes.data) {
  const currency = { alpha: row.code, numeric: row.number, minorDigits: row.digits };
  byNumeric.set(row.number, currency);
  byAlpha.set(row.code, currency);
}

/**
 * The currency of a numeric or alphabetic ISO 4217 code; undefined when there is none.
 * There is no default: an unknown currency has no known minor unit.
 *
 * @example currencyOf('392')?.minorDigits // 0
 */
export function currencyOf(code: string): Currency | undefined {
  return byNumeric.get(code) ?? byAlpha.get(code);
}

/** A whole number as minor units. */
export function minorUnits(amount: bigint): MinorUnits {
  return amount as MinorUnits;
}

/**
 * Minor units as text with the currency's decimals.
 *
 * @throws RangeError for a currency that ISO 4217 does not list.
 * @example formatMoney(minorUnits(-1251n), 'CNY') // '-12.51 CNY'
 */
export function formatMoney(amount: MinorUnits, code: string): string {
  const currency = currencyOf(code);
  if (currency === undefined) throw new RangeError('not an ISO 4217 currency');
  const negative = amount < 0n;
  const digits = (negative ? 0n - amount : amount)
    .toString()
    .padStart(currency.minorDigits + 1, '0');
  const cut = digits.length - currency.minorDigits;
  const fraction = currency.minorDigits === 0 ? '' : `.${digits.slice(cut)}`;
  return `${negative ? '-' : ''}${digits.slice(0, cut)}${fraction} ${currency.alpha}`;
}
