// The fast road of decoding: one pass over flat elements, one text for the whole message, one object.
//
// It only ever says yes: whatever is out of order sends the message to the general decoder, which
// finds out what and where. Failed checks are gathered in bits and looked at once, after the last one.
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { copyOf } from '../wire/byte-pool.ts';
import { FAIL, type Reader } from '../wire/cursor.ts';
import {
  wrongAscii,
  wrongByTable,
  wrongDigits,
  wrongHex,
  wrongPrintable,
} from './character-checks.ts';
import { storeElements } from './element-store.ts';
import { type FieldRuns, runKind, wrongRun } from './field-runs.ts';
import {
  type FlatField,
  decimalPairs,
  checkKind,
  fieldKind,
  statedLength,
  prefixKind,
  prefixBytes,
} from './flat-field.ts';
import { type DecodePlan, type FastSpec, planAt } from './message-plan.ts';
import { fastBytesMax, scratch, scratchWords as words } from './scratch.ts';
import { shortText } from './short-text.ts';

const elementsMax = 256;
const starts = new Int32Array(elementsMax);
const ends = new Int32Array(elementsMax);
const values: (FieldValue | undefined)[] = Array.from({ length: elementsMax });

/** Checks text; 0 when all of it is allowed. */
function wrongText(field: FlatField, start: number, end: number): number {
  const { check } = field;
  if (check === checkKind.printable) return wrongPrintable(words, start, end);
  if (check === checkKind.digits) return wrongDigits(words, start, end);
  if (check === checkKind.hex) return wrongHex(words, start, end);
  if (check === checkKind.table) return wrongByTable(words, start, end, field.allowed);
  return wrongAscii(words, start, end);
}

/** Writes `count` packed digits as characters at `to`; returns where they end, -1 when one is wrong. */
function expandPacked(field: FlatField, at: number, count: number, to: number): number {
  const { pairs } = field;
  let from = at;
  let next = to;
  let wrong = 0;
  const odd = (count & 1) === 1;
  if (odd && field.fillerLeft) {
    const byte = scratch[from++];
    const pair = pairs[byte & 15];
    if (byte >> 4 !== field.fillerNibble) return -1;
    wrong |= pair - 1;
    scratch[next++] = pair >> 8;
  }
  for (let rest = count >> 1; rest > 0; rest--) {
    const pair = pairs[scratch[from++]];
    // No pair is 0, which minus one is negative.
    wrong |= pair - 1;
    words.setUint16(next, pair, true);
    next += 2;
  }
  if (odd && !field.fillerLeft) {
    const byte = scratch[from];
    const pair = pairs[byte & 0xf0];
    if ((byte & 15) !== field.fillerNibble) return -1;
    wrong |= pair - 1;
    scratch[next++] = pair & 0xff;
  }
  return wrong < 0 ? -1 : next;
}

/** Writes a run of packed decimal bytes as characters at `to`; 0 when all of them are digits. */
function expandRun(from: number, end: number, to: number): number {
  let at = from;
  let next = to;
  let wrong = 0;
  for (; at + 2 <= end; at += 2, next += 4) {
    const one = decimalPairs[scratch[at]];
    const two = decimalPairs[scratch[at + 1]];
    // What is no pair is 0, which minus one is negative.
    wrong |= (one - 1) | (two - 1);
    words.setInt32(next, one | (two << 16), true);
  }
  if (at < end) {
    const pair = decimalPairs[scratch[at]];
    wrong |= pair - 1;
    words.setUint16(next, pair, true);
  }
  return wrong < 0 ? 1 : 0;
}

/** Writes mapped characters (EBCDIC) at `to`; returns where they end, -1 when one is wrong. */
function mapCharacters(field: FlatField, start: number, end: number, to: number): number {
  const { characters, allowed } = field;
  let next = to;
  let all = 1;
  for (let at = start; at < end; at++) {
    const code = characters[scratch[at]];
    all &= allowed[code];
    scratch[next++] = code;
  }
  return all === 1 ? next : -1;
}

