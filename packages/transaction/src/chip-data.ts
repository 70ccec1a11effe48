// Chip data that is kept and passed on: what an issuer says to the card (DE 55 of an answer; EMV Book 3 sections 10.9
// and 10.10), and what the host is told of a payment that was approved without it (DE 55 of an advice; Book 4 section
// 12.1.1). Each by a list of tags: what is not on it, a track or a card number above all, is neither kept nor passed on.
import { toHex } from '@chipswitch/bytes';
import { coverStated, judgeObject, maskBytes } from '@chipswitch/cardholder-data';
import { TlvCursor, tagHex } from '@chipswitch/tlv';

/** Longest value by tag (Book 3 annex A, E); both script templates together 128. */
type LengthsMax = ReadonlyMap<number, number>;

const issuerTags: LengthsMax = new Map([
  [0x71, 128],
  [0x72, 128],
  [0x8a, 2],
  [0x91, 16],
]);

// Cryptogram and what went into it, how the cardholder was verified, which terminal and application: the data of an
// authorisation and of clearing; script results and the schemes' indicators (9F5B, 9F6E, 9F74, DF31).
const adviceTags: LengthsMax = new Map(
  (
    '82/2 84/16 8A/2 95/5 9A/3 9B/2 9C/1 5F2A/2 5F34/1 9F02/6 9F03/6 9F06/16 9F07/2 9F09/2 9F10/32 9F1A/2 9F1E/8 ' +
    '9F21/3 9F26/8 9F27/1 9F33/3 9F34/3 9F35/1 9F36/2 9F37/4 9F40/5 9F41/4 9F53/1 9F5B/64 9F63/16 9F66/4 9F6C/2 ' +
    '9F6E/32 9F74/6 DF31/64'
  )
    .split(' ')
    .map((row) => row.split('/'))
    .map(([tag, length]) => [Number.parseInt(tag, 16), Number(length)]),
);

// A script template holds its identifier and commands.
const inScript: ReadonlySet<number> = new Set([0x86, 0x9f18]);

function isScript(bytes: Uint8Array, start: number, end: number): boolean {
  const inside = new TlvCursor(bytes, undefined, start, end);
  while (inside.next()) if (!inScript.has(inside.tag)) return false;
  return inside.code === undefined;
}

/**
 * The objects of a list, as they came and in their order.
 *
 * @param pan the card number of the payment: an object that holds it, or may hold another, is a party's mistake
 * @returns undefined when there are none; what follows a broken object is lost with it.
 */
function kept(icc: Uint8Array, pan: string, lengthsMax: LengthsMax): Uint8Array | undefined {
  const cursor = new TlvCursor(icc);
  const stated = coverStated([pan]);
  const bytes: number[] = [];
  while (cursor.next()) {
    const { tag, offset, start, end } = cursor;
    const longest = lengthsMax.get(tag);
    if (longest === undefined || end - start > longest) continue;
    const isTemplate = tag === 0x71 || tag === 0x72;
    if (isTemplate && !isScript(icc, start, end)) continue;
    const [object, value] = [icc.subarray(offset, end), icc.subarray(start, end)];
    const hex = toHex(object);
    if (stated.hex(hex) !== hex) continue;
    const judgement = isTemplate ? 'delimited' : judgeObject(tagHex(tag), value.length);
    if (maskBytes(judgement, value) === toHex(value)) bytes.push(...object);
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
}

const otherTagBytesMax = 32;

/**
 * The issuer's own objects out of a host's DE 55.
 *
 * @param more tags that this host's issuers use beside those of EMV.
 */
export function issuerData(
  icc: Uint8Array,
  pan: string,
  more: readonly number[] = [],
): Uint8Array | undefined {
  if (more.length === 0) return kept(icc, pan, issuerTags);
  const others = more.map((tag) => [tag, otherTagBytesMax] as const);
  return kept(icc, pan, new Map([...others, ...issuerTags]));
}

/** What of a terminal's DE 55 an advice tells the host, and may be journaled until it has: hex. */
export function adviceData(icc: Uint8Array | undefined, pan: string): string | undefined {
  const objects = icc === undefined ? undefined : kept(icc, pan, adviceTags);
  return objects === undefined ? undefined : toHex(objects);
}
