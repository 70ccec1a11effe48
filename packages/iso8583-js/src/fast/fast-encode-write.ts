// Writing the elements of a fast-lane message that is not all text: digits packed, bytes, EBCDIC.
import { pool } from '../wire/byte-pool.ts';
import { wrongByTable, wrongDigits, wrongHex, wrongPrintable } from './character-checks.ts';
import { Writer } from '../wire/cursor.ts';
import { type Lane, laneCheck, laneKind, lanePrefix, lanePrefixBytes } from './flat-field.ts';
import { plane, planeWords as words } from './scratch.ts';
import type { EncodePlan } from './message-plan.ts';
import type { FieldValue } from '../spec/spec-types.ts';

/** Writes a length that is known to fit; returns where it ends. */
function writeLength(out: Uint8Array, prefix: number, at: number, length: number): number {
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
function writeText(
  outWords: DataView,
  lane: Lane,
  from: number,
  length: number,
  at: number,
): number {
  const end = from + length;
  const { check } = lane;
  // Words may run over the end: what they write there is written again by the next element.
  for (let p = from, to = at; p < end; p += 4, to += 4) {
    outWords.setInt32(to, words.getInt32(p, true), true);
  }
  if (check === laneCheck.digits) return wrongDigits(words, from, end);
  if (check === laneCheck.printable) return wrongPrintable(words, from, end);
  if (check === laneCheck.hex) return wrongHex(words, from, end);
  return check === laneCheck.table ? wrongByTable(words, from, end, lane.allowed) : 0;
}

/** Digits from the plane, packed; 0 when all of them are allowed. */
function writePacked(
  out: Uint8Array,
  lane: Lane,
  from: number,
  length: number,
  at: number,
): number {
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
    wrong = wrong > 9 ? 1 : wrongDigits(words, from, end) === 0 ? 0 : 16;
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

function writeMapped(
  out: Uint8Array,
  lane: Lane,
  value: FieldValue | undefined,
  at: number,
): number {
  if (typeof value !== 'string') return -1;
  const { length } = value;
  if (lane.prefix === lanePrefix.none ? length !== lane.length : length > lane.length) return -1;
  let to = lane.prefix === lanePrefix.none ? at : writeLength(out, lane.prefix, at, length);
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 255 || lane.allowed[code] === 0) return -1;
    out[to++] = lane.wire[code];
  }
  return to;
}

function writeBytes(out: Uint8Array, lane: Lane, value: Uint8Array, at: number): number {
  const hex = lane.kind === laneKind.hex;
  const { wire } = lane;
  const length = hex ? value.length * 2 : value.length;
  let to = lane.prefix === lanePrefix.none ? at : writeLength(out, lane.prefix, at, length);
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

/** Bytes that elements which are not flat may take together; beyond it the general encoder does it all. */
export const generalRoom = 4096;

const generalWriter = new Writer();

/** Elements that are not flat, written by their codec. */
function writeGeneral(
  out: Uint8Array,
  lane: Lane,
  value: FieldValue,
  at: number,
  budget: number,
): number {
  generalWriter.at = 0;
  if (!lane.codec.encode(generalWriter, value)) {
    generalWriter.path = [];
    return -1;
  }
  const written = generalWriter.at;
  if (written > budget) {
    // One huge element must not keep its memory for ever.
    generalWriter.bytes = new Uint8Array(generalRoom);
    return -1;
  }
  out.set(generalWriter.bytes.subarray(0, written), at);
  return at + written;
}

/**
 * Writes all elements at `start` of the pool; returns where they end, -1 on any doubt.
 *
 * @param start where room for the flat elements, their lengths, the bitmap and `generalRoom` is reserved
 */
export function writeElements(
  plan: EncodePlan,
  values: readonly (FieldValue | undefined)[],
  start: number,
): number {
  const { lanes, first, bitmap } = plan;
  const out = pool.bytes;
  const outWords = pool.words;
  let at = start;
  let from = 0;
  let wrong = 0;
  let budget = generalRoom;
  for (let i = 0; i <= lanes.length; i++) {
    if (i === first) for (let b = 0; b < bitmap.length; b++) out[at++] = bitmap[b];
    if (i === lanes.length) break;
    const lane = lanes[i];
    const { kind, prefix } = lane;
    if (kind === laneKind.text || kind === laneKind.packed) {
      const { length } = values[i] as string;
      if (prefix !== lanePrefix.none) at = writeLength(out, prefix, at, length);
      if (kind === laneKind.text) {
        wrong |= writeText(outWords, lane, from, length, at);
        at += length;
      } else {
        wrong |= writePacked(out, lane, from, length, at);
        at += (length + 1) >> 1;
      }
      from += length;
    } else if (kind === laneKind.mapped) at = writeMapped(out, lane, values[i], at);
    else if (kind === laneKind.general) {
      const before = at;
      at = writeGeneral(out, lane, values[i] as FieldValue, at, budget);
      budget -= at - before;
    } else at = writeBytes(out, lane, values[i] as Uint8Array, at);
    if (at < 0) return -1;
  }
  return wrong === 0 ? at : -1;
}
