// What a host's answer to a reversal or an advice means (0430, 0230): its code decides, not its arrival.
import { findResponseCode } from 'iso8583-js';

/** What the code says: it is done, it may be tried again, or the host will not do it. */
export type Acknowledgement = 'taken' | 'try-again' | 'refused';

/** The host knows no original: nothing is left to undo, as long as none comes after (25, and 914 of 1993). */
export const originalNotFound: ReadonlySet<string> = new Set(['25', '914', '9114']);

/**
 * Whether a terminal's reversal is at its end: the host has done it, knows no original, or cannot take the message at
 * all (UnionPay's terminals end with 00, 25 and 12), so that saying it again changes nothing.
 *
 * @example endsTerminalReversal('25') // true
 * @example endsTerminalReversal('96') // false
 */
export const endsTerminalReversal = (code: string): boolean =>
  code === '12' || acknowledgementOf('reversal', code) === 'taken';

/** Reads the code of a 0430 or 0230; an answer without a code says nothing, so it is asked again. */
export function acknowledgementOf(message: 'reversal' | 'advice', code: string): Acknowledgement {
  if (message === 'reversal' && originalNotFound.has(code)) return 'taken';
  switch (findResponseCode(code)?.class) {
    case 'approved':
    case 'accepted':
      return 'taken';
    case 'in-process':
    case 'retry':
      return 'try-again';
    case undefined:
      // What is no code at all says nothing; a code that nobody listed is not asked again for ever.
      return /^[0-9A-Z]{2,4}$/.test(code) ? 'refused' : 'try-again';
    case 'approved-partial':
    case 'declined':
    case 'referral':
    case 'pick-up':
    case 'technical':
      return 'refused';
  }
}
