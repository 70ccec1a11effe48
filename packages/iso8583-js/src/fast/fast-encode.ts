// The fast lane of encoding: values joined into one text, written in one go, then checked and packed.
//
// Like the fast lane of decoding it only ever says yes; the general encoder says what is wrong. What
// keys a message has is worked out once for each sequence of keys: traffic repeats itself.
import { cut, reserve } from '../wire/byte-pool.ts';
import { Writer } from '../wire/cursor.ts';
import { encodeTextMessage, encodeTextWire, isTextWire } from './fast-encode-text.ts';
import { generalRoom, writeElements } from './fast-encode-write.ts';
import { type Lane, laneKind, lanePrefix } from './flat-field.ts';
import type { CompiledSpec } from '../codec/message-codec.ts';
import { fastBytesMax, plane } from './scratch.ts';
import type { EncodePlan, SpecLanes } from './message-plan.ts';
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { stepsOf } from './field-runs.ts';

const elementsMax = 256;
const values: (FieldValue | undefined)[] = Array.from({ length: elementsMax });
/** Room for the length of one element. */
const prefixRoom = 4;

/** Bytes that the values at hand can take at most. */
let room = 0;

/** Joins the texts of the values; undefined when one has a type or length that needs a closer look. */
function joinTexts(plan: EncodePlan): string | undefined {
  const { lanes } = plan;
  let text = '';
  room = generalRoom + plan.bitmap.length + lanes.length * prefixRoom;
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i];
    const value = values[i];
    const { kind } = lane;
    if (kind === laneKind.general) continue;
    let length: number;
    if (kind === laneKind.raw || kind === laneKind.hex) {
      if (!(value instanceof Uint8Array)) return undefined;
      length = kind === laneKind.hex ? value.length * 2 : value.length;
    } else {
      if (typeof value !== 'string') return undefined;
      ({ length } = value);
      if (kind !== laneKind.mapped) text += value;
    }
    room += length;
    if (lane.prefix === lanePrefix.none ? length !== lane.length : length > lane.length) {
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

/** Length of a text of fixed length, -1 for other lanes. */
function fixedLength({ kind, prefix, length }: Lane): number {
  return kind === laneKind.text && prefix === lanePrefix.none && length <= fastBytesMax
    ? length
    : -1;
}

/** Plans kept per spec: messages with random keys cannot make it grow further. */
const plansMax = 128;

function newPlan(
  compiled: CompiledSpec,
  lanes: SpecLanes,
  message: Message,
): EncodePlan | undefined {
  const keys = Object.keys(message);
  const lead = compiled.header === undefined ? ['mti'] : ['header', 'mti'];
  const numbers: number[] = [];
  for (const key of keys) {
    if (message[key as 'de2'] === undefined) return undefined;
    if (lead.includes(key)) continue;
    const number = compiled.numbers.get(key);
    if (number === undefined || compiled.bitmap.isFlag(number)) return undefined;
    numbers.push(number);
  }
  if (keys.length - numbers.length !== lead.length) return undefined;
  numbers.sort((a, b) => a - b);
  if ((numbers.at(-1) ?? 0) > compiled.bitmap.bitMax) return undefined;
  const writer = new Writer(64);
  compiled.bitmap.write(writer, numbers);
  const order = [...lead, ...numbers.map((number) => `de${number}`)];
  const planned = [
    ...(lanes.header === undefined ? [] : [lanes.header]),
    lanes.mti,
    ...numbers.map((number) => lanes.byNumber[number] as Lane),
  ];
  const allText = planned.every(isTextWire);
  return {
    keys,
    slots: Uint8Array.from(keys, (key) => order.indexOf(key)),
    lanes: planned,
    allText,
    inOrder: allText && keys.every((key, i) => key === order[i]),
    bitmap: writer.bytes.slice(0, writer.at),
    fixed: Int16Array.from(planned, fixedLength),
    place: '0'.repeat(writer.at),
    steps: stepsOf(planned.slice(lead.length)),
    first: lead.length,
  };
}

function planFor(
  compiled: CompiledSpec,
  lanes: SpecLanes,
  message: Message,
): EncodePlan | undefined {
  const last = lanes.lastEncode;
  if (last !== undefined && gather(last, message)) return last;
  const signature = Object.keys(message).join();
  let plan = lanes.encodePlans.get(signature);
  if (plan === undefined || !gather(plan, message)) {
    plan = newPlan(compiled, lanes, message);
    if (plan === undefined || !gather(plan, message)) return undefined;
    if (lanes.encodePlans.size >= plansMax) lanes.encodePlans.clear();
    lanes.encodePlans.set(signature, plan);
  }
  lanes.lastEncode = plan;
  return plan;
}

/** Encodes a message if nothing about it is out of order; undefined sends it to the general encoder. */
export function encodeFast(
  compiled: CompiledSpec,
  lanes: SpecLanes,
  message: Message,
): Uint8Array | undefined {
  const last = lanes.lastEncode;
  if (last !== undefined && last.inOrder) {
    const bytes = encodeTextMessage(last, values, message);
    if (bytes !== undefined) return bytes;
  }
  const plan = planFor(compiled, lanes, message);
  if (plan === undefined) return undefined;
  if (plan.allText) return encodeTextWire(plan, values);
  const text = joinTexts(plan);
  if (text === undefined) return undefined;
  // A character beyond ASCII takes more than one byte and so gives itself away.
  if (text.length > 0 && plane.utf8Write(text, 0) !== text.length) return undefined;
  const start = reserve(room);
  const end = writeElements(plan, values, start);
  return end < 0 ? undefined : cut(start, end);
}
