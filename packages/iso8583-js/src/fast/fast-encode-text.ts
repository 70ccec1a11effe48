// The text wire: the whole message is one text, written in one go where it stays, and checked there.
import { type NodeBuffer, cut, pool, reserve } from '../wire/byte-pool.ts';
import { wrongByTable, wrongDigits, wrongHex, wrongPrintable } from './character-checks.ts';
import { type Lane, laneCheck, laneKind, lanePrefix } from './flat-field.ts';
import { fastBytesMax } from './scratch.ts';
import type { EncodePlan } from './message-plan.ts';
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { stepKind, wrongRun } from './field-runs.ts';

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

/** Text with one more element and its length; empty when the element needs a closer look. */
function joined(text: string, lane: Lane, value: FieldValue | undefined, i: number): string {
  const { prefix } = lane;
  let place: string;
  if (lane.kind === laneKind.text) {
    if (typeof value !== 'string') return '';
    place = value;
  } else {
    if (!(value instanceof Uint8Array) || value.length > fastBytesMax) return '';
    place = placeFor(lane.kind === laneKind.hex ? value.length * 2 : value.length);
  }
  const { length } = place;
  if (prefix === lanePrefix.none) return length === lane.length ? text + place : '';
  if (length > lane.length) return '';
  sizes[i] = length;
  return text + (prefix === lanePrefix.ascii2 ? lengths2[length] : lengths3[length]) + place;
}

/**
 * The whole wire as text, straight from a message that lists its keys in the order of the wire;
 * undefined when its keys are others or a value's type or length needs a closer look.
 */
function joinMessage(
  plan: EncodePlan,
  values: (FieldValue | undefined)[],
  message: Message,
): string | undefined {
  const { keys, lanes, fixed, first } = plan;
  let text = '';
  let i = 0;
  for (const key in message) {
    if (key !== keys[i]) return undefined;
    const value = message[key as 'de2'];
    if (i === first) text += plan.place;
    const length = fixed[i];
    if (length >= 0) {
      if (typeof value !== 'string' || value.length !== length) return undefined;
      text += value;
    } else {
      text = joined(text, lanes[i], value, i);
      if (text.length === 0) return undefined;
      values[i] = value;
    }
    i++;
  }
  if (i !== keys.length) return undefined;
  return i === first ? text + plan.place : text;
}

/** The whole wire as text; undefined when a value's type or length needs a closer look. */
function joinValues(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
): string | undefined {
  const { lanes, first } = plan;
  let text = '';
  for (let i = 0; i < lanes.length; i++) {
    if (i === first) text += plan.place;
    text = joined(text, lanes[i], values[i], i);
    if (text.length === 0) return undefined;
  }
  return lanes.length === first ? text + plan.place : text;
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

/** Checks a message type or header, or an element outside of all runs; puts in its bytes. */
function finishOther(lane: Lane, value: FieldValue | undefined, i: number, at: number): number {
  const { bytes, words } = pool;
  const { prefix } = lane;
  const from = prefix === lanePrefix.none ? at : at + prefix + 1;
  const size = prefix === lanePrefix.none ? lane.length : sizes[i];
  if (lane.kind !== laneKind.text) {
    putBytes(bytes, lane, value as Uint8Array, from);
    return 0;
  }
  if (lane.check === laneCheck.digits) return wrongDigits(words, at, from + size);
  return wrongText(words, lane, from, from + size);
}

/** Checks the elements where they stand and puts bytes into their places; 0 when all is well. */
function finish(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
  start: number,
): number {
  const { lanes, first, bitmap, steps } = plan;
  const { kinds, counts, sizes: extents } = steps;
  const { bytes, words } = pool;
  let at = start | 0;
  let wrong = 0;
  for (let i = 0; i < first; i++) {
    const lane = lanes[i];
    wrong |= finishOther(lane, values[i], i, at);
    at = (at + (lane.prefix === lanePrefix.none ? lane.length : lane.prefix + 1 + sizes[i])) | 0;
  }
  for (let b = 0; b < bitmap.length; b++) bytes[at + b] = bitmap[b];
  at = (at + bitmap.length) | 0;
  // Whose characters wait for their check, and from where on; their lengths are digits and so printable.
  let waiting: number = stepKind.other;
  let waitingFrom = at;
  let i = first;
  for (let s = 0; s < kinds.length; s++) {
    const kind = kinds[s];
    const next = kind === stepKind.number ? stepKind.digits : kind;
    if (next !== waiting) {
      wrong |= wrongRun(words, waiting, waitingFrom, at);
      waiting = next;
      waitingFrom = at;
    }
    if (kind === stepKind.other) wrong |= finishOther(lanes[i], values[i], i, at);
    const { prefix } = lanes[i];
    at = (at + (prefix === lanePrefix.none ? extents[s] : prefix + 1 + sizes[i])) | 0;
    i = (i + counts[s]) | 0;
  }
  return wrong | wrongRun(words, waiting, waitingFrom, at);
}

function written(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
  text: string | undefined,
): Uint8Array | undefined {
  if (text === undefined || text.length > fastBytesMax) return undefined;
  const start = reserve(text.length);
  // A character beyond ASCII takes more than one byte and so gives itself away.
  if (pool.bytes.utf8Write(text, start) !== text.length) return undefined;
  return finish(plan, values, start) === 0 ? cut(start, start + text.length) : undefined;
}

/** Encodes gathered values whose plan is all text; undefined sends them to the general encoder. */
export function encodeTextWire(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
): Uint8Array | undefined {
  return written(plan, values, joinValues(plan, values));
}

/** Encodes a message whose keys may be those of a plan in the order of the wire; undefined on any doubt. */
export function encodeTextMessage(
  plan: EncodePlan,
  values: (FieldValue | undefined)[],
  message: Message,
): Uint8Array | undefined {
  return written(plan, values, joinMessage(plan, values, message));
}
