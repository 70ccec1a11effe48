// PAN and track data on the chip: 5A, 57, 9F6B, 56 and track 3 (ISO/IEC 7813, ISO/IEC 4909; Book 3
// annex A).
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { maskPan } from '../dictionary/mask.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** A PAN in clear: treat it as such. The text beside it is masked. */
export interface PanValue {
  readonly type: 'pan';
  readonly pan: string;
  /** Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1 annex B). */
  readonly luhn: boolean;
}

/** A track in clear: treat it as such. The text beside it is masked. */
export interface TrackValue {
  readonly type: 'track1' | 'track2' | 'track3';
  readonly pan: string;
  /** Track 1 only. */
  readonly name?: string;
  /** YYMM; empty where the track has none. */
  readonly expiry: string;
  readonly serviceCode: string;
  readonly discretionary: string;
}

/**
 * Luhn's check over all digits.
 *
 * @example luhnHolds('4761739001010119') // true
 */
export function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}

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
  return decoded({ type: 'pan', pan, luhn: luhnHolds(pan) }, maskPan(pan));
}

/**
 * Fields after the separator: expiry, service code (each may be replaced by a separator), the
 * rest.
 */
function afterPan(rest: string, separator: string): [string, string, string] | undefined {
  let at = 0;
  const take = (length: number): string | undefined => {
    if (rest[at] === separator) {
      at++;
      return '';
    }
    const field = rest.slice(at, at + length);
    if (field.length < length || !/^\d+$/.test(field)) return undefined;
    at += length;
    return field;
  };
  const expiry = take(4);
  const serviceCode = expiry === undefined ? undefined : take(3);
  return expiry === undefined || serviceCode === undefined
    ? undefined
    : [expiry, serviceCode, rest.slice(at)];
}

/**
 * Track 2 equivalent data (57, 9F6B): nibbles, D as separator, F as filler at the end only.
 *
 * @example decodeTrack2(fromHex('4761739001010119D22122011758928889'))
 */
export function decodeTrack2(value: Uint8Array): DecodeResult<TrackValue> {
  if (value.length === 0 || value.length > 19) return refused('length');
  const nibbles = toHex(value).replace(/F+$/, '');
  const separator = nibbles.indexOf('D');
  const pan = nibbles.slice(0, Math.max(separator, 0));
  if (!/^\d{1,19}$/.test(pan)) return refused('format', Math.max(separator, 0) >> 1);
  const fields = afterPan(nibbles.slice(separator + 1), 'D');
  if (fields === undefined) return refused('format', (separator + 1) >> 1);
  const [expiry, serviceCode, discretionary] = fields;
  const bad = discretionary.search(/\D/);
  if (bad >= 0) return refused('format', (nibbles.length - discretionary.length + bad) >> 1);
  return decoded(
    { type: 'track2', pan, expiry, serviceCode, discretionary },
    `PAN ${maskPan(pan)}`,
    `Expiry ${expiry === '' ? 'none' : `20${expiry.slice(0, 2)}-${expiry.slice(2)}`}`,
    `Service code ${serviceCode === '' ? 'none' : serviceCode}`,
  );
}

/**
 * Track 1 data (56): format code B, caret as separator, ASCII.
 *
 * @example decodeTrack1(fromAscii('B4761739001010119^CARD/TEST^2212201')).ok // true
 */
export function decodeTrack1(value: Uint8Array): DecodeResult<TrackValue> {
  if (value.length === 0 || value.length > 76) return refused('length');
  const text = toLatin1(value);
  const match = /^B(\d{1,19})\^([^^]{2,26})\^([\s\S]*)$/.exec(text);
  const fields = match === null ? undefined : afterPan(match[3], '^');
  if (match === null || fields === undefined) return refused('format', 0);
  const [expiry, serviceCode, discretionary] = fields;
  const bad = discretionary.search(/[^ -_]/);
  if (bad >= 0) return refused('format', text.length - discretionary.length + bad);
  const pan = match[1];
  const name = match[2].trimEnd();
  return decoded(
    { type: 'track1', pan, name, expiry, serviceCode, discretionary },
    `PAN ${maskPan(pan)}`,
    `Service code ${serviceCode === '' ? 'none' : serviceCode}`,
  );
}

/**
 * Track 3 (ISO/IEC 4909): format code, PAN, separator, then what the issuer put there.
 *
 * @example decodeTrack3('014761739001010119=978').ok // true
 */
export function decodeTrack3(text: string): DecodeResult<TrackValue> {
  const match = /^(\d{2})(\d{1,19})[=D]([\d=D]*)$/.exec(text);
  if (match === null || text.length > 104) return refused('format', 0);
  const pan = match[2];
  return decoded(
    { type: 'track3', pan, expiry: '', serviceCode: '', discretionary: match[3] },
    `Format code ${match[1]}`,
    `PAN ${maskPan(pan)}`,
  );
}

const interchange: Readonly<Record<string, string>> = {
  1: 'International, chip',
  2: 'International, chip',
  5: 'National, chip',
  6: 'National, chip',
  7: 'Private',
  9: 'Test',
};
const interchangeMagstripe: Readonly<Record<string, string>> = {
  1: 'International',
  5: 'National',
};
const authorisation: Readonly<Record<string, string>> = {
  0: 'Normal authorisation',
  2: 'Online authorisation by issuer',
  4: 'Online authorisation by issuer, unless bilateral agreement',
};
const services: Readonly<Record<string, string>> = {
  0: 'No restrictions, PIN required',
  1: 'No restrictions',
  2: 'Goods and services only',
  3: 'ATM only, PIN required',
  4: 'Cash only',
  5: 'Goods and services only, PIN required',
  6: 'No restrictions, PIN where feasible',
  7: 'Goods and services only, PIN where feasible',
};

/**
 * A service code of three digits (ISO/IEC 7813 section 8.4), in words.
 *
 * @example describeServiceCode('201')[2] // 'No restrictions'
 */
export function describeServiceCode(serviceCode: string): string[] {
  const [first, second, third] = serviceCode;
  return [
    interchangeMagstripe[first] ?? interchange[first] ?? 'Reserved interchange',
    authorisation[second] ?? 'Reserved authorisation',
    services[third] ?? 'Reserved services',
  ];
}
