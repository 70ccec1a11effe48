// Numbers an input may hold, and a net that hides their digits wherever they come out again.
import { toHex } from '@chipswitch/bytes';
import { panDigitsMax, panDigitsMin } from './card-number.ts';
import { mayBeCardNumber } from './search.ts';

/** Suspects looked for in one input: what a run of four thousand digits holds. */
const suspectsMax = 4096;
const runDigitsMax = 4096;

/** Every window of a run of digits that could be a card number. */
function windowsOf(run: string, found: Set<string>): void {
  const digits = run.slice(0, runDigitsMax);
  for (let start = 0; start + panDigitsMin <= digits.length; start++) {
    for (
      let length = panDigitsMin;
      length <= panDigitsMax && start + length <= digits.length;
      length++
    ) {
      if (found.size >= suspectsMax) return;
      const candidate = digits.slice(start, start + length);
      if (mayBeCardNumber(candidate)) found.add(candidate);
    }
  }
}

/**
 * What could be a card number anywhere in bytes, over the borders of whatever they consist of: as packed
 * digits, as ASCII or EBCDIC characters. Many are none; the answer is for bytes whose meaning is not certain.
 *
 * @example cardNumbersIn([Uint8Array.of(0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x01, 0x19)]) // ['4761739001010119']
 */
export function cardNumbersIn(inputs: readonly Uint8Array[]): string[] {
  const found = new Set<string>();
  for (const bytes of inputs) {
    const hex = toHex(bytes);
    for (const [run] of hex.matchAll(/\d{13,}/g)) windowsOf(run, found);
    for (const [run] of hex.matchAll(/(?:3\d){13,}|(?:F\d){13,}/g))
      windowsOf(run.replaceAll(/.(.)/g, '$1'), found);
  }
  return [...found];
}

/** So many digits in a row give a number away beyond its first six or last four. */
const windowDigits = 7;

/** Ways in which digits come out: as they are, as hex of ASCII, as hex of EBCDIC. */
const zones = ['', '3', 'F'] as const;

/** Which digits of a window are to be hidden, one bit each, by the window's digits. */
function windowsToHide(numbers: readonly string[]): Map<string, number> {
  const windows = new Map<string, number>();
  for (const pan of numbers) {
    for (let start = 0; start + windowDigits <= pan.length; start++) {
      const window = pan.slice(start, start + windowDigits);
      // A row of one digit stands everywhere and says nothing.
      if (/^(\d)\1*$/.test(window)) continue;
      let bits = windows.get(window) ?? 0;
      for (let i = 0; i < windowDigits; i++)
        if (start + i >= 6 && start + i < pan.length - 4) bits |= 1 << i;
      windows.set(window, bits);
    }
  }
  return windows;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Seven digits that begin at a place, each behind its zone; undefined when there are not so many. */
function windowAt(text: string, at: number, zone: string): string | undefined {
  let digits = '';
  let place = at;
  for (let i = 0; i < windowDigits; i++) {
    if (zone !== '' && text[place++] !== zone) return undefined;
    if (!isDigit(text.charCodeAt(place))) return undefined;
    digits += text[place++];
  }
  return digits;
}

function markZone(
  text: string,
  zone: string,
  windows: ReadonlyMap<string, number>,
  hidden: Uint8Array,
): void {
  const width = zone.length + 1;
  for (let at = 0; at + windowDigits * width <= text.length; at++) {
    const window = windowAt(text, at, zone);
    const bits = window === undefined ? 0 : (windows.get(window) ?? 0);
    for (let i = 0; i < windowDigits; i++)
      if ((bits & (1 << i)) !== 0) hidden.fill(1, at + i * width, at + (i + 1) * width);
  }
}

/**
 * A net for texts: wherever seven digits of one of the numbers stand in a row, in any form, those beyond its
 * first six and last four are hidden.
 *
 * @example maskingNet(['4761739001010119'])('7617390') // '76173**'
 */
export function maskingNet(numbers: readonly string[]): (text: string) => string {
  if (numbers.length === 0) return (text) => text;
  const windows = windowsToHide(numbers);
  return (text) => {
    const hidden = new Uint8Array(text.length);
    for (const zone of zones) markZone(text, zone, windows, hidden);
    if (!hidden.includes(1)) return text;
    let clean = '';
    for (let i = 0; i < text.length; i++) clean += hidden[i] === 1 ? '*' : text[i];
    return clean;
  };
}
