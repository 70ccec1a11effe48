// Amounts of DE 4 and tag 9F02 as people write them: minor units with the decimals of their currency (ISO 4217).
import { findCurrency } from '@chipswitch/emv/look-up';

/**
 * `000000001251` and `156` as `CNY 12.51`; a currency that is not known is shown by its number.
 */
export function amountText(minorUnits: string, currency: string | undefined): string {
  if (!/^\d+$/.test(minorUnits)) return minorUnits;
  const number = currency?.padStart(3, '0').slice(-3);
  const known = number === undefined ? undefined : findCurrency(number);
  const decimals = known?.exponent ?? 2;
  const digits = BigInt(minorUnits)
    .toString()
    .padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const value = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return number === undefined ? value : `${known?.alpha ?? number} ${value}`;
}
