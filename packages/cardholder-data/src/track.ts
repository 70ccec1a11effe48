// Tracks 1 and 2 of the magnetic stripe and their equivalents on chips (ISO/IEC 7813), track 3 (ISO/IEC 4909).
import { toHex } from '@chipswitch/bytes';

/** What a track says, in clear: treat it as such. */
export interface Track {
  readonly type: 'track1' | 'track2' | 'track3';
  readonly pan: string;
  /** Track 1 only. */
  readonly name?: string;
  /** Track 3 only: two digits in front of the number. */
  readonly formatCode?: string;
  /** YYMM; empty where the track has none. */
  readonly expiry: string;
  /** Three digits; empty where the track has none. */
  readonly serviceCode: string;
  readonly discretionary: string;
}

/** Why a text is no track; `offset` counts characters of the text without sentinels. Never content. */
export interface TrackError {
  readonly code: 'length' | 'format';
  readonly offset: number;
}

/** A track, or why there is none. */
export type TrackResult =
  | { readonly ok: true; readonly track: Track }
  | { readonly ok: false; readonly error: TrackError };

/** Most characters between the sentinels (ISO/IEC 7811-6: 79, 40 and 107 with sentinels and LRC). */
export const trackLengthMax = { track1: 76, track2: 37, track3: 104 } as const;

const failed = (code: TrackError['code'], offset: number): TrackResult => ({
  ok: false,
  error: { code, offset },
});

interface Fields {
  readonly expiry: string;
  readonly serviceCode: string;
  readonly discretionary: string;
}

/**
 * What follows the separator behind number or name: expiry and service code, each of which a further separator may
 * stand for (clauses 7 and 8), then the issuer's own. A track may end at the border of a field.
 *
 * @returns an offset in the text instead, where a field is cut or holds what it must not
 */
function fieldsFrom(text: string, start: number, separator: RegExp): Fields | number {
  let at = start;
  const take = (length: number): string | undefined => {
    if (at >= text.length) return '';
    if (separator.test(text[at])) {
      at++;
      return '';
    }
    const field = text.slice(at, at + length);
    if (field.length < length || !/^\d+$/.test(field)) return undefined;
    at += length;
    return field;
  };
  const expiry = take(4);
  if (expiry === undefined) return at;
  const serviceCode = take(3);
  return serviceCode === undefined ? at : { expiry, serviceCode, discretionary: text.slice(at) };
}

/** A track without what a reader puts around it: sentinel in front, end sentinel and LRC behind. */
function withoutSentinels(text: string, front: RegExp): string {
  return text
    .trim()
    .replace(front, '')
    .replace(/\?[\s\S]?$/, '');
}

/**
 * Track 2 as text, with or without sentinels: number, `=` or `D`, expiry, service code, discretionary data. A
 * format code B in front and filling behind (F, then zeros), as some readers send them, are taken off.
 *
 * @example parseTrack2(';4761739001010119=25122011234?').ok // true
 */
export function parseTrack2(swiped: string): TrackResult {
  const text = withoutSentinels(swiped, /^;?[Bb]?/).replace(/[Ff]+0*$/, '');
  if (text.length === 0 || text.length > trackLengthMax.track2) return failed('length', 0);
  const separator = text.search(/[=Dd]/);
  const pan = text.slice(0, Math.max(separator, 0));
  if (!/^\d{1,19}$/.test(pan)) return failed('format', Math.max(separator, 0));
  const fields = fieldsFrom(text, separator + 1, /[=Dd]/);
  if (typeof fields === 'number') return failed('format', fields);
  const bad = fields.discretionary.search(/\D/);
  if (bad >= 0) return failed('format', text.length - fields.discretionary.length + bad);
  return { ok: true, track: { type: 'track2', pan, ...fields } };
}

/**
 * Track 2 equivalent data (tags 57, 9F6B): nibbles, D as separator, F as filler at the end only. Offsets of errors
 * count nibbles.
 *
 * @example unpackTrack2(Uint8Array.of(0x12, 0x34, 0xd2, 0x51, 0x22, 0x01)).ok // true
 */
