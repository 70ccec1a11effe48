// The fast lane of decoding: one pass over flat elements, one text for the whole message, one object.
//
// It only ever says yes: whatever is out of order sends the message to the general decoder, which
// finds out what and where. Failed checks are gathered in bits and looked at once, after the last one.
import { storeElements } from './data/element-store.ts';
import { copyOf } from './byte-pool.ts';
import {
  wrongAscii,
  wrongByTable,
  wrongDigits,
  wrongHex,
  wrongPrintable,
} from './character-checks.ts';
import { FAIL, type Reader } from './cursor.ts';
import {
  type Lane,
  decimalPairs,
  laneCheck,
  laneKind,
  laneLength,
  lanePrefix,
  lanePrefixBytes,
} from './lane.ts';
import type { CompiledSpec } from './message-codec.ts';
import { type Plan, type SpecLanes, planAt } from './plan.ts';
import { fastBytesMax, plane, planeWords as words } from './plane.ts';
import type { FieldValue, Message } from './spec-types.ts';

const elementsMax = 256;
const starts = new Int32Array(elementsMax);
const ends = new Int32Array(elementsMax);
const values: (FieldValue | undefined)[] = Array.from({ length: elementsMax });

/** Checks text; 0 when all of it is allowed. */
function wrongText(lane: Lane, start: number, end: number): number {
  const { check } = lane;
  if (check === laneCheck.printable) return wrongPrintable(words, start, end);
  if (check === laneCheck.digits) return wrongDigits(words, start, end);
  if (check === laneCheck.hex) return wrongHex(words, start, end);
  if (check === laneCheck.table) return wrongByTable(words, start, end, lane.allowed);
  return wrongAscii(words, start, end);
}

/** Writes `count` packed digits as characters at `to`; returns where they end, -1 when one is wrong. */
function expandPacked(lane: Lane, at: number, count: number, to: number): number {
  const { pairs } = lane;
  let from = at;
  let next = to;
  let wrong = 0;
  const odd = (count & 1) === 1;
  if (odd && lane.fillerLeft) {
    const byte = plane[from++];
    const pair = pairs[byte & 15];
    if (byte >> 4 !== lane.fillerNibble) return -1;
    wrong |= pair - 1;
    plane[next++] = pair >> 8;
  }
  for (let rest = count >> 1; rest > 0; rest--) {
    const pair = pairs[plane[from++]];
    // No pair is 0, which minus one is negative.
    wrong |= pair - 1;
    words.setUint16(next, pair, true);
    next += 2;
  }
  if (odd && !lane.fillerLeft) {
    const byte = plane[from];
    const pair = pairs[byte & 0xf0];
    if ((byte & 15) !== lane.fillerNibble) return -1;
    wrong |= pair - 1;
    plane[next++] = pair & 0xff;
  }
  return wrong < 0 ? -1 : next;
}

/** Writes a run of packed decimal bytes as characters at `to`; 0 when all of them are digits. */
function expandRun(from: number, end: number, to: number): number {
  let at = from;
  let next = to;
  let wrong = 0;
  for (; at + 2 <= end; at += 2, next += 4) {
    const one = decimalPairs[plane[at]];
    const two = decimalPairs[plane[at + 1]];
    // What is no pair is 0, which minus one is negative.
    wrong |= (one - 1) | (two - 1);
    words.setInt32(next, one | (two << 16), true);
  }
  if (at < end) {
    const pair = decimalPairs[plane[at]];
    wrong |= pair - 1;
    words.setUint16(next, pair, true);
  }
  return wrong < 0 ? 1 : 0;
}

/** Writes mapped characters (EBCDIC) at `to`; returns where they end, -1 when one is wrong. */
function mapCharacters(lane: Lane, start: number, end: number, to: number): number {
  const { characters, allowed } = lane;
  let next = to;
  let all = 1;
  for (let at = start; at < end; at++) {
    const code = characters[plane[at]];
    all &= allowed[code];
    plane[next++] = code;
  }
  return all === 1 ? next : -1;
}

/** Bytes that stand as hex characters, or undefined when one is none. */
function copyHex(lane: Lane, start: number, end: number): Uint8Array | undefined {
  if (((end - start) & 1) === 1) return undefined;
  const digits = lane.characters;
  const copy = new Uint8Array((end - start) >> 1);
  let wrong = 0;
  for (let i = 0, at = start; i < copy.length; i++, at += 2) {
    const high = digits[plane[at]];
    const low = digits[plane[at + 1]];
    wrong |= high | low;
    copy[i] = (high << 4) | low;
  }
  return wrong > 15 ? undefined : copy;
}

/** Takes the value of an element that is no text; returns where it ends, -1 on any doubt. */
function takeValue(
  lane: Lane,
  start: number,
  stop: number,
  end: number,
  index: number,
  reader: Reader,
): number {
  ends[index] = -1;
  if (lane.kind === laneKind.raw) {
    values[index] = copyOf(plane, words, start, stop);
    return stop;
  }
  if (lane.kind === laneKind.hex) {
    const value = copyHex(lane, start, stop);
    values[index] = value;
    return value === undefined ? -1 : stop;
  }
  reader.at = start;
  const value = lane.codec.decode(reader, end);
  if (value === FAIL) return -1;
  values[index] = value;
  return reader.at;
}

