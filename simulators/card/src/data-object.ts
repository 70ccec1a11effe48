// Data objects the card sends and the values a terminal sends for its lists (Book 3 annex B, 5.4).
import { concatBytes, fromHex } from '@chipswitch/bytes';
import { type DolEntry, encodeTlv, tagHex } from '@chipswitch/tlv';

/** One BER-TLV data object, the value in one or more parts. */
export function dataObject(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return encodeTlv([[tag, concatBytes(...parts)]]);
}

/** A data object list's entries as the bytes the card shows. */
export function encodeDol(entries: readonly DolEntry[]): Uint8Array {
  return concatBytes(
    ...entries.map((entry) => concatBytes(fromHex(tagHex(entry.tag)), Uint8Array.of(entry.length))),
  );
}

/** Total length of the data a list asks for. */
export function dolDataLength(entries: readonly DolEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.length, 0);
}

/** The values a terminal sent for a list, by tag; the first of a repeated tag counts. */
export function splitDolData(
  entries: readonly DolEntry[],
  data: Uint8Array,
): Map<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  let offset = 0;
  for (const entry of entries) {
    if (!values.has(entry.tag)) values.set(entry.tag, data.slice(offset, offset + entry.length));
    offset += entry.length;
  }
  return values;
}

/** Numeric (n) digits, most significant first, filled with zeros on the left. */
export function numeric(digits: string, bytes: number): Uint8Array {
  return fromHex(digits.padStart(bytes * 2, '0'));
}

/** Compressed numeric (cn) digits, filled with F on the right. */
export function compressedNumeric(digits: string, bytes = (digits.length + 1) >> 1): Uint8Array {
  return fromHex(digits.padEnd(bytes * 2, 'F'));
}

/** A number of minor units out of a numeric value such as 9F02; nibbles above 9 count as zero. */
export function amountOf(value: Uint8Array | undefined): number {
  let amount = 0;
  for (const byte of value ?? []) {
    amount = amount * 100 + Math.min(byte >> 4, 9) * 10 + Math.min(byte & 15, 9);
  }
  return amount;
}
