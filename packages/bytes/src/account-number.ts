// Whether bytes that nobody can explain might show an account number (ISO/IEC 7812-1): the one rule of
// masking that all who describe messages need.
import { toHex } from './hex.ts';
import { toLatin1 } from './text.ts';

// What cards of today carry: 13 to 19 digits, the last a check digit (annex B).
const digitsMin = 13;
const digitsMax = 19;

function checkDigitHolds(text: string, start: number, length: number): boolean {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(start + length - 1 - i) - 48;
    const weighed = i % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

function anyHolds(text: string): boolean {
  for (const [run] of text.matchAll(/\d{13,}/g)) {
    for (let start = 0; start + digitsMin <= run.length; start++) {
      for (let length = digitsMin; length <= digitsMax && start + length <= run.length; length++) {
        if (checkDigitHolds(run, start, length)) return true;
      }
    }
  }
  return false;
}

/**
 * Whether 13 to 19 digits with a right check digit stand in the bytes, packed or as characters. A long
 * run of digits that is none may answer true as well: it is better hidden than shown.
 *
 * @example mayHoldAccountNumber(fromHex('4761739001010119')) // true
 */
export function mayHoldAccountNumber(bytes: Uint8Array): boolean {
  return bytes.length >= 7 && (anyHolds(toHex(bytes)) || anyHolds(toLatin1(bytes)));
}
