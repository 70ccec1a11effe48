// Numbers: amounts, counters, dates and times (EMV Book 3 section 4.3 formats n and b).
import { decodeBcd, toHex } from '@chipswitch/bytes';
import { type Currency, findCurrency } from '../dictionary/names.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** A number; an amount carries its currency when that is known. */
export interface NumberValue {
  readonly type: 'number' | 'amount';
  readonly number: number;
  /** ISO 4217 letters. */
  readonly currency?: string;
  /** The amount with its decimals, when the currency is known: `12.30`. */
  readonly decimal?: string;
}

/** Digits, with what they are known to be. */
export interface DigitsValue {
  readonly type: 'digits';
  readonly digits: string;
}

/** A date, `YYYY-MM-DD`. */
export interface DateValue {
  readonly type: 'date';
  readonly date: string;
}

/** A time of day, `HH:MM:SS`. */
export interface TimeValue {
  readonly type: 'time';
  readonly time: string;
}

/** A binary number of up to six bytes. */
export function decodeNumber(value: Uint8Array): DecodeResult<NumberValue> {
  if (value.length === 0 || value.length > 6) return refused('length');
  let number = 0;
  for (const byte of value) number = number * 256 + byte;
  return decoded({ type: 'number', number }, String(number));
}

/**
 * A minor-unit amount as decimal text.
 *
 * @example formatAmount(1234, 2) // '12.34'
 */
export function formatAmount(minor: number, exponent: number): string {
  const digits = String(minor).padStart(exponent + 1, '0');
  if (exponent === 0) return digits;
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

function amount(minor: number, currency: Currency | undefined): DecodeResult<NumberValue> {
  if (currency?.exponent === undefined) {
    return decoded({ type: 'amount', number: minor }, String(minor));
  }
  const decimal = formatAmount(minor, currency.exponent);
  return decoded(
    { type: 'amount', number: minor, currency: currency.alpha, decimal },
    `${decimal} ${currency.alpha}`,
  );
}

/** Offset of the first byte with a nibble above 9, or -1. */
export function firstNonDigit(value: Uint8Array): number {
  return value.findIndex((byte) => byte >> 4 > 9 || (byte & 15) > 9);
}

/** Currency out of the bytes of a currency code (n 3 in two bytes). */
export function currencyOf(code: Uint8Array | undefined): Currency | undefined {
  return code?.length === 2 ? findCurrency(toHex(code).slice(1)) : undefined;
}

/**
 * An amount in format n (9F02, 9F03 …), in minor units.
 *
 * @param currencyCode bytes of 5F2A (or 9F42, 9F51), when known
 */
export function decodeAmount(
  value: Uint8Array,
  currencyCode?: Uint8Array,
): DecodeResult<NumberValue> {
  if (value.length === 0 || value.length > 6) return refused('length');
  const digits = decodeBcd(value);
  if (digits === undefined) return refused('format', firstNonDigit(value));
  return amount(Number(digits), currencyOf(currencyCode));
}

/** An amount in format b (81, 9F04, 9F3A), four bytes. */
export function decodeBinaryAmount(
  value: Uint8Array,
  currencyCode?: Uint8Array,
): DecodeResult<NumberValue> {
  if (value.length !== 4) return refused('length');
  const number = new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
  return amount(number, currencyOf(currencyCode));
}

/** Digits in format n; leading zeros are kept. */
export function decodeDigits(value: Uint8Array): DecodeResult<DigitsValue> {
  const digits = decodeBcd(value);
  if (digits === undefined) return refused('format', firstNonDigit(value));
  return decoded({ type: 'digits', digits }, digits);
}

/**
 * Century rule of Book 4 section 6.7.3: 00 to 49 are 20xx, 50 to 99 are 19xx.
 *
 * @example fullYear(49) // 2049
 */
export function fullYear(twoDigits: number): number {
  return twoDigits < 50 ? 2000 + twoDigits : 1900 + twoDigits;
}

/**
 * A date in format n 6, YYMMDD (9A, 5F24, 5F25); it must exist in the calendar.
 *
 * @example decodeDate(fromHex('500101')).ok // true
 */
export function decodeDate(value: Uint8Array): DecodeResult<DateValue> {
  if (value.length !== 3) return refused('length');
  const digits = decodeBcd(value);
  if (digits === undefined) return refused('format', firstNonDigit(value));
  const year = fullYear(Number(digits.slice(0, 2)));
  const month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4));
  if (month < 1 || month > 12) return refused('format', 1);
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return refused('format', 2);
  const date = `${year}-${digits.slice(2, 4)}-${digits.slice(4)}`;
  return decoded({ type: 'date', date }, date);
}

/**
 * A time in format n 6, HHMMSS (9F21).
 *
 * @example decodeTime(fromHex('240000')).ok // false
 */
export function decodeTime(value: Uint8Array): DecodeResult<TimeValue> {
  if (value.length !== 3) return refused('length');
  const digits = decodeBcd(value);
  if (digits === undefined) return refused('format', firstNonDigit(value));
  const parts = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  const limits = [23, 59, 59];
  for (let i = 0; i < 3; i++) if (Number(parts[i]) > limits[i]) return refused('format', i);
  const time = parts.join(':');
  return decoded({ type: 'time', time }, time);
}