/** Bytes that stand as hex characters, or undefined when one is none. */
function copyHex(field: FlatField, start: number, end: number): Uint8Array | undefined {
  if (((end - start) & 1) === 1) return undefined;
  const digits = field.characters;
  const copy = new Uint8Array((end - start) >> 1);
  let wrong = 0;
  for (let i = 0, at = start; i < copy.length; i++, at += 2) {
    const high = digits[scratch[at]];
    const low = digits[scratch[at + 1]];
    wrong |= high | low;
    copy[i] = (high << 4) | low;
  }
  return wrong > 15 ? undefined : copy;
}

/** Takes the value of an element that is no text; returns where it ends, -1 on any doubt. */
function takeValue(
  field: FlatField,
  start: number,
  stop: number,
  end: number,
  index: number,
  reader: Reader,
): number {
  ends[index] = -1;
  if (field.kind === fieldKind.raw) {
    values[index] = copyOf(scratch, words, start, stop);
    return stop;
  }
  if (field.kind === fieldKind.hex) {
    const value = copyHex(field, start, stop);
    values[index] = value;
    return value === undefined ? -1 : stop;
  }
  reader.at = start;
  const value = field.codec.decode(reader, end);
  if (value === FAIL) return -1;
  values[index] = value;
  return reader.at;
}

/** Where the scratch buffer is free: packed digits are written there as characters. */
let free = 0;

/** Takes an element that is not of fixed digits; returns where it ends, -1 on any doubt. */
function takeOther(
  field: FlatField,
  from: number,
  end: number,
  index: number,
  reader: Reader,
): number {
  const { kind, prefix } = field;
  let at = from;
  let length = field.length;
  if (prefix === prefixKind.ascii2) {
    const word = words.getUint16(at, true);
    if ((((word ^ 0x3030) | ((word + 0x0606) ^ 0x3030)) & 0xf0f0) !== 0) return -1;
    length = (word & 15) * 10 + ((word >> 8) & 15);
    at += 2;
  } else if (prefix === prefixKind.ascii3) {
    const word = words.getInt32(at, true);
    if ((((word ^ 0x303030) | ((word + 0x060606) ^ 0x303030)) & 0xf0f0f0) !== 0) return -1;
    length = (word & 15) * 100 + ((word >> 8) & 15) * 10 + ((word >> 16) & 15);
    at += 3;
  } else if (prefix !== prefixKind.none) {
    length = statedLength(field, scratch, at);
    at += prefixBytes[prefix];
  }
  const packed = kind === fieldKind.packed;
  const stop = at + (packed ? (length + 1) >> 1 : length);
  if (length > field.length || stop > end) return -1;
  if (kind === fieldKind.text) {
    starts[index] = at;
    ends[index] = stop;
    return wrongText(field, at, stop) === 0 ? stop : -1;
  }
  if (!packed && kind !== fieldKind.mapped) return takeValue(field, at, stop, end, index, reader);
  const to = packed ? expandPacked(field, at, length, free) : mapCharacters(field, at, stop, free);
  if (to < 0) return -1;
  starts[index] = free;
  ends[index] = to;
  free = to;
  return stop;
}

/** The length in front of a text, -1 when it is no number; digits are two or three. */
function lengthAt(prefix: number, at: number): number {
  if (prefix === prefixKind.ascii2) {
    const word = words.getUint16(at, true);
    if ((((word ^ 0x3030) | ((word + 0x0606) ^ 0x3030)) & 0xf0f0) !== 0) return -1;
    return (word & 15) * 10 + ((word >> 8) & 15);
  }
  const word = words.getInt32(at, true) & 0xffffff;
  if ((((word ^ 0x303030) | ((word + 0x060606) ^ 0x303030)) & 0xf0f0f0) !== 0) return -1;
  return (word & 15) * 100 + ((word >> 8) & 15) * 10 + ((word >> 16) & 15);
}

/** Takes a run of packed digits that begins with element `first`; 0 when all is well. */
function takePacked(runs: FieldRuns, first: number, to: number, at: number, size: number): number {
  const { starts: begins, ends: stops, fillerAt, fillerMask } = runs;
  let wrong = 0;
  for (let i = first; i < to; i++) {
    starts[i] = free + begins[i];
    ends[i] = free + stops[i];
    wrong |= scratch[at + fillerAt[i]] & fillerMask[i];
  }
  wrong |= expandRun(at, at + size, free);
  free = (free + 2 * size) | 0;
  return wrong;
}

