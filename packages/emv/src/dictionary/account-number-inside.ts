// Whether a value that no dictionary explains might hold an account number: then it is not shown.
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { luhnHolds } from '../decoders/track.ts';

// ISO/IEC 7812-1: 13 to 19 digits are what cards of today carry.
const digitsMin = 13;
const digitsMax = 19;

function anyHolds(text: string): boolean {
  for (const [run] of text.matchAll(/\d{13,}/g)) {
    for (let start = 0; start + digitsMin <= run.length; start++) {
      for (let length = digitsMin; length <= digitsMax && start + length <= run.length; length++) {
        if (luhnHolds(run.slice(start, start + length))) return true;
      }
    }
  }
  return false;
}

/**
 * Whether 13 to 19 digits with a right check digit stand in a value, packed or as characters. A long
 * run of digits that is none may answer true as well: it is better hidden than shown.
 *
 * @example mayHoldAccountNumber(fromHex('4761739001010119')) // true
 */
export function mayHoldAccountNumber(value: Uint8Array): boolean {
  return value.length >= 7 && (anyHolds(toHex(value)) || anyHolds(toLatin1(value)));
}
