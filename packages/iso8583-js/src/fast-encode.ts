// The fast lane of encoding: values joined into one text, written in one go, then checked and packed.
//
// Like the fast lane of decoding it only ever says yes; the general encoder says what is wrong. What
// keys a message has is worked out once for each sequence of keys: traffic repeats itself.
import { copyOf } from './byte-pool.ts';
import { wrongByTable, wrongDigits, wrongHex, wrongPrintable } from './character-checks.ts';
import { Writer } from './cursor.ts';
import { type Lane, laneCheck, laneKind, lanePrefix, lanePrefixBytes } from './lane.ts';
import type { CompiledSpec } from './message-codec.ts';
import { fastBytesMax, plane as planeOrNone, planeWords as words } from './plane.ts';
import type { EncodePlan, SpecLanes } from './plan.ts';
import type { FieldValue, Message } from './spec-types.ts';

const plane = planeOrNone as NonNullable<typeof planeOrNone>;

const elementsMax = 256;
const values: (FieldValue | undefined)[] = Array.from({ length: elementsMax });

/** Output of the lane; every byte string that leaves is a copy. */
const outMemory = new ArrayBuffer(2 * fastBytesMax + 16);
const out = new Uint8Array(outMemory);
const outWords = new DataView(outMemory);

/** Joins the texts of the values; undefined when one has a type or length that needs a closer look. */
function joinTexts(lanes: readonly Lane[]): string | undefined {
  let text = '';
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i];
    const value = values[i];
    const { kind } = lane;
    if (kind === laneKind.text || kind === laneKind.packed) {
      if (typeof value !== 'string') return undefined;
      const { length } = value;
      if (lane.prefix === lanePrefix.none ? length !== lane.length : length > lane.length) {
        return undefined;
      }
      text += value;
    } else if (kind === laneKind.raw || kind === laneKind.hex) {
      if (!(value instanceof Uint8Array)) return undefined;
      const length = kind === laneKind.hex ? value.length * 2 : value.length;
      if (lane.prefix === lanePrefix.none ? length !== lane.length : length > lane.length) {
        return undefined;
      }
    }
  }
  return text.length > fastBytesMax ? undefined : text;
}

/** Writes a length that is known to fit; returns where it ends. */
function writeLength(prefix: number, at: number, length: number): number {
  switch (prefix) {
    case lanePrefix.ascii2:
      out[at] = 48 + ((length / 10) | 0);
      out[at + 1] = 48 + (length % 10);
      break;
    case lanePrefix.ascii3:
      out[at] = 48 + ((length / 100) | 0);
      out[at + 1] = 48 + (((length / 10) | 0) % 10);
      out[at + 2] = 48 + (length % 10);
      break;
    case lanePrefix.ascii4:
      out[at] = 48 + ((length / 1000) | 0);
      out[at + 1] = 48 + (((length / 100) | 0) % 10);
      out[at + 2] = 48 + (((length / 10) | 0) % 10);
      out[at + 3] = 48 + (length % 10);
      break;
    case lanePrefix.bcd1:
      out[at] = (((length / 10) | 0) << 4) | (length % 10);
      break;
    case lanePrefix.bcd2:
      out[at] = (((length / 1000) | 0) << 4) | (((length / 100) | 0) % 10);
      out[at + 1] = ((((length / 10) | 0) % 10) << 4) | (length % 10);
      break;
    case lanePrefix.binary2:
      out[at] = length >> 8;
      out[at + 1] = length & 255;
      break;
    default:
      out[at] = length;
  }
  return at + lanePrefixBytes[prefix];
}

/** Characters from the plane, as they are; 0 when all of them are allowed. */
function writeText(lane: Lane, from: number, length: number, at: number): number {
  const end = from + length;
  const { check } = lane;
  // Words may run over the end: what they write there is written again by the next element.
  for (let p = from, to = at; p < end; p += 4, to += 4) {
    outWords.setInt32(to, words.getInt32(p, true), true);
  }
  if (check === laneCheck.digits) return wrongDigits(from, end);
  if (check === laneCheck.printable) return wrongPrintable(from, end);
  if (check === laneCheck.hex) return wrongHex(from, end);
  return check === laneCheck.table ? wrongByTable(from, end, lane.allowed) : 0;
}

