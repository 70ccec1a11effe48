// The text wire: the whole message is one text, written in one go where it stays, and checked there.
import { type NodeBuffer, cut, pool, reserve } from './byte-pool.ts';
import { wrongByTable, wrongDigits, wrongHex, wrongPrintable } from './character-checks.ts';
import { type Lane, laneCheck, laneKind, lanePrefix } from './lane.ts';
import { fastBytesMax } from './plane.ts';
import type { EncodePlan } from './plan.ts';
import type { FieldValue } from './spec-types.ts';

const lengths2 = Array.from({ length: 100 }, (_, length) => String(length).padStart(2, '0'));
const lengths3 = Array.from({ length: 1000 }, (_, length) => String(length).padStart(3, '0'));

/** Whether an element is text with a text length, or bytes that can be put in afterwards. */
export function isTextWire(lane: Lane): boolean {
  const { kind, prefix } = lane;
  const textLength =
    prefix === lanePrefix.none || prefix === lanePrefix.ascii2 || prefix === lanePrefix.ascii3;
  return textLength && (kind === laneKind.text || kind === laneKind.raw || kind === laneKind.hex);
}

/** Characters that hold a place for bytes. */
const places = Array.from({ length: 257 }, (_, length) => '0'.repeat(length));

function placeFor(length: number): string {
  return length < places.length ? places[length] : '0'.repeat(length);
}

/** Bytes that each element takes without its length, from joining to finishing. */
const sizes = new Int32Array(256);

/** The whole wire as text; undefined when a value's type or length needs a closer look. */
function joinWire(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
): string | undefined {
  const { lanes, first } = plan;
  let text = '';
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i];
    const value = values[i];
    const { prefix } = lane;
    if (i === first) text += placeFor(plan.bitmap.length);
    let place: string;
    if (lane.kind === laneKind.text) {
      if (typeof value !== 'string') return undefined;
      place = value;
    } else {
      if (!(value instanceof Uint8Array) || value.length > fastBytesMax) return undefined;
      place = placeFor(lane.kind === laneKind.hex ? value.length * 2 : value.length);
    }
    const { length } = place;
    sizes[i] = length;
    if (prefix === lanePrefix.none) {
      if (length !== lane.length) return undefined;
    } else {
      if (length > lane.length) return undefined;
      text += prefix === lanePrefix.ascii2 ? lengths2[length] : lengths3[length];
    }
    text += place;
  }
  if (lanes.length === first) text += placeFor(plan.bitmap.length);
  return text;
}

function putBytes(bytes: NodeBuffer, lane: Lane, value: Uint8Array, at: number): void {
  if (lane.kind === laneKind.raw) {
    for (let i = 0; i < value.length; i++) bytes[at + i] = value[i];
    return;
  }
  const { wire } = lane;
  for (let i = 0, to = at; i < value.length; i++, to += 2) {
    bytes[to] = wire[value[i] >> 4];
    bytes[to + 1] = wire[value[i] & 15];
  }
}

function wrongText(words: DataView, lane: Lane, start: number, end: number): number {
  const { check } = lane;
  if (check === laneCheck.printable) return wrongPrintable(words, start, end);
  if (check === laneCheck.hex) return wrongHex(words, start, end);
  return check === laneCheck.table ? wrongByTable(words, start, end, lane.allowed) : 0;
}

/** Checks the elements where they stand and puts bytes into their places; 0 when all is well. */
function finish(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
  start: number,
): number {
  const { lanes, first, bitmap } = plan;
  const { bytes, words } = pool;
  let at = start;
  let digitsFrom = start;
  let wrong = 0;
  for (let i = 0; i <= lanes.length; i++) {
    if (i === first) {
      wrong |= wrongDigits(words, digitsFrom, at);
      for (let b = 0; b < bitmap.length; b++) bytes[at++] = bitmap[b];
      digitsFrom = at;
    }
    if (i === lanes.length) break;
    const lane = lanes[i];
    if (lane.fixedDigits) {
      at += lane.length;
      continue;
    }
    if (lane.prefix !== lanePrefix.none) at += lane.prefix === lanePrefix.ascii2 ? 2 : 3;
    const end = at + sizes[i];
    if (lane.kind !== laneKind.text || lane.check !== laneCheck.digits) {
      wrong |= wrongDigits(words, digitsFrom, at);
      digitsFrom = end;
      if (lane.kind === laneKind.text) wrong |= wrongText(words, lane, at, end);
      else putBytes(bytes, lane, values[i] as Uint8Array, at);
    }
    at = end;
  }
  return wrong | wrongDigits(words, digitsFrom, at);
}

/** Encodes a message whose plan is all text; undefined sends it to the general encoder. */
export function encodeTextWire(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
): Uint8Array | undefined {
  const text = joinWire(plan, values);
  if (text === undefined || text.length > fastBytesMax) return undefined;
  const start = reserve(text.length);
  // A character beyond ASCII takes more than one byte and so gives itself away.
  if (pool.bytes.utf8Write(text, start) !== text.length) return undefined;
  return finish(plan, values, start) === 0 ? cut(start, start + text.length) : undefined;
}
