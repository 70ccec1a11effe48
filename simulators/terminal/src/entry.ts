// How card data came in: DE 22, the magnetic stripe, and when the stripe may be used at all
// (ISO 8583:1987 DE 22; Book 4 11.2; ISO/IEC 7813 service code).

import { parseTrack2, serviceCodeSaysChip } from '@chipswitch/cardholder-data';

/** Ways of reading a card. */
export type EntryMethod = 'chip' | 'contactless' | 'swipe' | 'fallback' | 'manual' | 'on-file';

const methodDigits: Record<EntryMethod, string> = {
  chip: '05',
  contactless: '07',
  swipe: '90',
  fallback: '80',
  manual: '01',
  'on-file': '10',
};

/** DE 22: how the number was read, and whether a PIN can be (1) or cannot be (2) entered. */
export function entryMode(method: EntryMethod, pinCapable: boolean): string {
  return `${methodDigits[method]}${pinCapable ? '1' : '2'}`;
}

/** What a payment needs of a stripe. */
export interface Stripe {
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: string;
  /** The whole track without sentinels, `=` as separator. */
  readonly text: string;
}

/**
 * Reads track 2 for a payment, which needs number, expiry and service code.
 *
 * @returns undefined when one is missing; the text is never repeated in an error.
 */
export function readStripe(swiped: string): Stripe | undefined {
  const read = parseTrack2(swiped);
  if (!read.ok) return undefined;
  const { pan, expiry, serviceCode, discretionary } = read.track;
  if (pan.length < 12 || expiry === '' || serviceCode === '') return undefined;
  return { pan, expiry, serviceCode, text: `${pan}=${expiry}${serviceCode}${discretionary}` };
}

/** What a swipe leads to. */
export type SwipeDecision =
  | { readonly allowed: true; readonly method: 'swipe' | 'fallback' }
  | { readonly allowed: false; readonly reason: 'use-chip' | 'fallback-not-allowed' };

/**
 * A chip card may be swiped only after its chip failed, and only where fallback is allowed.
 *
 * @param chipFailed the chip was tried in this transaction and the kernel ended in `fallback`
 */
export function decideSwipe(
  track: Stripe,
  chipFailed: boolean,
  fallbackAllowed: boolean,
): SwipeDecision {
  if (!serviceCodeSaysChip(track.serviceCode)) return { allowed: true, method: 'swipe' };
  if (!chipFailed) return { allowed: false, reason: 'use-chip' };
  if (!fallbackAllowed) return { allowed: false, reason: 'fallback-not-allowed' };
  return { allowed: true, method: 'fallback' };
}
