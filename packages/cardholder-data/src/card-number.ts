// A primary account number: its form and check digit (ISO/IEC 7812-1), and what may be shown of it (PCI DSS 3.4.1).
import { toHex } from '@chipswitch/bytes';

/** A primary account number: 12 to 19 digits with a right check digit. Never log it. */
export type Pan = string & { readonly pan: unique symbol };

/** Shortest and longest number that a card of today carries and that is looked for in text. */
export const panDigitsMin = 13;
export const panDigitsMax = 19;

/** Sum of annex B over digits from the right; `doubleFirst` doubles the rightmost. */
function luhnSum(digits: string, doubleFirst: boolean): number {
  let sum = 0;
  let doubled = doubleFirst;
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = digits.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    const weighed = doubled ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
    doubled = !doubled;
  }
  return sum;
}

/**
 * Whether digits end in their check digit (ISO/IEC 7812-1 annex B, Luhn). What is empty or no digits has none.
 *
 * @example hasCheckDigit('4761739001010119') // true
 */
export function hasCheckDigit(digits: string): boolean {
  return digits.length > 0 && luhnSum(digits, false) % 10 === 0;
}

/**
 * The check digit that belongs behind digits; throws when they are none.
 *
 * @example checkDigitOf('476173900101011') // '9'
 */
export function checkDigitOf(digits: string): string {
  const sum = luhnSum(digits, true);
  if (Number.isNaN(sum)) throw new RangeError('a check digit is asked for what is no digits');
  return String((10 - (sum % 10)) % 10);
}

/**
 * A card number, or undefined when the text is none: 12 to 19 digits, the last of them the check digit.
 *
 * @example parsePan('4761739001010118') // undefined
 */
export function parsePan(text: string): Pan | undefined {
  return /^\d{12,19}$/.test(text) && hasCheckDigit(text) ? (text as Pan) : undefined;
}

/**
 * The digits of a number as chips hold it (tag 5A, format cn): 8 to 19, filled with F on the right. The check digit
 * is not looked at.
 *
 * @example unpackPan(Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9f)) // '123456789'
 */
export function unpackPan(value: Uint8Array): string | undefined {
  return /^(\d{8,19})F*$/.exec(toHex(value))?.[1];
}

/** How much of a number shows. */
export interface MaskOptions {
  /** Digits of the issuer that show at the front of a number of 16 digits or more; 6 when absent. */
  readonly issuerDigits?: 6 | 8;
}

/**
 * A number as it may be shown, by its length: from 13 digits the first six (eight of 16 or more, where asked
 * for) and the last four; of 8 to 12 digits the last four; shorter ones are hidden whole. The length stays.
 *
 * @example maskPan('4761739001010119') // '476173******0119'
 */
export function maskPan(digits: string, options: MaskOptions = {}): string {
  const { length } = digits;
  if (length < 8) return '*'.repeat(length);
  const asked = options.issuerDigits === 8 && length >= 16 ? 8 : 6;
  const first = length >= panDigitsMin ? asked : 0;
  return digits.slice(0, first) + '*'.repeat(length - first - 4) + digits.slice(-4);
}

/**
 * The truncated form of a number that may be stored in clear (column `pan_truncated`, PCI DSS 3.5.1).
 *
 * @example truncatePan(parsePan('6228480402564890018')!) // '622848*********0018'
 */
export function truncatePan(pan: Pan): string {
  return maskPan(pan);
}