/** Digits from the plane, packed; 0 when all of them are allowed. */
function writePacked(lane: Lane, from: number, length: number, at: number): number {
  const { wire } = lane;
  let p = from;
  let to = at;
  let wrong = 0;
  const end = from + length;
  const odd = (length & 1) === 1;
  if (odd && lane.fillerLeft) {
    const low = wire[plane[p++]];
    wrong |= low;
    out[to++] = (lane.fillerNibble << 4) | low;
  }
  if (lane.check === laneCheck.digits) {
    wrong = wrong > 9 ? 1 : wrongDigits(from, end) === 0 ? 0 : 16;
    for (; p + 4 <= end; p += 4, to += 2) {
      const word = words.getInt32(p, true) & 0x0f0f0f0f;
      const pairs = (word << 4) | (word >>> 8);
      out[to] = pairs;
      out[to + 1] = pairs >>> 16;
    }
  }
  for (; p + 2 <= end; p += 2) {
    const high = wire[plane[p]];
    const low = wire[plane[p + 1]];
    wrong |= high | low;
    out[to++] = (high << 4) | low;
  }
  if (p < end) {
    const high = wire[plane[p]];
    wrong |= high;
    out[to] = (high << 4) | lane.fillerNibble;
  }
  return wrong > 15 ? wrong : 0;
}

function writeMapped(lane: Lane, value: FieldValue | undefined, at: number): number {
  if (typeof value !== 'string') return -1;
  const { length } = value;
  if (lane.prefix === lanePrefix.none ? length !== lane.length : length > lane.length) return -1;
  let to = lane.prefix === lanePrefix.none ? at : writeLength(lane.prefix, at, length);
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 255 || lane.allowed[code] === 0) return -1;
    out[to++] = lane.wire[code];
  }
  return to;
}

function writeBytes(lane: Lane, value: Uint8Array, at: number): number {
  const hex = lane.kind === laneKind.hex;
  const { wire } = lane;
  const length = hex ? value.length * 2 : value.length;
  let to = lane.prefix === lanePrefix.none ? at : writeLength(lane.prefix, at, length);
  if (hex) {
    for (let i = 0; i < value.length; i++) {
      out[to++] = wire[value[i] >> 4];
      out[to++] = wire[value[i] & 15];
    }
    return to;
  }
  if (value.length > 48) {
    out.set(value, to);
    return to + value.length;
  }
  for (let i = 0; i < value.length; i++) out[to++] = value[i];
  return to;
}

const generalWriter = new Writer();

function writeGeneral(lane: Lane, value: FieldValue, at: number): number {
  generalWriter.at = 0;
  if (!lane.codec.encode(generalWriter, value)) {
    generalWriter.path = [];
    return -1;
  }
  const written = generalWriter.at;
  if (at + written > 2 * fastBytesMax) return -1;
  out.set(generalWriter.bytes.subarray(0, written), at);
  return at + written;
}

/** Writes all elements; returns where they end, -1 on any doubt. */
function writeElements(plan: EncodePlan): number {
  const { lanes, first, bitmap } = plan;
  let at = 0;
  let from = 0;
  let wrong = 0;
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i];
    const { kind, prefix } = lane;
    if (i === first) {
      for (let b = 0; b < bitmap.length; b++) out[at++] = bitmap[b];
    }
    if (kind === laneKind.text || kind === laneKind.packed) {
      const { length } = values[i] as string;
      if (prefix !== lanePrefix.none) at = writeLength(prefix, at, length);
      if (kind === laneKind.text) {
        wrong |= writeText(lane, from, length, at);
        at += length;
      } else {
        wrong |= writePacked(lane, from, length, at);
        at += (length + 1) >> 1;
      }
      from += length;
    } else if (kind === laneKind.mapped) at = writeMapped(lane, values[i], at);
    else if (kind === laneKind.general) at = writeGeneral(lane, values[i] as FieldValue, at);
    else at = writeBytes(lane, values[i] as Uint8Array, at);
    if (at < 0 || at > fastBytesMax) return -1;
  }
  if (lanes.length === first) {
    for (let b = 0; b < bitmap.length; b++) out[at++] = bitmap[b];
  }
  return wrong === 0 ? at : -1;
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
  return {
    keys,
    slots: Uint8Array.from(keys, (key) => order.indexOf(key)),
    lanes: [
      ...(lanes.header === undefined ? [] : [lanes.header]),
      lanes.mti,
      ...numbers.map((number) => lanes.byNumber[number] as Lane),
    ],
    bitmap: writer.bytes.slice(0, writer.at),
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
  const plan = planFor(compiled, lanes, message);
  if (plan === undefined) return undefined;
  const text = joinTexts(plan.lanes);
  if (text === undefined) return undefined;
  // A character beyond ASCII takes more than one byte and so gives itself away.
  if (text.length > 0 && plane.utf8Write(text, 0) !== text.length) return undefined;
  const end = writeElements(plan);
  return end < 0 ? undefined : copyOf(out, outWords, 0, end);
}