/** Where the plane is free: packed digits are written there as characters. */
let free = 0;

/** Takes an element that is not of fixed digits; returns where it ends, -1 on any doubt. */
function takeOther(lane: Lane, from: number, end: number, index: number, reader: Reader): number {
  const { kind, prefix } = lane;
  let at = from;
  let length = lane.length;
  if (prefix === lanePrefix.ascii2) {
    const word = words.getUint16(at, true);
    if ((((word ^ 0x3030) | ((word + 0x0606) ^ 0x3030)) & 0xf0f0) !== 0) return -1;
    length = (word & 15) * 10 + ((word >> 8) & 15);
    at += 2;
  } else if (prefix === lanePrefix.ascii3) {
    const word = words.getInt32(at, true);
    if ((((word ^ 0x303030) | ((word + 0x060606) ^ 0x303030)) & 0xf0f0f0) !== 0) return -1;
    length = (word & 15) * 100 + ((word >> 8) & 15) * 10 + ((word >> 16) & 15);
    at += 3;
  } else if (prefix !== lanePrefix.none) {
    length = laneLength(lane, plane, at);
    at += lanePrefixBytes[prefix];
  }
  const packed = kind === laneKind.packed;
  const stop = at + (packed ? (length + 1) >> 1 : length);
  if (length > lane.length || stop > end) return -1;
  if (kind === laneKind.text) {
    starts[index] = at;
    ends[index] = stop;
    return wrongText(lane, at, stop) === 0 ? stop : -1;
  }
  if (!packed && kind !== laneKind.mapped) return takeValue(lane, at, stop, end, index, reader);
  const to = packed ? expandPacked(lane, at, length, free) : mapCharacters(lane, at, stop, free);
  if (to < 0) return -1;
  starts[index] = free;
  ends[index] = to;
  free = to;
  return stop;
}

/**
 * Takes the elements of `lanes` one after the other: places of texts, values of the others. Returns
 * where they end, -1 on any doubt. Digits of fixed length that follow one another, characters or
 * packed, are checked and turned to characters in one run: most of a message is made of them.
 */
function takeElements(
  lanes: readonly Lane[],
  from: number,
  end: number,
  first: number,
  reader: Reader,
): number {
  let at = from;
  let wrong = 0;
  let digitsFrom = from;
  let packedFrom = -1;
  let packedTo = 0;
  for (let i = 0, index = first; i < lanes.length; i++, index++) {
    const lane = lanes[i];
    if (lane.fixedDigits) {
      starts[index] = at;
      at += lane.length;
      ends[index] = at;
      continue;
    }
    if (at > end) return -1;
    if (at > digitsFrom) {
      if (packedFrom >= 0) wrong |= expandRun(packedFrom, digitsFrom, packedTo);
      packedFrom = -1;
      wrong |= wrongDigits(words, digitsFrom, at);
      digitsFrom = at;
    }
    if (lane.fixedPacked) {
      if (packedFrom < 0) {
        packedFrom = at;
        packedTo = free;
      }
      wrong |= plane[at + lane.fillerAt] & lane.fillerMask;
      starts[index] = free + lane.fillerBefore;
      ends[index] = free + lane.fillerBefore + lane.length;
      const size = (lane.length + 1) >> 1;
      at += size;
      free += 2 * size;
      digitsFrom = at;
      continue;
    }
    if (packedFrom >= 0) wrong |= expandRun(packedFrom, digitsFrom, packedTo);
    packedFrom = -1;
    at = takeOther(lane, at, end, index, reader);
    if (at < 0) return -1;
    digitsFrom = at;
  }
  if (at > end) return -1;
  if (packedFrom >= 0) wrong |= expandRun(packedFrom, digitsFrom, packedTo);
  return (wrong | wrongDigits(words, digitsFrom, at)) === 0 ? at : -1;
}

const mtiIndex = elementsMax - 1;
const mtiLane: Lane[] = [];

/** What `takeElements` found, for the message that is being put together. */
const found = { text: '', starts, ends, values };

function collect(plan: Plan, header: FieldValue | undefined): Message {
  found.text = plane.latin1Slice(0, free);
  const message: Message = { ...plan.template };
  if (header !== undefined) message.header = header as Uint8Array | string;
  const mti =
    ends[mtiIndex] < 0 ? values[mtiIndex] : found.text.substring(starts[mtiIndex], ends[mtiIndex]);
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
export function decodeFast(
  compiled: CompiledSpec,
  lanes: SpecLanes,
  bytes: Uint8Array,
  reader: Reader,
): Message | undefined {
  const end = bytes.length;
  if (end > fastBytesMax) return undefined;
  plane.set(bytes, 0);
  free = end;
  let at = 0;
  let header: FieldValue | undefined;
  if (compiled.header !== undefined) {
    const decoded = compiled.header.decode(reader, end);
    if (decoded === FAIL) return undefined;
    header = decoded;
    at = reader.at;
  }
  mtiLane[0] = lanes.mti;
  at = takeElements(mtiLane, at, end, mtiIndex, reader);
  if (at < 0) return undefined;
  const plan = planAt(compiled, lanes, plane, at, end);
  if (plan === undefined) return undefined;
  at = takeElements(plan.lanes, at + plan.wire.length, end, 0, reader);
  return at === end ? collect(plan, header) : undefined;
}