/**
 * Takes the elements of a plan: places of texts, values of the others. Returns where they end, -1 on
 * any doubt. Digits that follow one another are checked in one run, and so are printable texts: their
 * lengths, which are digits and so printable, may stand between them.
 */
function takeElements(plan: DecodePlan, from: number, end: number, reader: Reader): number {
  const { fields, runs } = plan;
  const { kinds, counts, sizes, starts: begins, ends: stops } = runs;
  let at = from | 0;
  let wrong = 0;
  // Whose characters wait for their check, and from where on.
  let waiting: number = runKind.other;
  let waitingFrom = at;
  let i = 0;
  for (let s = 0; s < kinds.length; s++) {
    const kind = kinds[s];
    const size = sizes[s];
    const next = kind === runKind.number ? runKind.digits : kind;
    if (next !== waiting) {
      wrong |= wrongRun(words, waiting, waitingFrom, at);
      waiting = next;
      waitingFrom = at;
    }
    if (kind >= runKind.number) {
      const { prefix } = fields[i];
      let length = size;
      if (prefix !== prefixKind.none) {
        length = lengthAt(prefix, at);
        if (length > size || length < 0) return -1;
        at = (at + prefix + 1) | 0;
      }
      starts[i] = at;
      at = (at + length) | 0;
      ends[i] = at;
      if (at > end) return -1;
      i = (i + 1) | 0;
      continue;
    }
    if (kind === runKind.other) {
      at = takeOther(fields[i], at, end, i, reader) | 0;
      if (at < 0) return -1;
      i = (i + 1) | 0;
      continue;
    }
    if (size > end - at) return -1;
    const to = (i + counts[s]) | 0;
    if (kind === runKind.packed) wrong |= takePacked(runs, i, to, at, size);
    else {
      for (let k = i; k < to; k++) {
        starts[k] = at + begins[k];
        ends[k] = at + stops[k];
      }
    }
    i = to;
    at = (at + size) | 0;
  }
  return (wrong | wrongRun(words, waiting, waitingFrom, at)) === 0 ? at : -1;
}

const mtiIndex = elementsMax - 1;

/** What `takeElements` found, for the message that is being put together. */
const found = { text: '', starts, ends, values };

function textOf(start: number, end: number): string {
  const { text } = found;
  return end - start <= 4 ? shortText(text, start, end) : text.substring(start, end);
}

function collect(plan: DecodePlan, header: FieldValue | undefined): Message {
  found.text = scratch.latin1Slice(0, free);
  const message: Message = { ...plan.template };
  if (header !== undefined) message.header = header as Uint8Array | string;
  const mti = ends[mtiIndex] < 0 ? values[mtiIndex] : textOf(starts[mtiIndex], ends[mtiIndex]);
  message.mti = mti as string;
  storeElements(message, plan.numbers, found);
  found.text = '';
  return message;
}

/**
 * Decodes a message if nothing about it is out of order; undefined sends it to the general decoder.
 *
 * @param reader a reader over the message, for elements that are not flat
 */
export function decodeFast(spec: FastSpec, bytes: Uint8Array, reader: Reader): Message | undefined {
  const end = bytes.length;
  if (end > fastBytesMax) return undefined;
  scratch.set(bytes, 0);
  free = end;
  let at = 0;
  let header: FieldValue | undefined;
  if (spec.compiled.header !== undefined) {
    const decoded = spec.compiled.header.decode(reader, end);
    if (decoded === FAIL) return undefined;
    header = decoded;
    at = reader.at;
  }
  const { mti } = spec;
  if (mti.fixedDigits && mti.length === 4) {
    if (end - at < 4 || wrongDigits(words, at, at + 4) !== 0) return undefined;
    starts[mtiIndex] = at;
    at += 4;
    ends[mtiIndex] = at;
  } else at = takeOther(mti, at, end, mtiIndex, reader);
  if (at < 0) return undefined;
  const plan = planAt(spec, scratch, at, end);
  if (plan === undefined) return undefined;
  at = takeElements(plan, at + plan.wire.length, end, reader);
  return at === end ? collect(plan, header) : undefined;
}