export function unpackTrack2(value: Uint8Array): TrackResult {
  if (value.length === 0 || value.length > 19) return failed('length', 0);
  const nibbles = toHex(value).replace(/F+$/, '');
  const stray = nibbles.search(/[A-CEF]/);
  return stray >= 0 ? failed('format', stray) : parseTrack2(nibbles);
}

/**
 * The number in front of the separator of track 2 equivalent data, whatever stands behind: cards send tracks
 * that end too early. 8 to 19 digits, its check digit not looked at.
 *
 * @example panInTrack2(Uint8Array.of(0x47, 0x61, 0x73, 0x90, 0xd2)) // '47617390'
 */
export function panInTrack2(value: Uint8Array): string | undefined {
  return /^(\d{8,19})D/.exec(toHex(value))?.[1];
}

/**
 * Track 1 as text, with or without sentinels: format code B, number, `^`, name, `^`, expiry, service code,
 * discretionary data.
 *
 * @example parseTrack1('%B4761739001010119^CARD/TEST^2512201?').ok // true
 */
export function parseTrack1(swiped: string): TrackResult {
  const text = withoutSentinels(swiped, /^%/);
  if (text.length === 0 || text.length > trackLengthMax.track1) return failed('length', 0);
  const match = /^B(\d{1,19})\^([^^]{2,26})\^/.exec(text);
  if (match === null) return failed('format', 0);
  const [head, pan, name] = match;
  const fields = fieldsFrom(text, head.length, /\^/);
  if (typeof fields === 'number') return failed('format', fields);
  // The six-bit set without the characters that structure a track.
  const bad = fields.discretionary.search(/[^ -_]|[%?]/);
  if (bad >= 0) return failed('format', text.length - fields.discretionary.length + bad);
  return { ok: true, track: { type: 'track1', pan, name: name.trimEnd(), ...fields } };
}

/**
 * Track 3: two digits of format code, number, separator; what the issuer put behind it stays as it is.
 *
 * @example parseTrack3('014761739001010119=978').ok // true
 */
export function parseTrack3(swiped: string): TrackResult {
  const text = withoutSentinels(swiped, /^[;+]/);
  const match = /^(\d{2})(\d{1,19})[=D]([\d=D]*)$/.exec(text);
  if (match === null || text.length > trackLengthMax.track3) return failed('format', 0);
  const [, formatCode, pan, discretionary] = match;
  const track = { type: 'track3', formatCode, pan, expiry: '', serviceCode: '', discretionary };
  return { ok: true, track: track as Track };
}

const readers = {
  '%': [parseTrack1],
  ';': [parseTrack2, parseTrack3],
  '+': [parseTrack3],
} as const;

/** Tracks that one swipe may give. */
const swipeTracksMax = 3;

/**
 * All tracks of one swipe, in any order, as a keyboard reader types them: each begins with its sentinel (`%` track
 * 1, `;` track 2 or 3, `+` track 3) and ends with `?`, which no track may hold; blanks and line ends may lie between.
 *
 * @returns undefined when anything in it is no track
 * @example parseSwipe('%B4761739001010119^A/B^2512201?;4761739001010119=2512201?')?.length // 2
 */
export function parseSwipe(text: string): readonly Track[] | undefined {
  const tracks: Track[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const parts = /^([%;+])[^?]*(?:\?(?:[^%;+\s])?|$)\s*/.exec(rest);
    if (parts === null || tracks.length === swipeTracksMax) return undefined;
    const [whole, sentinel] = parts;
    const read = readers[sentinel as keyof typeof readers]
      .map((reader) => reader(whole.trim()))
      .find((result) => result.ok);
    if (read === undefined || !read.ok) return undefined;
    tracks.push(read.track);
    rest = rest.slice(whole.length);
  }
  return tracks.length === 0 ? undefined : tracks;
}
