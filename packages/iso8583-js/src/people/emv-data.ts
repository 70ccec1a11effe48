// EMV data in a raw DE 55: a bounded BER-TLV walk (EMV Book 3 annex B) for descriptions and masking.
import { mayHoldAccountNumber, toHex } from '@chipswitch/bytes';
import { emvTagNames, emvTagsMasked } from '../data/emv-tags.ts';
import { FAIL, Reader } from '../wire/cursor.ts';
import { readBerTag } from '../composite/composite-tlv.ts';
import { lengthPrefix } from '../content/length-prefix.ts';

/** One data object of DE 55 and where it stands in the bytes that were walked. */
export interface EmvObject {
  readonly tag: string;
  readonly name: string;
  readonly offset: number;
  readonly valueOffset: number;
  readonly value: Uint8Array;
  /** Whether it holds cardholder data. */
  readonly masked: boolean;
}

const ber = lengthPrefix({ data: 'ber' });

// A template is not opened here, and an unknown tag may be anything.
function mayHideCard(tag: string, value: Uint8Array): boolean {
  const constructed = (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
  return (constructed || emvTagNames[tag] === undefined) && mayHoldAccountNumber(value);
}

/** The top-level objects, and whether they use up all bytes. */
export function emvObjects(bytes: Uint8Array): { objects: EmvObject[]; complete: boolean } {
  const reader = new Reader(bytes);
  const objects: EmvObject[] = [];
  while (reader.at < bytes.length) {
    if (bytes[reader.at] === 0) {
      reader.at++;
      continue;
    }
    const offset = reader.at;
    const tag = readBerTag(reader, bytes.length);
    if (tag === FAIL) return { objects, complete: false };
    const length = ber.read(reader, bytes.length);
    if (length === FAIL || reader.at + length > bytes.length) return { objects, complete: false };
    const valueOffset = reader.at;
    reader.at += length;
    const value = bytes.subarray(valueOffset, reader.at);
    objects.push({
      tag,
      name: emvTagNames[tag] ?? 'Unknown',
      offset,
      valueOffset,
      value,
      masked: emvTagsMasked.has(tag) || mayHideCard(tag, value),
    });
  }
  return { objects, complete: true };
}

/** A masked object's value: PANs keep their ends, everything else is hidden. */
export function maskEmvValue(tag: string, value: Uint8Array): string {
  const hex = toHex(value);
  if (tag === '5A') {
    const pan = hex.replace(/F+$/, '');
    return /^\d{13,19}$/.test(pan)
      ? `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`
      : '*'.repeat(hex.length);
  }
  return '*'.repeat(hex.length);
}

/** A copy of DE 55 whose masked objects hold zeros; bytes that are no BER-TLV become zeros altogether. */
export function zeroEmvSecrets(bytes: Uint8Array): Uint8Array {
  const { objects, complete } = emvObjects(bytes);
  if (!complete) return new Uint8Array(bytes.length);
  const copy = Uint8Array.from(bytes);
  for (const object of objects) {
    if (object.masked) {
      copy.fill(0, object.valueOffset, object.valueOffset + object.value.length);
    }
  }
  return copy;
}
