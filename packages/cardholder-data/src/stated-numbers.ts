// The card numbers that a message itself states (DE 2, tracks, tags 5A and 57), and their cover: wherever one of them
// stands whole in that message, in any encoding and under any name, only first six and last four digits show.
import { toHex } from '@chipswitch/bytes';
import { maskPan, panDigitsMax } from './card-number.ts';
import type { Cover } from './search.ts';
import type { ElementSensitivity } from './sensitive-elements.ts';
import type { TagSensitivity } from './sensitive-tags.ts';

/** Shorter numbers are not looked for: an amount may be the same by chance. */
const statedDigitsMin = 12;

/** Numbers that one message may state; what is more is somebody's attempt. */
const statedNumbersMax = 32;

/** Where in a value the number stands: behind a start sentinel, format code or format number. */
const places: Readonly<Partial<Record<ElementSensitivity | TagSensitivity, RegExp>>> = {
  pan: /^\D{0,2}(\d{12,19})/,
  track1: /^%?[A-Za-z]?(\d{12,19})/,
  track2: /^;?[Bb]?(\d{12,19})/,
  track3: /^[;+]?\d\d(\d{12,19})/,
};

/**
 * The card number that a value states, by what it holds; its check digit is not looked at.
 *
 * @param value text of an element, or bytes: packed digits, of track 1 characters
 * @example statedNumber('track2', '4111111111111111=2912') // '4111111111111111'
 */
export function statedNumber(
  sensitivity: ElementSensitivity | TagSensitivity | undefined,
  value: string | Uint8Array,
): string | undefined {
  const place = sensitivity === undefined ? undefined : places[sensitivity];
  if (place === undefined) return undefined;
  if (typeof value === 'string') return place.exec(value)?.[1];
  const text = sensitivity === 'track1' ? String.fromCharCode(...value.subarray(0, 32)) : '';
  return place.exec(text)?.[1] ?? /^(\d{12,19})/.exec(toHex(value))?.[1];
}

/**
 * Hides stated numbers in text, and in bytes as hex (capitals). Where a value is masked already, `masked` is that form of
 * it, of the same length: the number is looked for in the clear one, since a mask may cut it.
 */
export interface NumberCover {
  text(text: string, cover?: Cover, masked?: string): string;
  hex(hex: string, cover?: Cover, masked?: string): string;
}

/** A form in which digits come: what stands before each, and how a track goes on behind the last. */
interface Form {
  readonly zone: string;
  /** What may stand between groups of digits. */
  readonly gap?: string;
  readonly tail?: RegExp;
}

// Packed; characters in ASCII and EBCDIC; hex text of those as characters; characters of two bytes.
const formsInHex: readonly Form[] = [
  { zone: '', tail: /D[\dD]*/y },
  { zone: '3', gap: '(?:20|2D|2E)', tail: /(?:3D|44|5E)(?:(?!3F)[2-7].)*/y },
  { zone: 'F', gap: '(?:40|60|4B)', tail: /(?:7E|C4|5F|B0)(?:(?!6F)[4-9A-F].)*/y },
  ...['333', '463', '663', 'F3F', 'C6F', '86F', '003'].map((zone) => ({ zone })),
];
// Digits as they are; hex text of characters.
const formsInText: readonly Form[] = [
  { zone: '', gap: '[ .-]', tail: /=[\d=D]*|D[\dD]*|\^[^?\r\n]*/y },
  { zone: '3' },
  { zone: 'F' },
];

/** A text, character by character, and how it is covered. */
interface Covering {
  readonly text: string;
  readonly out: string[];
  readonly cover: Cover;
}

function hide({ text, out, cover }: Covering, start: number, zone: string): void {
  const zeros = `${zone}0`;
  for (let i = 0; i < zeros.length; i++) {
    const isSeparator = zone === '' && /[^\dA-Z]/i.test(text[start]);
    if (!isSeparator) out[start + i] = cover === '*' ? '*' : zeros[i];
  }
}

/** Hides what stands behind a number as the rest of a track; its separator stays. */
function hideTail(covering: Covering, end: number, { zone, tail }: Form): void {
  if (tail === undefined) return;
  tail.lastIndex = end;
  const length = tail.exec(covering.text)?.[0].length ?? 0;
  const width = zone.length + 1;
  for (let at = end + width; at < end + length; at += width) hide(covering, at, zone);
}

/** A number in one form. */
interface Sought {
  readonly number: string;
  readonly form: Form;
  readonly lengthMin: number;
}

/** What stands in every text that holds it: all of it, or the digit in front of the first possible gap. */
function needleOf({ number, form: { zone, gap } }: Sought): string {
  const digits = gap === undefined ? number : number.slice(0, 1);
  return zone === '' ? digits : digits.replaceAll(/./g, `${zone}$&`);
}

/** Where it stands in a text, digit by digit. */
function foundIn(text: string, { number, form }: Sought): RegExpExecArray[] {
  const gap = form.gap === undefined ? '' : `${form.gap}?`;
  const digits = number.split('').map((digit) => `${form.zone}(${digit})`);
  return [...text.matchAll(new RegExp(digits.join(gap), 'dg'))];
}

function hideNumber(covering: Covering, { number, form }: Sought, found: RegExpExecArray): void {
  const shown = maskPan(number);
  found.indices?.slice(1).forEach((place, i) => {
    if (place !== undefined && shown[i] === '*')
      hide(covering, place[0] - form.zone.length, form.zone);
  });
  hideTail(covering, found.index + found[0].length, form);
}

function coverIn(text: string, sought: readonly Sought[], cover: Cover, masked: string): string {
  let covering: Covering | undefined;
  for (const one of sought) {
    // Most values are too short for most forms.
    if (text.length < one.lengthMin || !text.includes(needleOf(one))) continue;
    for (const found of foundIn(text, one)) {
      covering ??= { text, out: masked.split(''), cover };
      hideNumber(covering, one, found);
    }
  }
  return covering?.out.join('') ?? masked;
}

/**
 * What hides the card numbers that a message states wherever they stand in it: packed at either half of a byte, as
 * characters in ASCII or EBCDIC, as hex text of any of these, digits in groups; the rest of a track behind one, too.
 *
 * @example coverStated(['4111111111111111']).hex('FF04111111111111111F') // 'FF0411111******1111F'
 */
export function coverStated(numbers: readonly string[]): NumberCover {
  // A row of one digit stands everywhere and says nothing; none begins with a zero, as an amount does.
  const wanted = [...new Set(numbers)]
    .filter((number) => number.length >= statedDigitsMin && number.length <= panDigitsMax)
    .filter((number) => !/^(?:0|(\d)\1*$)/.test(number))
    .slice(0, statedNumbersMax);
  const soughtIn = (forms: readonly Form[]): Sought[] =>
    wanted.flatMap((number) =>
      forms.map((form) => ({ number, form, lengthMin: number.length * (form.zone.length + 1) })),
    );
  let [inText, inHex]: (readonly Sought[] | undefined)[] = [];
  return {
    text: (text, cover = '*', masked = text) =>
      coverIn(text.toUpperCase(), (inText ??= soughtIn(formsInText)), cover, masked),
    hex: (hex, cover = '*', masked = hex) =>
      coverIn(hex, (inHex ??= soughtIn(formsInHex)), cover, masked),
  };
}
