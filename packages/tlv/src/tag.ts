// Tags as numbers: the tag bytes read big-endian (ISO/IEC 7816-4 section 5.2.2.1, EMV Book 3 annex
// B1).
import { TlvFault } from './error.ts';

/**
 * A BER-TLV tag of one to four bytes, read big-endian: `0x5a`, `0x9f26`, `0xdf8116`. It is a plain
 * number, so that tags can be written as the standards print them and compared without a lookup.
 */
export type Tag = number;

/**
 * How many bytes a tag occupies: one to four.
 *
 * @example tagLength(0xdf8116) // 3
 */
export function tagLength(tag: Tag): number {
  if (tag <= 0xff) return 1;
  if (tag <= 0xffff) return 2;
  return tag <= 0xffffff ? 3 : 4;
}

/** First byte of a tag: class (bits 8-7), constructed (bit 6), number (bits 5-1). */
function tagFirstByte(tag: Tag): number {
  return tag >>> ((tagLength(tag) - 1) * 8);
}

/**
 * Whether the value of an object with this tag is itself a list of objects (bit 6).
 *
 * @example isConstructed(0xbf0c) // true
 */
export function isConstructed(tag: Tag): boolean {
  return (tagFirstByte(tag) & 0x20) !== 0;
}

/**
 * Whether the number is a tag that a reader of at most four tag bytes would give back.
 *
 * @example isTag(0x9f2601) // false
 */
export function isTag(tag: number): boolean {
  // Nearly all tags have one byte or two; `| 0` is false for what is no small whole number.
  if ((tag | 0) === tag && tag >= 0 && tag <= 0xffff) {
    return tag <= 0xff ? (tag & 0x1f) !== 0x1f : ((tag >> 8) & 0x1f) === 0x1f && (tag & 0x80) === 0;
  }
  if (!Number.isInteger(tag) || tag < 0 || tag > 0xffffffff) return false;
  const length = tagLength(tag);
  const longForm = (tagFirstByte(tag) & 0x1f) === 0x1f;
  if (longForm !== length > 1) return false;
  for (let i = 1; i < length; i++) {
    const more = ((tag >>> ((length - 1 - i) * 8)) & 0x80) !== 0;
    if (more !== i < length - 1) return false;
  }
  return true;
}

/**
 * A tag as upper-case hex.
 *
 * @example tagHex(0x9f26) // '9F26'
 */
export function tagHex(tag: Tag): string {
  return tag
    .toString(16)
    .toUpperCase()
    .padStart(tagLength(tag) * 2, '0');
}

/**
 * A tag out of its hex text, either case.
 *
 * @returns undefined when the text is no tag of at most four bytes.
 * @example parseTag('9F26') // 0x9f26
 */
export function parseTag(text: string): Tag | undefined {
  if (!/^(?:[0-9a-fA-F]{2}){1,4}$/.test(text)) return undefined;
  const tag = Number.parseInt(text, 16);
  return isTag(tag) && tagLength(tag) * 2 === text.length ? tag : undefined;
}

/**
 * A tag that the code itself names.
 *
 * @throws TlvFault `tag-invalid`.
 */
export function checkTag(tag: number): Tag {
  if (!isTag(tag)) throw new TlvFault('tag-invalid', 'not a BER-TLV tag of at most four bytes');
  return tag;
}
