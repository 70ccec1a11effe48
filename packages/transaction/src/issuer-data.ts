// What an issuer says to the card (DE 55 of an answer; EMV Book 3 section 10.9 and 10.10): the tags that are
// its own. Anything else, a card number above all, is another party's mistake and is neither kept nor passed on.
import { toHex } from '@chipswitch/bytes';
import { coverStated } from '@chipswitch/cardholder-data';
import { TlvCursor } from '@chipswitch/tlv';

// Longest value: 91 holds 8 to 16 bytes, 8A two, both script templates together 128 (Book 3 annex A, E).
const lengthMax: ReadonlyMap<number, number> = new Map([
  [0x71, 128],
  [0x72, 128],
  [0x8a, 2],
  [0x91, 16],
]);
// A script template holds its identifier and commands.
const inScript: ReadonlySet<number> = new Set([0x86, 0x9f18]);

function isScript(bytes: Uint8Array, start: number, end: number): boolean {
  const inside = new TlvCursor(bytes, undefined, start, end);
  while (inside.next()) if (!inScript.has(inside.tag)) return false;
  return inside.code === undefined;
}

/**
 * The issuer's own objects out of a host's DE 55, as they came and in their order.
 *
 * @param pan the card number of the payment: an object that holds it is another party's mistake, whatever its tag
 * @returns undefined when there are none; what follows a broken object is lost with it.
 */
export function issuerData(icc: Uint8Array, pan: string): Uint8Array | undefined {
  const cursor = new TlvCursor(icc);
  const stated = coverStated([pan]);
  const kept: number[] = [];
  while (cursor.next()) {
    const { tag, offset, start, end } = cursor;
    const longest = lengthMax.get(tag);
    if (longest === undefined || end - start > longest) continue;
    const isTemplate = tag === 0x71 || tag === 0x72;
    if (isTemplate && !isScript(icc, start, end)) continue;
    const object = icc.subarray(offset, end);
    const hex = toHex(object);
    if (stated.hex(hex) === hex) kept.push(...object);
  }
  return kept.length === 0 ? undefined : Uint8Array.from(kept);
}
