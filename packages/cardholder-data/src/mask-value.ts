// Values as they may be shown or shared: text of data elements, bytes of data objects; by the kind of what they hold.
import { fromHex, toHex } from '@chipswitch/bytes';
import { maskPan } from './card-number.ts';
import {
  type Cover,
  coverCardNumberCodes,
  coverDelimitedNumbers,
  coverCardNumbersInHex,
  maskCardNumbers,
} from './search.ts';
import type { ElementSensitivity } from './sensitive-elements.ts';
import {
  type NumberSearch,
  type TagSensitivity,
  numberSearchIn,
  tagSensitivity,
} from './sensitive-tags.ts';

function maskTrack2(track: string): string {
  const separator = track.search(/[=Dd^]/);
  if (separator < 0) return track.slice(0, 6) + '*'.repeat(Math.max(0, track.length - 6));
  const rest = '*'.repeat(track.length - separator - 1);
  return maskPan(track.slice(0, separator)) + track[separator] + rest;
}

function maskTrack1(track: string): string {
  const separator = track.indexOf('^');
  const format = /^[%]?[A-Za-z]/.exec(track)?.[0] ?? '';
  if (separator < 0) return format + '*'.repeat(track.length - format.length);
  const pan = maskPan(track.slice(format.length, separator).replaceAll(/[^0-9]/g, '*'));
  return format + pan + track.slice(separator).replaceAll(/[^^]/g, '*');
}

/**
 * The text of a data element as it may be shown.
 *
 * @example maskText('track2', '4111111111111111=2912') // '411111******1111=****'
 */
export function maskText(sensitivity: ElementSensitivity, text: string): string {
  switch (sensitivity) {
    case 'none':
      return text;
    case 'text':
      return maskCardNumbers(text);
    case 'pan':
      return maskPan(text);
    case 'track1':
      return maskTrack1(text);
    case 'track2':
    case 'track3':
      return maskTrack2(text);
    case 'expiry':
    case 'pin':
    case 'secret':
    case 'emv':
      return '*'.repeat(text.length);
  }
}

/**
 * The same with zeros instead of asterisks, for text that is to be encoded again.
 *
 * @example zeroText('pan', '4111111111111111') // '4111110000001111'
 */
export function zeroText(sensitivity: ElementSensitivity, text: string): string {
  return maskText(sensitivity, text).replaceAll('*', (_star, at: number) =>
    text[at] === '*' ? '*' : '0',
  );
}

/** What is known of a value: what it holds, or where a card number may hide in it. */
export type Judgement = TagSensitivity | NumberSearch;

/**
 * What is known of the value of a primitive data object by its tag (hex, capitals) and length alone.
 *
 * @example judgeObject('9F0B', 27) // 'name'
 */
export function judgeObject(tag: string, lengthBytes: number): Judgement {
  return tagSensitivity(tag) ?? numberSearchIn(tag, lengthBytes);
}

/** Printable characters of ASCII and ISO 8859 only. */
function isText(value: Uint8Array): boolean {
  return value.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte >= 0xa0);
}

function coverDigits(digits: string, cover: Cover): string {
  const masked = maskPan(digits);
  return cover === '*' ? masked : masked.replaceAll('*', '0');
}

/**
 * Bytes as hex that is safe to show, covered by what is known of them: of a card number first six and last four
 * digits stay, of anything else that is sensitive nothing but its length.
 *
 * @example maskBytes('pan', Uint8Array.of(0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x01, 0x19)) // '476173******0119'
 */
export function maskBytes(judgement: Judgement, value: Uint8Array, cover: Cover = '*'): string {
  const hex = toHex(value);
  switch (judgement) {
    case 'nowhere':
      return hex;
    case 'delimited':
      return coverDelimitedNumbers(hex, cover);
    case 'characters':
      // Bytes that are no characters are not the text they should be.
      return isText(value) ? coverCardNumberCodes(hex, cover) : coverDelimitedNumbers(hex, cover);
    case 'anywhere':
      return coverCardNumbersInHex(hex, cover);
    case 'pan': {
      const digits = /^(\d+)(F*)$/.exec(hex);
      return digits === null ? cover.repeat(hex.length) : coverDigits(digits[1], cover) + digits[2];
    }
    case 'track2': {
      const pan = /^(\d{12,19})D/.exec(hex)?.[1];
      if (pan === undefined) return cover.repeat(hex.length);
      const rest = hex.slice(pan.length);
      // Zeros keep separators and filler, so that the track still reads as one.
      const covered = cover === '*' ? '*'.repeat(rest.length) : rest.replaceAll(/[^DF]/g, '0');
      return coverDigits(pan, cover) + covered;
    }
    case 'track1':
    case 'track':
    case 'name':
    case 'account':
    case 'expiry':
    case 'pin':
    case 'cvv':
    case 'secret':
      return cover.repeat(hex.length);
  }
}

/**
 * A copy of bytes with zeros in place of what `maskBytes` hides.
 *
 * @example zeroBytes('name', Uint8Array.of(0x41, 0x42)) // Uint8Array.of(0, 0)
 */
export function zeroBytes(judgement: Judgement, value: Uint8Array): Uint8Array {
  return fromHex(maskBytes(judgement, value, '0'));
}
