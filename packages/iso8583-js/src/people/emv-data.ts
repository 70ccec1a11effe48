// EMV data in DE 55: a bounded BER-TLV walk (EMV Book 3 annex B) for descriptions and masking, raw or opened alike.
import { toHex } from '@chipswitch/bytes';
import {
  type Cover,
  maskBytes,
  maskText,
  numberSearchIn,
  statedNumber,
  tagSensitivity,
  zeroText,
} from '@chipswitch/cardholder-data';
import { readBerTag } from '../composite/composite-tlv.ts';
import { lengthPrefix } from '../content/length-prefix.ts';
import type { Sensitive } from '../spec/spec-types.ts';
import { FAIL, Reader } from '../wire/cursor.ts';

/** One data object of DE 55 and where it stands in the bytes that were walked. */
export interface EmvObject {
  readonly tag: string;
  readonly offset: number;
  readonly valueOffset: number;
  readonly value: Uint8Array;
}

const ber = lengthPrefix({ data: 'ber' });

/** Templates in templates deeper than this are hidden whole. */
const depthMax = 8;

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
    objects.push({ tag, offset, valueOffset, value: bytes.subarray(valueOffset, reader.at) });
  }
  return { objects, complete: true };
}

const isTemplate = (tag: string): boolean => (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;

/** Objects one after the other as hex, each value covered by its tag; what is no TLV is covered whole. */
function coverObjects(bytes: Uint8Array, cover: Cover, depth: number): string {
  const { objects, complete } = emvObjects(bytes);
  if (!complete || depth > depthMax) return cover.repeat(bytes.length * 2);
  let hex = '';
  let at = 0;
  for (const { tag, valueOffset, value } of objects) {
    hex += toHex(bytes, at, valueOffset) + coverAt(tag, value, cover, depth);
    at = valueOffset + value.length;
  }
  return hex + toHex(bytes, at, bytes.length);
}

function coverAt(tag: string, value: Uint8Array, cover: Cover, depth: number): string {
  const sensitivity = tagSensitivity(tag);
  if (sensitivity !== undefined) return maskBytes(sensitivity, value, cover);
  if (isTemplate(tag)) return coverObjects(value, cover, depth + 1);
  return maskBytes(numberSearchIn(tag, value.length), value, cover);
}

/**
 * An object's value as hex with what is secret of it covered: by its tag, in templates by the tags in them, in tags
 * that nobody knows wherever a card number may stand.
 */
export function maskEmvValue(tag: string, value: Uint8Array, cover: Cover = '*'): string {
  return coverAt(tag.toUpperCase(), value, cover, 0);
}

/** The mark of an object's text, for specs that decode it to one. */
function markOfTag(tag: string): Sensitive {
  const sensitivity = tagSensitivity(tag.toUpperCase());
  switch (sensitivity) {
    case undefined:
      // As long as a card number is: only what is binary by definition holds none.
      return numberSearchIn(tag.toUpperCase(), 19) === 'nowhere' ? 'none' : 'text';
    case 'pan':
    case 'track1':
    case 'track2':
    case 'expiry':
    case 'pin':
      return sensitivity;
    case 'track':
    case 'name':
    case 'account':
    case 'cvv':
    case 'secret':
      return 'secret';
  }
}

/** An object that its spec decodes to text, masked by its tag. */
export function maskEmvText(tag: string, text: string, cover: Cover = '*'): string {
  return (cover === '*' ? maskText : zeroText)(markOfTag(tag), text);
}

/** The mark of what stands in an object: that of a sensitive template, else each by its own tag. */
export function markInTemplate(tag: string): Sensitive {
  return tagSensitivity(tag.toUpperCase()) === undefined ? 'emv' : 'secret';
}

/** DE 55 as hex whose secrets are covered; bytes that are no BER-TLV are covered altogether. */
export function maskEmvObjects(bytes: Uint8Array, cover: Cover): string {
  return coverObjects(bytes, cover, 0);
}

/** The card numbers that an object states, and those of the objects in it. */
export function numbersInObject(tag: string, value: Uint8Array, depth = 0): string[] {
  const stated = statedNumber(tagSensitivity(tag.toUpperCase()), value);
  if (stated !== undefined) return [stated];
  return isTemplate(tag) && depth <= depthMax ? numbersInObjects(value, depth + 1) : [];
}

/** The card numbers that objects one after the other state, so far as they can be read. */
export function numbersInObjects(bytes: Uint8Array, depth = 0): string[] {
  return emvObjects(bytes).objects.flatMap(({ tag, value }) => numbersInObject(tag, value, depth));
}
