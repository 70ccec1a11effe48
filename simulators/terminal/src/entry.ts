// How card data came in: DE 22, the magnetic stripe, and when the stripe may be used at all
// (ISO 8583:1987 DE 22; Book 4 11.2; ISO/IEC 7813 service code).

/** Ways of reading a card. */
export type EntryMethod = 'chip' | 'contactless' | 'swipe' | 'fallback' | 'manual';

const methodDigits: Record<EntryMethod, string> = {
  chip: '05',
  contactless: '07',
  swipe: '90',
  fallback: '80',
  manual: '01',
};

/** DE 22: how the number was read, and whether a PIN can be (1) or cannot be (2) entered. */
export function entryMode(method: EntryMethod, pinCapable: boolean): string {
  return `${methodDigits[method]}${pinCapable ? '1' : '2'}`;
}

/** Track 2 taken apart. */
export interface Track2 {
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: string;
  /** The whole track without sentinels. */
  readonly text: string;
}

/**
 * Reads track 2 (ISO/IEC 7813): sentinels and LRC are taken off, `=` and `D` both separate.
 *
 * @returns undefined when it is none; the text is never repeated in an error.
 */
export function parseTrack2(swiped: string): Track2 | undefined {
  const text = swiped.replace(/^;/, '').replace(/\?.?$/, '');
  const match = /^(\d{12,19})[=D](\d{4})(\d{3})(\d*)$/.exec(text);
  if (!match || text.length > 37) return undefined;
  const [, pan, expiry, serviceCode] = match;
  return { pan, expiry, serviceCode, text: text.replace('D', '=') };
}

/** Whether the stripe says that there is a chip: first digit of the service code 2 or 6. */
export function hasChip(track: Track2): boolean {
  return track.serviceCode.startsWith('2') || track.serviceCode.startsWith('6');
}

/** Whether the stripe asks for a PIN: third digit 0, 3, 5, 6 or 7 (ISO/IEC 7813 table 3). */
export function stripeWantsPin(track: Track2): boolean {
  return '03567'.includes(track.serviceCode[2]);
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
  track: Track2,
  chipFailed: boolean,
  fallbackAllowed: boolean,
): SwipeDecision {
  if (!hasChip(track)) return { allowed: true, method: 'swipe' };
  if (!chipFailed) return { allowed: false, reason: 'use-chip' };
  if (!fallbackAllowed) return { allowed: false, reason: 'fallback-not-allowed' };
  return { allowed: true, method: 'fallback' };
}
