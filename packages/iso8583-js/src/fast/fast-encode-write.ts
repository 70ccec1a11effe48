// Writing the elements of a message that is not all text: digits packed, bytes, EBCDIC.
import type { FieldValue } from '../spec/spec-types.ts';
import { pool } from '../wire/byte-pool.ts';
import { Writer } from '../wire/cursor.ts';
import { wrongByTable, wrongDigits, wrongHex, wrongPrintable } from './character-checks.ts';
import { type FlatField, checkKind, fieldKind, prefixKind, prefixBytes } from './flat-field.ts';
import type { EncodePlan } from './message-plan.ts';
import { scratch, scratchWords as words } from './scratch.ts';

/** Writes a length that is known to fit; returns where it ends. */
function writeLength(out: Uint8Array, prefix: number, at: number, length: number): number {
  switch (prefix) {
    case prefixKind.ascii2:
      out[at] = 48 + ((length / 10) | 0);
      out[at + 1] = 48 + (length % 10);
      break;
    case prefixKind.ascii3:
      out[at] = 48 + ((length / 100) | 0);
      out[at + 1] = 48 + (((length / 10) | 0) % 10);
      out[at + 2] = 48 + (length % 10);
      break;
    case prefixKind.ascii4:
      out[at] = 48 + ((length / 1000) | 0);
      out[at + 1] = 48 + (((length / 100) | 0) % 10);
      out[at + 2] = 48 + (((length / 10) | 0) % 10);
      out[at + 3] = 48 + (length % 10);
      break;
    case prefixKind.bcd1:
      out[at] = (((length / 10) | 0) << 4) | (length % 10);
      break;
    case prefixKind.bcd2:
      out[at] = (((length / 1000) | 0) << 4) | (((length / 100) | 0) % 10);
      out[at + 1] = ((((length / 10) | 0) % 10) << 4) | (length % 10);
      break;
    case prefixKind.binary2:
      out[at] = length >> 8;
      out[at + 1] = length & 255;
      break;
    default:
      out[at] = length;
  }
  return at + prefixBytes[prefix];
}

/** Characters from the scratch buffer, as they are; 0 when all of them are allowed. */
function writeText(
  outWords: DataView,
  field: FlatField,
  from: number,
  length: number,
  at: number,
): number {
  const end = from + length;
  const { check } = field;
  // Words may run over the end: what they write there is written again by the next element.
  for (let p = from, to = at; p < end; p += 4, to += 4) {
    outWords.setInt32(to, words.getInt32(p, true), true);
  }
  if (check === checkKind.digits) return wrongDigits(words, from, end);
  if (check === checkKind.printable) return wrongPrintable(words, from, end);
  if (check === checkKind.hex) return wrongHex(words, from, end);
  return check === checkKind.table ? wrongByTable(words, from, end, field.allowed) : 0;
}

/** Digits from the scratch buffer, packed; 0 when all of them are allowed. */
function writePacked(
  out: Uint8Array,
  field: FlatField,
  from: number,
  length: number,
  at: number,
): number {
  const { wire } = field;
  let p = from;
  let to = at;
  let wrong = 0;
  const end = from + length;
  const odd = (length & 1) === 1;
  if (odd && field.fillerLeft) {
    const low = wire[scratch[p++]];
    wrong |= low;
    out[to++] = (field.fillerNibble << 4) | low;
  }
  if (field.check === checkKind.digits) {
    wrong = wrongDigits(words, from, end) === 0 ? 0 : 16;
    for (; p + 4 <= end; p += 4, to += 2) {
      const word = words.getInt32(p, true) & 0x0f0f0f0f;
      const pairs = (word << 4) | (word >>> 8);
      out[to] = pairs;
      out[to + 1] = pairs >>> 16;
    }
  }
  for (; p + 2 <= end; p += 2) {
    const high = wire[scratch[p]];
    const low = wire[scratch[p + 1]];
    wrong |= high | low;
    out[to++] = (high << 4) | low;
  }
  if (p < end) {
    const high = wire[scratch[p]];
    wrong |= high;
    out[to] = (high << 4) | field.fillerNibble;
  }
  return wrong > 15 ? wrong : 0;
}

function writeMapped(
  out: Uint8Array,
  field: FlatField,
  value: FieldValue | undefined,
  at: number,
): number {
  if (typeof value !== 'string') return -1;
  const { length } = value;
  if (field.prefix === prefixKind.none ? length !== field.length : length > field.length) return -1;
  let to = field.prefix === prefixKind.none ? at : writeLength(out, field.prefix, at, length);
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 255 || field.allowed[code] === 0) return -1;
    out[to++] = field.wire[code];
  }
  return to;
}

function writeBytes(out: Uint8Array, field: FlatField, value: Uint8Array, at: number): number {
  const hex = field.kind === fieldKind.hex;
  const { wire } = field;
  const length = hex ? value.length * 2 : value.length;
  let to = field.prefix === prefixKind.none ? at : writeLength(out, field.prefix, at, length);
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
  field: FlatField,
  value: FieldValue,
  at: number,
  budget: number,
): number {
  generalWriter.at = 0;
  if (!field.codec.encode(generalWriter, value)) {
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
  const { fields, first, bitmap } = plan;
  const out = pool.bytes;
  const outWords = pool.words;
  let at = start;
  let from = 0;
  let wrong = 0;
  let budget = generalRoom;
  for (let i = 0; i <= fields.length; i++) {
    if (i === first) for (let b = 0; b < bitmap.length; b++) out[at++] = bitmap[b];
    if (i === fields.length) break;
    const field = fields[i];
    const { kind, prefix } = field;
    if (kind === fieldKind.text || kind === fieldKind.packed) {
      const { length } = values[i] as string;
      if (prefix !== prefixKind.none) at = writeLength(out, prefix, at, length);
      if (kind === fieldKind.text) {
        wrong |= writeText(outWords, field, from, length, at);
        at += length;
      } else {
        wrong |= writePacked(out, field, from, length, at);
        at += (length + 1) >> 1;
      }
      from += length;
    } else if (kind === fieldKind.mapped) at = writeMapped(out, field, values[i], at);
    else if (kind === fieldKind.general) {
      const before = at;
      at = writeGeneral(out, field, values[i] as FieldValue, at, budget);
      budget -= at - before;
    } else at = writeBytes(out, field, values[i] as Uint8Array, at);
    if (at < 0) return -1;
  }
  return wrong === 0 ? at : -1;
}
