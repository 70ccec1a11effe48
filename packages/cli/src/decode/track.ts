// Tracks 1 and 2 as text or packed, and bare account numbers (ISO/IEC 7813, 7812-1): masked.
import { toHex } from '@chipswitch/bytes';
import { decodeTrack1, decodeTrack2, luhnHolds, maskPan, type TrackValue } from '@chipswitch/emv';
import { brandOf } from '../card/scheme.ts';
import type { Input } from '../frame/input.ts';
import { type Refusal, type Report, undecodable } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { type Guess, report } from './guess.ts';

function trackReport(track: TrackValue, texts: readonly string[], context: Context): Report {
  const { unsafe } = context;
  const { type, pan, expiry, serviceCode } = track;
  const shownPan = unsafe ? pan : maskPan(pan);
  const luhn = luhnHolds(pan);
  const data = {
    type,
    pan: shownPan,
    luhn,
    expiry,
    serviceCode,
    ...(unsafe
      ? {
          discretionary: track.discretionary,
          ...(track.name === undefined ? {} : { name: track.name }),
        }
      : {}),
  };
  const check = luhn ? [] : [context.paint('warn', '! the check digit is wrong (Luhn)')];
  const clear = unsafe ? [`${pan} ${expiry} ${serviceCode} ${track.discretionary}`] : [];
  return report(data, () => [...texts, ...clear, ...check]);
}

/** Track 2 as text (`;…=…?`), or packed digits with D and a trailing F. */
function track2Of(input: Input): Uint8Array | undefined {
  const text = input.text?.replace(/^;/, '').replace(/\?.?$/, '').trim();
  if (text !== undefined && /^\d{8,19}[=D]\d{4,}$/i.test(text)) {
    const digits = text.toUpperCase().replace('=', 'D');
    return new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `${digits}F`, 'hex'));
  }
  return input.readings
    .filter(({ how }) => how !== 'text')
    .find(({ bytes }) => bytes.length <= 20 && /^\d{8,19}D\d{4,}F?$/.test(toHex(bytes)))?.bytes;
}

/** `decode track2`. */
export function readTrack2(input: Input, context: Context): Report | Refusal {
  const bytes = track2Of(input) ?? input.readings[0].bytes;
  const result = decodeTrack2(bytes);
  if (result.ok) return trackReport(result.data, result.text, context);
  return undecodable(
    'NOT_TRACK2',
    'this is no track 2',
    'track 2 is PAN, = or D, expiry, service code, and at most 37 digits',
  );
}

/** `decode track1`. */
export function readTrack1(input: Input, context: Context): Report | Refusal {
  const text = (input.text ?? '').replace(/^%/, '').replace(/\?.?$/, '');
  const result = decodeTrack1(new Uint8Array(Buffer.from(text, 'latin1')));
  if (result.ok) return trackReport(result.data, result.text, context);
  return undecodable(
    'NOT_TRACK1',
    'this is no track 1',
    'track 1 is B, PAN, ^, name, ^, expiry, service code',
  );
}

/** A bare account number. */
export function readPan(input: Input, context: Context): Report | Refusal {
  const digits = (input.text ?? '').replaceAll(/[ -]/g, '');
  if (!/^\d{8,19}$/.test(digits))
    return undecodable(
      'NOT_A_PAN',
      'this is no account number',
      'an account number has 8 to 19 digits',
    );
  const shown = context.unsafe ? digits : maskPan(digits);
  const luhn = luhnHolds(digits);
  const brand = brandOf(digits);
  return report(
    { pan: shown, length: digits.length, luhn, ...(brand === undefined ? {} : { brand }) },
    () => [
      `${context.paint('value', shown)}  ${digits.length} digits${brand === undefined ? '' : `, ${brand}`}`,
      luhn ? 'check digit right' : context.paint('warn', '! the check digit is wrong (Luhn)'),
    ],
  );
}

/** Guesses at tracks and account numbers. */
export function recogniseTracks(input: Input, context: Context): readonly Guess[] {
  const guesses: Guess[] = [];
  const add = (kind: string, title: string, certainty: number, read: Report | Refusal): void => {
    if (!read.ok) return;
    guesses.push({
      kind,
      title,
      certainty,
      reason: 'by its separators and length',
      reading: 'text',
      show: () => read,
    });
  };
  if (track2Of(input) !== undefined) add('track2', 'track 2', 96, readTrack2(input, context));
  if (/^%?B\d{8,19}\^/.test(input.text ?? ''))
    add('track1', 'track 1', 97, readTrack1(input, context));
  const digits = (input.text ?? '').replaceAll(/[ -]/g, '');
  if (/^\d{13,19}$/.test(digits) && luhnHolds(digits))
    add('pan', 'account number (PAN)', 78, readPan(input, context));
  return guesses;
}
