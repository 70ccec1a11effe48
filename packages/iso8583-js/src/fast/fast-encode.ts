// The fast road of encoding: values joined into one text, written in one go, then checked and packed.
//
// Like the fast road of decoding it only ever says yes; the general encoder says what is wrong. What
// keys a message has is worked out once for each sequence of keys: traffic repeats itself.
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { cut, reserve } from '../wire/byte-pool.ts';
import { Writer } from '../wire/cursor.ts';
import { encodeTextMessage, encodeTextWire, isTextWire } from './fast-encode-text.ts';
import { generalRoom, writeElements } from './fast-encode-write.ts';
import { fieldRunsOf } from './field-runs.ts';
import { type FlatField, fieldKind, prefixKind } from './flat-field.ts';
import type { EncodePlan, FastSpec } from './message-plan.ts';
import { fastBytesMax, scratch } from './scratch.ts';

const elementsMax = 256;
const values: (FieldValue | undefined)[] = Array.from({ length: elementsMax });
/** Room for the length of one element. */
const prefixRoom = 4;

/** Bytes that the values at hand can take at most. */
let room = 0;

/** Joins the texts of the values; undefined when one has a type or length that needs a closer look. */
function joinTexts(plan: EncodePlan): string | undefined {
  const { fields } = plan;
  let text = '';
  room = generalRoom + plan.bitmap.length + fields.length * prefixRoom;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    const value = values[i];
    const { kind } = field;
    if (kind === fieldKind.general) continue;
    let length: number;
    if (kind === fieldKind.raw || kind === fieldKind.hex) {
      if (!(value instanceof Uint8Array)) return undefined;
      length = kind === fieldKind.hex ? value.length * 2 : value.length;
    } else {
      if (typeof value !== 'string') return undefined;
      ({ length } = value);
      if (kind !== fieldKind.mapped) text += value;
    }
    room += length;
    if (field.prefix === prefixKind.none ? length !== field.length : length > field.length) {
      return undefined;
    }
  }
  return room > fastBytesMax ? undefined : text;
}

/** Puts the values in the plan's order; false when the message's keys are not the plan's. */
function gather(plan: EncodePlan, message: Message): boolean {
  const { keys, slots } = plan;
  let i = 0;
  for (const key in message) {
    if (key !== keys[i]) return false;
    const value = message[key as 'de2'];
    if (value === undefined) return false;
    values[slots[i]] = value;
    i++;
  }
  return i === keys.length;
}

/** Length of a text of fixed length, -1 for other fields. */
function fixedLength({ kind, prefix, length }: FlatField): number {
  return kind === fieldKind.text && prefix === prefixKind.none && length <= fastBytesMax
    ? length
    : -1;
}

/** Plans kept per spec: messages with random keys cannot make it grow further. */
const plansMax = 128;

function newPlan(spec: FastSpec, message: Message): EncodePlan | undefined {
  const keys = Object.keys(message);
  const lead = spec.compiled.header === undefined ? ['mti'] : ['header', 'mti'];
  const numbers: number[] = [];
  for (const key of keys) {
    if (message[key as 'de2'] === undefined) return undefined;
    if (lead.includes(key)) continue;
    const number = spec.compiled.numbers.get(key);
    if (number === undefined || spec.compiled.bitmap.isFlag(number)) return undefined;
    numbers.push(number);
  }
  if (keys.length - numbers.length !== lead.length) return undefined;
  numbers.sort((a, b) => a - b);
  if ((numbers.at(-1) ?? 0) > spec.compiled.bitmap.bitMax) return undefined;
  const writer = new Writer(64);
  spec.compiled.bitmap.write(writer, numbers);
  const order = [...lead, ...numbers.map((number) => `de${number}`)];
  const planned = [
    ...(spec.header === undefined ? [] : [spec.header]),
    spec.mti,
    ...numbers.map((number) => spec.byNumber[number] as FlatField),
  ];
  const allText = planned.every(isTextWire);
  return {
    keys,
    slots: Uint8Array.from(keys, (key) => order.indexOf(key)),
    fields: planned,
    allText,
    inOrder: allText && keys.every((key, i) => key === order[i]),
    bitmap: writer.bytes.slice(0, writer.at),
    fixed: Int16Array.from(planned, fixedLength),
    place: '0'.repeat(writer.at),
    runs: fieldRunsOf(planned.slice(lead.length)),
    first: lead.length,
  };
}

function planFor(spec: FastSpec, message: Message): EncodePlan | undefined {
  const last = spec.lastEncode;
  if (last !== undefined && gather(last, message)) return last;
  const signature = Object.keys(message).join();
  let plan = spec.encodePlans.get(signature);
  if (plan === undefined || !gather(plan, message)) {
    plan = newPlan(spec, message);
    if (plan === undefined || !gather(plan, message)) return undefined;
    if (spec.encodePlans.size >= plansMax) spec.encodePlans.clear();
    spec.encodePlans.set(signature, plan);
  }
  spec.lastEncode = plan;
  return plan;
}

/** Encodes a message if nothing about it is out of order; undefined sends it to the general encoder. */
export function encodeFast(spec: FastSpec, message: Message): Uint8Array | undefined {
  const last = spec.lastEncode;
  if (last !== undefined && last.inOrder) {
    const bytes = encodeTextMessage(last, values, message);
    if (bytes !== undefined) return bytes;
  }
  const plan = planFor(spec, message);
  if (plan === undefined) return undefined;
  if (plan.allText) return encodeTextWire(plan, values);
  const text = joinTexts(plan);
  if (text === undefined) return undefined;
  // A character beyond ASCII takes more than one byte and so gives itself away.
  if (text.length > 0 && scratch.utf8Write(text, 0) !== text.length) return undefined;
  const start = reserve(room);
  const end = writeElements(plan, values, start);
  return end < 0 ? undefined : cut(start, end);
}
