// What an amount makes the host do: cents choose the response code, some whole amounts a fault. It is
// the table of the sandbox's README, so that every outcome can be asked for from any terminal.

/** How the host behaves, beside deciding. */
export type HostFault =
  | { readonly type: 'slow'; readonly ms: number }
  | { readonly type: 'no-answer' }
  | { readonly type: 'late-answer' }
  | { readonly type: 'answer-twice' }
  | { readonly type: 'malformed' }
  | { readonly type: 'reset' }
  | { readonly type: 'wrong-arpc' }
  | { readonly type: 'other-stan' }
  | { readonly type: 'decline-first' };

/** What an amount asks for. */
export interface AmountWish {
  /** Response code asked for by the cents; undefined leaves the decision to the issuer. */
  readonly responseCode?: string;
  readonly fault?: HostFault;
}

const codesByCents = new Set([
  '01',
  '05',
  '10',
  '12',
  '14',
  '41',
  '43',
  '51',
  '54',
  '55',
  '57',
  '61',
  '65',
  '75',
  '91',
  '96',
]);

function faultOf(whole: bigint, cents: number): HostFault | undefined {
  switch (whole) {
    case 9001n:
      return { type: 'slow', ms: cents * 100 };
    case 9002n:
      return { type: 'no-answer' };
    case 9003n:
      return { type: 'late-answer' };
    case 9004n:
      return { type: 'answer-twice' };
    case 9005n:
      return { type: 'malformed' };
    case 9006n:
      return { type: 'reset' };
    case 9008n:
      return { type: 'wrong-arpc' };
    case 9009n:
      return { type: 'other-stan' };
    case 9010n:
      return { type: 'decline-first' };
    default:
      return undefined;
  }
}

/**
 * Reads the wish out of an amount in minor units of a currency with two decimals.
 *
 * @example wishOfAmount(1251n).responseCode // '51'
 */
export function wishOfAmount(amountMinor: bigint): AmountWish {
  const cents = String(amountMinor % 100n).padStart(2, '0');
  const fault = faultOf(amountMinor / 100n, Number(cents));
  if (fault !== undefined) return { fault };
  return codesByCents.has(cents) ? { responseCode: cents } : {};
}
