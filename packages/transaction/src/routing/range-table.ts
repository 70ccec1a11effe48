// Ranges of card numbers compiled for look-up: of all ranges that hold a number the narrowest is found, which among
// prefixes is the longest. Ranges lie within each other or apart; what begins in one and ends outside is refused.
import { type CardRange, cardDigitsMax, headDigits, tailCount } from './card-range.ts';

/** The table; a look-up costs an index and a few comparisons. */
export interface RangeTable {
  /** Place of the narrowest range that holds the number among the ranges given, or -1. */
  readonly lookUp: (pan: string) => number;
  /** Whether the same range is found for every number that begins with these digits. */
  readonly isOneRange: (digits: string) => boolean;
}

/** Two ranges that cannot both be there, by their places. */
export interface RangeConflict {
  readonly code: 'range-twice' | 'ranges-cross';
  readonly place: number;
  readonly other: number;
}

const indexDigits = 5;
const indexScale = 10 ** (headDigits - indexDigits);
const digitZero = 48;
const none = -1;

// Wider ranges come before those that begin at the same number and are narrower.
function widestFirst(ranges: readonly CardRange[]): Uint32Array {
  const order = Uint32Array.from(ranges, (_, place) => place);
  return order.sort((left, right) => {
    const [a, b] = [ranges[left], ranges[right]];
    return (
      a.firstHead - b.firstHead ||
      a.firstTail - b.firstTail ||
      b.lastHead - a.lastHead ||
      b.lastTail - a.lastTail ||
      left - right
    );
  });
}

const endsBefore = (a: CardRange, head: number, tail: number): boolean =>
  a.lastHead < head || (a.lastHead === head && a.lastTail < tail);

/** Where the winner changes, from number zero on: begins of segments, and whose they are. */
class Segments {
  readonly heads: Float64Array;
  readonly tails: Uint16Array;
  readonly places: Int32Array;
  count = 0;

  constructor(rangeCount: number) {
    this.heads = new Float64Array(2 * rangeCount + 1);
    this.tails = new Uint16Array(2 * rangeCount + 1);
    this.places = new Int32Array(2 * rangeCount + 1);
    this.begin(0, 0, none);
  }

  begin(head: number, tail: number, place: number): void {
    const last = this.count - 1;
    const isSame = this.count > 0 && this.heads[last] === head && this.tails[last] === tail;
    const at = isSame ? last : this.count++;
    this.heads[at] = head;
    this.tails[at] = tail;
    this.places[at] = place;
  }

  beginAfter({ lastHead, lastTail }: CardRange, place: number): void {
    if (lastTail + 1 === tailCount) this.begin(lastHead + 1, 0, place);
    else this.begin(lastHead, lastTail + 1, place);
  }
}

function segmentsOf(
  ranges: readonly CardRange[],
):
  | { readonly ok: true; readonly segments: Segments }
  | { readonly ok: false; readonly error: RangeConflict } {
  const segments = new Segments(ranges.length);
  const open: number[] = [];
  const closeTop = (): void => {
    const top = open.pop();
    if (top !== undefined) segments.beginAfter(ranges[top], open.at(-1) ?? none);
  };
  for (const place of widestFirst(ranges)) {
    const range = ranges[place];
    let around = open.at(-1);
    while (around !== undefined && endsBefore(ranges[around], range.firstHead, range.firstTail)) {
      closeTop();
      around = open.at(-1);
    }
    if (around !== undefined) {
      const outer = ranges[around];
      const isSameEnd = outer.lastHead === range.lastHead && outer.lastTail === range.lastTail;
      const isSameBegin =
        outer.firstHead === range.firstHead && outer.firstTail === range.firstTail;
      const other = around;
      if (isSameBegin && isSameEnd)
        return { ok: false, error: { code: 'range-twice', place, other } };
      if (endsBefore(outer, range.lastHead, range.lastTail)) {
        return { ok: false, error: { code: 'ranges-cross', place, other } };
      }
    }
    segments.begin(range.firstHead, range.firstTail, place);
    open.push(place);
  }
  while (open.length > 0) closeTop();
  return { ok: true, segments };
}

// For each first five digits the first segment that begins there or later.
function indexOf({ heads, count }: Segments): Int32Array {
  const index = new Int32Array(10 ** indexDigits + 1);
  let segment = 0;
  for (let leading = 0; leading < index.length; leading++) {
    while (segment < count && heads[segment] < leading * indexScale) segment++;
    index[leading] = segment;
  }
  return index;
}

/** Compiles ranges, or says which two are in each other's way. */
export function buildRangeTable(
  ranges: readonly CardRange[],
):
  | { readonly ok: true; readonly table: RangeTable }
  | { readonly ok: false; readonly error: RangeConflict } {
  const built = segmentsOf(ranges);
  if (!built.ok) return built;
  const { segments } = built;
  const index = indexOf(segments);
  const { count } = segments;
  const heads = segments.heads.slice(0, count);
  const tails = segments.tails.slice(0, count);
  const places = segments.places.slice(0, count);
  const segmentOf = (pan: string): number => {
    const { length } = pan;
    if (length < indexDigits || length > cardDigitsMax) return none;
    let head = 0;
    let tail = 0;
    let leading = 0;
    for (let i = 0; i < cardDigitsMax; i++) {
      const digit = i < length ? pan.charCodeAt(i) - digitZero : 0;
      if (digit < 0 || digit > 9) return none;
      if (i < headDigits) head = head * 10 + digit;
      else tail = tail * 10 + digit;
      if (i === indexDigits - 1) leading = head;
    }
    // The last segment that begins at the number or before it.
    let low = index[leading] - 1;
    let high = index[leading + 1] - 1;
    // A segment may begin at the first number of these leading digits itself.
    if (low < 0) low = 0;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const isAfter = heads[middle] > head || (heads[middle] === head && tails[middle] > tail);
      if (isAfter) high = middle - 1;
      else low = middle;
    }
    return low;
  };
  const isOneRange = (digits: string): boolean => {
    const first = segmentOf(digits.padEnd(cardDigitsMax, '0'));
    return first >= 0 && first === segmentOf(digits.padEnd(cardDigitsMax, '9'));
  };
  const lookUp = (pan: string): number => {
    const segment = segmentOf(pan);
    return segment < 0 ? none : places[segment];
  };
  return { ok: true, table: { lookUp, isOneRange } };
}
