// Ranges of card numbers (ISO/IEC 7812-1: up to 19 digits, the issuer's eight leading), as a prefix or from … to.

/** Where a row says which card numbers it is for: `prefix`, or `from` and `to` of equal length. */
export interface StatedRange {
  /** Leading digits, 1 to 12. */
  readonly prefix?: string;
  /** First and last number of the range, 1 to 19 digits; shorter ones stand for all numbers that begin so. */
  readonly from?: string;
  readonly to?: string;
}

/** What is wrong with a stated range, in the order of the checks. */
export type RangeErrorCode =
  | 'range-missing'
  | 'range-digits'
  | 'range-backwards'
  | 'range-too-narrow';

/**
 * Bounds of a range among numbers of 19 digits, both included. A number of 19 digits is more than a double holds:
 * its first 15 are the head, its last four the tail.
 */
export interface CardRange {
  readonly firstHead: number;
  readonly firstTail: number;
  readonly lastHead: number;
  readonly lastTail: number;
}

/** Digits of the longest card number. */
export const cardDigitsMax = 19;
export const headDigits = 15;
export const tailCount = 10_000;
const prefixDigitsMax = 12;
// As wide as a prefix of twelve digits: with six and four digits beside it, a narrower one would tell a card number.
const widthMin = 10 ** (cardDigitsMax - prefixDigitsMax);

/** The range, or which field is wrong in which way. */
export type RangeResult =
  | { readonly ok: true; readonly range: CardRange }
  | {
      readonly ok: false;
      readonly error: { readonly code: RangeErrorCode; readonly path: 'prefix' | 'from' | 'to' };
    };

function rangeOf(from: string, to: string): CardRange {
  const [first, last] = [from.padEnd(cardDigitsMax, '0'), to.padEnd(cardDigitsMax, '9')];
  return {
    firstHead: Number(first.slice(0, headDigits)),
    firstTail: Number(first.slice(headDigits)),
    lastHead: Number(last.slice(0, headDigits)),
    lastTail: Number(last.slice(headDigits)),
  };
}

const isWithin = (text: string, digitsMax: number): boolean =>
  text.length <= digitsMax && /^\d+$/.test(text);

function refused(code: RangeErrorCode, path: 'prefix' | 'from' | 'to'): RangeResult {
  return { ok: false, error: { code, path } };
}

/**
 * Reads a stated range.
 *
 * @example readCardRange({ prefix: '476173' }) // 4761730000000000000 to 4761739999999999999
 */
export function readCardRange({ prefix, from, to }: StatedRange): RangeResult {
  if (prefix !== undefined) {
    if (from !== undefined || to !== undefined) return refused('range-missing', 'prefix');
    if (!isWithin(prefix, prefixDigitsMax)) return refused('range-digits', 'prefix');
    return { ok: true, range: rangeOf(prefix, prefix) };
  }
  if (from === undefined && to === undefined) return refused('range-missing', 'prefix');
  if (from === undefined) return refused('range-missing', 'from');
  if (to === undefined) return refused('range-missing', 'to');
  if (!isWithin(from, cardDigitsMax)) return refused('range-digits', 'from');
  if (!isWithin(to, cardDigitsMax) || to.length !== from.length)
    return refused('range-digits', 'to');
  if (to < from) return refused('range-backwards', 'to');
  const range = rangeOf(from, to);
  const { firstHead, firstTail, lastHead, lastTail } = range;
  const width = (lastHead - firstHead) * tailCount + lastTail - firstTail + 1;
  return width < widthMin ? refused('range-too-narrow', 'to') : { ok: true, range };
}
