// PAN and track data on the chip: 5A, 57, 9F6B, 56 and track 3 (ISO/IEC 7813, ISO/IEC 4909; Book 3
// annex A).
import { toHex, toLatin1 } from '@chipswitch/bytes';
import {
  type Track,
  expiryText,
  hasCheckDigit,
  maskPan,
  parseTrack1,
  parseTrack3,
  unpackTrack2,
} from '@chipswitch/cardholder-data';
import { type DecodeResult, decoded, refused } from './result.ts';

/** A PAN in clear: treat it as such. The text beside it is masked. */
export interface PanValue {
  readonly type: 'pan';
  readonly pan: string;
  /** Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1 annex B). */
  readonly luhn: boolean;
}

/** A track in clear: treat it as such. The text beside it is masked. */
export type TrackValue = Track;

/**
 * Primary account number (5A): format cn, filled with F on the right, at most 19 digits.
 *
 * @example decodePan(fromHex('6799998900000200069F')).ok // true
 */
export function decodePan(value: Uint8Array): DecodeResult<PanValue> {
  if (value.length === 0 || value.length > 10) return refused('length');
  const hex = toHex(value);
  const match = /^(\d{1,19})F*$/.exec(hex);
  if (match === null) return refused('format', Math.max(0, hex.search(/[A-E]|F\d/)) >> 1);
  const pan = match[1];
  return decoded({ type: 'pan', pan, luhn: hasCheckDigit(pan) }, maskPan(pan));
}

function trackLines({ pan, expiry, serviceCode }: Track): string[] {
  return [
    `PAN ${maskPan(pan)}`,
    `Expiry ${expiryText(expiry)}`,
    `Service code ${serviceCode === '' ? 'none' : serviceCode}`,
  ];
}

/**
 * Track 2 equivalent data (57, 9F6B): nibbles, D as separator, F as filler at the end only.
 *
 * @example decodeTrack2(fromHex('4761739001010119D22122011758928889'))
 */
export function decodeTrack2(value: Uint8Array): DecodeResult<TrackValue> {
  const read = unpackTrack2(value);
  if (read.ok) return decoded(read.track, ...trackLines(read.track));
  const { code, offset } = read.error;
  return code === 'length' ? refused(code) : refused(code, offset >> 1);
}

/**
 * Track 1 data (56): format code B, caret as separator, ASCII.
 *
 * @example decodeTrack1(fromAscii('B4761739001010119^CARD/TEST^2212201')).ok // true
 */
export function decodeTrack1(value: Uint8Array): DecodeResult<TrackValue> {
  const read = parseTrack1(toLatin1(value));
  if (read.ok) return decoded(read.track, ...trackLines(read.track));
  const { code, offset } = read.error;
  return code === 'length' ? refused(code) : refused(code, offset);
}

/**
 * Track 3 (ISO/IEC 4909): format code, PAN, separator, then what the issuer put there.
 *
 * @example decodeTrack3('014761739001010119=978').ok // true
 */
export function decodeTrack3(text: string): DecodeResult<TrackValue> {
  const read = parseTrack3(text);
  if (!read.ok) return refused('format', 0);
  const { track } = read;
  return decoded(track, `Format code ${track.formatCode ?? ''}`, `PAN ${maskPan(track.pan)}`);
}
