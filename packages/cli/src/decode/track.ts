// Tracks 1 and 2 as text or packed, and bare account numbers (ISO/IEC 7813, 7812-1): masked.
import { given } from '@chipswitch/bytes';
import {
  type Track,
  expiryText,
  hasCheckDigit,
  issuerRangeOf,
  maskPan,
  parseSwipe,
  parseTrack1,
  parseTrack2,
  unpackTrack2,
} from '@chipswitch/cardholder-data';
import type { Input } from '../frame/input.ts';
import { type Refusal, type Report, undecodable } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { type Guess, report } from './guess.ts';

function trackReport(track: Track, context: Context): Report {
  const { unsafe } = context;
  const { type, pan, expiry, serviceCode, discretionary, name } = track;
  const luhn = hasCheckDigit(pan);
  const data = {
    type,
    pan: unsafe ? pan : maskPan(pan),
    luhn,
    expiry,
    serviceCode,
    ...(unsafe ? { discretionary, ...given({ name }) } : {}),
  };
  const lines = [
    `PAN ${maskPan(pan)}`,
    ...(type === 'track3'
      ? []
      : [
          `Expiry ${expiryText(expiry)}`,
          `Service code ${serviceCode === '' ? 'none' : serviceCode}`,
        ]),
  ];
  const check = luhn ? [] : [context.paint('warn', '! the check digit is wrong (Luhn)')];
  const clear = unsafe ? [`${pan} ${expiry} ${serviceCode} ${discretionary}`] : [];
  return report(data, () => [...lines, ...clear, ...check]);
}

/** A track of the kind asked for out of what a reader typed, which may be a swipe with several. */
function trackOf(type: Track['type'], input: Input): Track | undefined {
  const text = (input.text ?? '').trim();
  const swiped = parseSwipe(text)?.find((track) => track.type === type);
  if (swiped !== undefined) return swiped;
  const read = type === 'track1' ? parseTrack1(text) : parseTrack2(text);
  return read.ok ? read.track : undefined;
}

/** Track 2 as text, or as packed digits with D and a trailing F. */
function track2Of(input: Input): Track | undefined {
  const typed = trackOf('track2', input);
  if (typed !== undefined) return typed;
  for (const { how, bytes } of input.readings) {
    const read = how === 'text' ? undefined : unpackTrack2(bytes);
    if (read?.ok === true) return read.track;
  }
  return undefined;
}

/** `decode track2`. */
export function readTrack2(input: Input, context: Context): Report | Refusal {
  const track = track2Of(input);
  if (track !== undefined) return trackReport(track, context);
  return undecodable(
    'NOT_TRACK2',
    'this is no track 2',
    'track 2 is PAN, = or D, expiry, service code, and at most 37 digits',
  );
}

/** `decode track1`. */
export function readTrack1(input: Input, context: Context): Report | Refusal {
  const track = trackOf('track1', input);
  if (track !== undefined) return trackReport(track, context);
  return undecodable(
    'NOT_TRACK1',
    'this is no track 1',
    'track 1 is B, PAN, ^, name, ^, expiry, service code',
  );
}

/** All tracks of a swipe, one after the other. */
function swipeReport(tracks: readonly Track[], context: Context): Report {
  const reports = tracks.map((track) => trackReport(track, context));
  return report({ tracks: reports.map(({ data }) => data) }, () =>
    reports.flatMap((one, i) => [
      context.paint('name', tracks[i].type.replace('track', 'track ')),
      ...one.text().map((line) => `  ${line}`),
    ]),
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
  const luhn = hasCheckDigit(digits);
  const brand = issuerRangeOf(digits)?.brand;
  return report({ pan: shown, length: digits.length, luhn, ...given({ brand }) }, () => [
    `${context.paint('value', shown)}  ${digits.length} digits${brand === undefined ? '' : `, ${brand}`}`,
    luhn ? 'check digit right' : context.paint('warn', '! the check digit is wrong (Luhn)'),
  ]);
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
  const tracks = parseSwipe(input.text ?? '') ?? [];
  if (tracks.length > 1) add('tracks', 'tracks of one swipe', 98, swipeReport(tracks, context));
  add('track2', 'track 2', 96, readTrack2(input, context));
  add('track1', 'track 1', 97, readTrack1(input, context));
  const digits = (input.text ?? '').replaceAll(/[ -]/g, '');
  if (/^\d{13,19}$/.test(digits) && hasCheckDigit(digits))
    add('pan', 'account number (PAN)', 78, readPan(input, context));
  return guesses;
}
