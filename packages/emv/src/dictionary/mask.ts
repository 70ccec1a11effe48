// Masking of sensitive values: PAN first six and last four, nothing of tracks, names, PINs and
// keys.
import { toHex } from '@chipswitch/bytes';
import type { Sensitivity } from './tag-info.ts';

/**
 * A PAN with all but the first six and last four digits replaced; shorter ones keep the last four.
 *
 * @example maskPan('4761739001010119') // '476173******0119'
 */
export function maskPan(pan: string): string {
  if (pan.length < 8) return '*'.repeat(pan.length);
  const first = pan.length >= 13 ? 6 : 0;
  return pan.slice(0, first) + '*'.repeat(pan.length - first - 4) + pan.slice(-4);
}

/** Hex text of a value with every digit replaced; only its length shows. */
function blank(value: Uint8Array): string {
  return '*'.repeat(value.length * 2);
}

/**
 * A value as hex that is safe to show: whole when not sensitive, else by its kind.
 *
 * @example maskValue(fromHex('4761739001010119'), 'pan') // '476173******0119'
 */
export function maskValue(value: Uint8Array, sensitivity: Sensitivity | undefined): string {
  if (sensitivity === undefined) return toHex(value);
  const hex = toHex(value);
  if (sensitivity === 'pan') {
    const digits = /^(\d+)(F*)$/.exec(hex);
    return digits === null ? blank(value) : maskPan(digits[1]) + digits[2];
  }
  if (sensitivity === 'track2') {
    const track2 = /^(\d{12,19})D/.exec(hex);
    if (track2 !== null) return maskPan(track2[1]) + '*'.repeat(hex.length - track2[1].length);
  }
  return blank(value);
}
