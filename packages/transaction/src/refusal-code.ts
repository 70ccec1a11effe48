// The response codes that the switch itself gives (DE 39 of ISO 8583:1987), by why it refuses.
import type { RequestError, RequestErrorCode } from './request.ts';

/** Why the switch itself refuses, before or instead of a host. */
export type RefusalReason =
  | 'format-error'
  | 'unknown-terminal'
  | 'terminal-blocked'
  | 'certificate-differs'
  | 'function-not-supported'
  | 'mac-not-supported'
  | 'invalid-amount'
  | 'invalid-card'
  | 'expired-card'
  | 'currency-not-allowed'
  | 'over-terminal-limit'
  | 'card-blocked'
  | 'chip-card-swiped'
  | 'no-route'
  | 'duplicate-differs'
  | 'cryptogram-failed'
  | 'mac-failed'
  | 'key-exchange-failed'
  | 'pin-not-translated'
  | 'security-unavailable'
  | 'host-unavailable'
  | 'overloaded'
  | 'journal-unavailable'
  | 'already-reversed'
  | 'original-not-found'
  | 'original-differs'
  | 'original-used-up'
  | 'original-in-use'
  | 'original-expired'
  | 'not-for-this-merchant'
  | 'not-for-this-terminal'
  | 'no-such-file'
  | 'no-such-file-action'
  | 'batch-closed';

/** The code the terminal reads for each refusal. */
export const refusalCode: Readonly<Record<RefusalReason, string>> = {
  'format-error': '30',
  'unknown-terminal': '03',
  'terminal-blocked': '58',
  'certificate-differs': '63',
  'function-not-supported': '40',
  'mac-not-supported': '40',
  'invalid-amount': '13',
  'invalid-card': '14',
  'expired-card': '54',
  'currency-not-allowed': '12',
  'over-terminal-limit': '61',
  'card-blocked': '62',
  'chip-card-swiped': '58',
  'no-route': '15',
  'duplicate-differs': '94',
  'cryptogram-failed': '82',
  'mac-failed': '88',
  'key-exchange-failed': '79',
  'pin-not-translated': '81',
  'security-unavailable': '96',
  'host-unavailable': '91',
  overloaded: '96',
  'journal-unavailable': '96',
  'already-reversed': '12',
  'original-not-found': '25',
  'original-differs': '64',
  'original-used-up': '64',
  'original-in-use': '19',
  'original-expired': '12',
  'not-for-this-merchant': '58',
  'not-for-this-terminal': '58',
  'no-such-file': '24',
  'no-such-file-action': '27',
  'batch-closed': '12',
};

const ofRequest: Readonly<Record<RequestErrorCode, RefusalReason>> = {
  'message-type': 'function-not-supported',
  'missing-element': 'format-error',
  'bad-element': 'format-error',
  'not-supported': 'function-not-supported',
  'bad-amount': 'invalid-amount',
  'bad-card-number': 'invalid-card',
  'bad-currency': 'currency-not-allowed',
};

/** Why a request that cannot be read is refused: what is asked for in a right form is no format error. */
export function refusalOf({ code, path }: RequestError): RefusalReason {
  // DE 14 and DE 35 that are none are a fault of the message, not of the card.
  if (code === 'bad-card-number' && path !== '2') return 'format-error';
  return ofRequest[code];
}
