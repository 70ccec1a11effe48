// Expiry dates of cards: YYMM on tracks and in DE 14, year and month in tag 5F24; good through the month's last day.

/** Year of four digits and month 1 to 12. */
export interface Expiry {
  readonly year: number;
  readonly month: number;
}

/** What the four digits say. */
export type ExpiryResult =
  | { readonly ok: true; readonly expiry: Expiry | 'none' }
  | { readonly ok: false };

/**
 * Reads YYMM: 0000 and nothing at all mean that none is given; years 50 to 99 are of the last century (EMV Book 2
 * 5.1 and Book 4 6.7.3 for two-digit years), 00 to 49 of this one.
 *
 * @example parseExpiry('2512') // { ok: true, expiry: { year: 2025, month: 12 } }
 */
export function parseExpiry(yymm: string): ExpiryResult {
  if (yymm === '' || yymm === '0000') return { ok: true, expiry: 'none' };
  if (!/^\d{2}(?:0[1-9]|1[0-2])$/.test(yymm)) return { ok: false };
  const year = Number(yymm.slice(0, 2));
  return {
    ok: true,
    expiry: { year: year < 50 ? 2000 + year : 1900 + year, month: Number(yymm.slice(2)) },
  };
}

/**
 * YYMM for people; `none` where it says so, the digits themselves where they are no month.
 *
 * @example expiryText('2512') // '2025-12'
 */
export function expiryText(yymm: string): string {
  const read = parseExpiry(yymm);
  if (!read.ok) return yymm;
  const { expiry } = read;
  return expiry === 'none' ? 'none' : `${expiry.year}-${String(expiry.month).padStart(2, '0')}`;
}

/**
 * Whether a card is past its month on a date (YYYY-MM-DD). A card without expiry never is; digits that are no
 * month count as past.
 *
 * @example isExpired('2512', '2025-12-31') // false
 */
export function isExpired(yymm: string, date: string): boolean {
  const read = parseExpiry(yymm);
  if (!read.ok) return true;
  return read.expiry !== 'none' && expiryText(yymm) < date.slice(0, 7);
}
