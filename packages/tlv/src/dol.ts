// Data object lists: tags and lengths without values (EMV Book 3 section 5.4).
import type { TlvError } from './error.ts';
import { newHeader, readTag } from './header.ts';
import { type Tag, isConstructed } from './tag.ts';

/** One entry of a list: which object, and how many bytes of it are wanted (0 to 255). */
export interface DolEntry {
  readonly tag: Tag;
  readonly length: number;
}

/** A list, or why it ends early and the entries before that. */
export type DolResult =
  | { readonly ok: true; readonly entries: readonly DolEntry[]; readonly dataLength: number }
  | { readonly ok: false; readonly error: TlvError; readonly entries: readonly DolEntry[] };

/**
 * Reads a data object list. It is not TLV: no value follows a length, the length is one byte, no
 * byte is padding, and a tag that stands twice counts twice.
 *
 * @example parseDol(fromHex('9F3704')).entries // [{ tag: 0x9f37, length: 4 }]
 */
export function parseDol(bytes: Uint8Array): DolResult {
  const entries: DolEntry[] = [];
  const header = newHeader();
  let dataLength = 0;
  let at = 0;
  while (at < bytes.length) {
    const read = readTag(header, bytes, at, bytes.length);
    const code = read ? 'length-truncated' : header.code;
    if (!read || header.start >= bytes.length) {
      const offset = read ? header.start : header.at;
      return { ok: false, error: { code: code ?? 'tag-truncated', offset, path: [] }, entries };
    }
    const length = bytes[header.start];
    entries.push({ tag: header.tag, length });
    dataLength += length;
    at = header.start + 1;
  }
  return { ok: true, entries, dataLength };
}

/** Tags, or why the list ends early and the tags before that. */
export type TagListResult =
  | { readonly ok: true; readonly tags: readonly Tag[] }
  | { readonly ok: false; readonly error: TlvError; readonly tags: readonly Tag[] };

/**
 * Reads a list of tags without lengths (5C, 9F4A).
 *
 * @example parseTagList(fromHex('9F0282')).tags // [0x9f02, 0x82]
 */
export function parseTagList(bytes: Uint8Array): TagListResult {
  const tags: Tag[] = [];
  const header = newHeader();
  let at = 0;
  while (at < bytes.length) {
    if (!readTag(header, bytes, at, bytes.length)) {
      const code = header.code ?? 'tag-truncated';
      return { ok: false, error: { code, offset: header.at, path: [] }, tags };
    }
    tags.push(header.tag);
    at = header.start;
  }
  return { ok: true, tags };
}

/**
 * How a value is cut or filled to the wanted length: `n` keeps its right end and is filled with 00
 * on the left; `cn` keeps its left end and is filled with FF; anything else is filled with 00.
 */
export type DolFormat = 'n' | 'cn' | 'other';

/** Where the values come from. */
export interface DolSource {
  /** The object's value, or undefined when it is not at hand. */
  readonly valueOf: (tag: Tag) => Uint8Array | undefined;
  /** The object's format; without it every object is `other`. */
  readonly formatOf?: (tag: Tag) => DolFormat;
}

function place(into: Uint8Array, value: Uint8Array, format: DolFormat): void {
  const excess = value.length - into.length;
  if (excess >= 0) {
    const from = format === 'n' ? excess : 0;
    into.set(value.subarray(from, from + into.length));
  } else if (format === 'n') into.set(value, -excess);
  else {
    into.set(value);
    if (format === 'cn') into.fill(0xff, value.length);
  }
}

/**
 * The concatenated data that a list asks for, by the rules of Book 3 section 5.4: unknown, absent
 * and constructed objects become zeros; the rest is cut or filled by format.
 *
 * @example toHex(fillDol([{ tag: 0x9f37, length: 2 }], { valueOf: () => undefined })) // '0000'
 */
export function fillDol(entries: readonly DolEntry[], source: DolSource): Uint8Array {
  let total = 0;
  for (const entry of entries) total += entry.length;
  const data = new Uint8Array(total);
  let at = 0;
  for (const { tag, length } of entries) {
    const value = isConstructed(tag) ? undefined : source.valueOf(tag);
    if (value !== undefined) {
      place(data.subarray(at, at + length), value, source.formatOf?.(tag) ?? 'other');
    }
    at += length;
  }
  return data;
}
