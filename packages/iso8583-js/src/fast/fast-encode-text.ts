// The text wire: the whole message is one text, written in one go where it stays, and checked there.
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { type NodeBuffer, cut, pool, reserve } from '../wire/byte-pool.ts';
import { wrongByTable, wrongDigits, wrongHex, wrongPrintable } from './character-checks.ts';
import { runKind, wrongRun } from './field-runs.ts';
import { type FlatField, checkKind, fieldKind, prefixKind } from './flat-field.ts';
import type { EncodePlan } from './message-plan.ts';
import { fastBytesMax } from './scratch.ts';

const lengths2 = Array.from({ length: 100 }, (_, length) => String(length).padStart(2, '0'));
const lengths3 = Array.from({ length: 1000 }, (_, length) => String(length).padStart(3, '0'));

/** Whether an element is text with a text length, or bytes that can be put in afterwards. */
export function isTextWire(field: FlatField): boolean {
  const { kind, prefix } = field;
  const textLength =
    prefix === prefixKind.none || prefix === prefixKind.ascii2 || prefix === prefixKind.ascii3;
  return (
    textLength && (kind === fieldKind.text || kind === fieldKind.raw || kind === fieldKind.hex)
  );
}

/** Characters that hold a place for bytes. */
const places = Array.from({ length: 257 }, (_, length) => '0'.repeat(length));

function placeFor(length: number): string {
  return length < places.length ? places[length] : '0'.repeat(length);
}

/** Bytes that each element takes without its length, from joining to finishing. */
const sizes = new Int32Array(256);

/** Text with one more element and its length; empty when the element needs a closer look. */
function joined(text: string, field: FlatField, value: FieldValue | undefined, i: number): string {
  const { prefix } = field;
  let place: string;
  if (field.kind === fieldKind.text) {
    if (typeof value !== 'string') return '';
    place = value;
  } else {
    if (!(value instanceof Uint8Array) || value.length > fastBytesMax) return '';
    place = placeFor(field.kind === fieldKind.hex ? value.length * 2 : value.length);
  }
  const { length } = place;
  if (prefix === prefixKind.none) return length === field.length ? text + place : '';
  if (length > field.length) return '';
  sizes[i] = length;
  return text + (prefix === prefixKind.ascii2 ? lengths2[length] : lengths3[length]) + place;
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
  const { keys, fields, fixed, first } = plan;
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
      text = joined(text, fields[i], value, i);
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
  const { fields, first } = plan;
  let text = '';
  for (let i = 0; i < fields.length; i++) {
    if (i === first) text += plan.place;
    text = joined(text, fields[i], values[i], i);
    if (text.length === 0) return undefined;
  }
  return fields.length === first ? text + plan.place : text;
}

function putBytes(bytes: NodeBuffer, field: FlatField, value: Uint8Array, at: number): void {
  if (field.kind === fieldKind.raw) {
    for (let i = 0; i < value.length; i++) bytes[at + i] = value[i];
    return;
  }
  const { wire } = field;
  for (let i = 0, to = at; i < value.length; i++, to += 2) {
    bytes[to] = wire[value[i] >> 4];
    bytes[to + 1] = wire[value[i] & 15];
  }
}

function wrongText(words: DataView, field: FlatField, start: number, end: number): number {
  const { check } = field;
  if (check === checkKind.printable) return wrongPrintable(words, start, end);
  if (check === checkKind.hex) return wrongHex(words, start, end);
  return check === checkKind.table ? wrongByTable(words, start, end, field.allowed) : 0;
}

/** Checks a message type or header, or an element outside of all runs; puts in its bytes. */
function finishOther(
  field: FlatField,
  value: FieldValue | undefined,
  i: number,
  at: number,
): number {
  const { bytes, words } = pool;
  const { prefix } = field;
  const from = prefix === prefixKind.none ? at : at + prefix + 1;
  const size = prefix === prefixKind.none ? field.length : sizes[i];
  if (field.kind !== fieldKind.text) {
    putBytes(bytes, field, value as Uint8Array, from);
    return 0;
  }
  if (field.check === checkKind.digits) return wrongDigits(words, at, from + size);
  return wrongText(words, field, from, from + size);
}

/** Checks the elements where they stand and puts bytes into their places; 0 when all is well. */
function finish(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
  start: number,
): number {
  const { fields, first, bitmap, runs } = plan;
  const { kinds, counts, sizes: extents } = runs;
  const { bytes, words } = pool;
  let at = start | 0;
  let wrong = 0;
  for (let i = 0; i < first; i++) {
    const field = fields[i];
    wrong |= finishOther(field, values[i], i, at);
    at = (at + (field.prefix === prefixKind.none ? field.length : field.prefix + 1 + sizes[i])) | 0;
  }
  for (let b = 0; b < bitmap.length; b++) bytes[at + b] = bitmap[b];
  at = (at + bitmap.length) | 0;
  // Whose characters wait for their check, and from where on; their lengths are digits and so printable.
  let waiting: number = runKind.other;
  let waitingFrom = at;
  let i = first;
  for (let s = 0; s < kinds.length; s++) {
    const kind = kinds[s];
    const next = kind === runKind.number ? runKind.digits : kind;
    if (next !== waiting) {
      wrong |= wrongRun(words, waiting, waitingFrom, at);
      waiting = next;
      waitingFrom = at;
    }
    if (kind === runKind.other) wrong |= finishOther(fields[i], values[i], i, at);
    const { prefix } = fields[i];
    at = (at + (prefix === prefixKind.none ? extents[s] : prefix + 1 + sizes[i])) | 0;
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
