// Tag and length octets of one object (ISO/IEC 8825-1 section 8.1, as EMV Book 3 annex B narrows
// it).
import type { TlvErrorCode } from './error.ts';

/** Most tag bytes that are read; EMV itself uses three. */
const tagBytesMax = 4;

/** A header as read, or why it could not be. One object is reused for a whole input. */
export interface Header {
  tag: number;
  /** Where the value starts, and one past its end. */
  start: number;
  end: number;
  code: TlvErrorCode | undefined;
  /** Offset that belongs to `code`. */
  at: number;
}

/** An empty header to read into. */
export function newHeader(): Header {
  return { tag: 0, start: 0, end: 0, code: undefined, at: 0 };
}

function fail(header: Header, code: TlvErrorCode, at: number): boolean {
  header.code = code;
  header.at = at;
  return false;
}

/** Reads the tag at `from`; sets `tag` and `start` (one past the tag). */
export function readTag(header: Header, bytes: Uint8Array, from: number, end: number): boolean {
  if (from >= end) return fail(header, 'tag-truncated', from);
  let tag = bytes[from];
  let at = from + 1;
  if ((tag & 0x1f) === 0x1f) {
    for (;;) {
      if (at >= end) return fail(header, 'tag-truncated', from);
      const byte = bytes[at++];
      tag = tag * 256 + byte;
      if (byte < 0x80) break;
      if (at - from >= tagBytesMax) return fail(header, 'tag-too-long', from);
    }
  }
  header.tag = tag;
  header.start = at;
  return true;
}

/**
 * Reads tag and length at `from` and holds the value against `end`, the end of the parent.
 * Longer length forms than needed are accepted (cards send them); 80 and above 84 are not.
 */
export function readHeader(header: Header, bytes: Uint8Array, from: number, end: number): boolean {
  if (!readTag(header, bytes, from, end)) return false;
  let at = header.start;
  if (at >= end) return fail(header, 'length-truncated', at);
  let length = bytes[at++];
  if (length >= 0x80) {
    if (length === 0x80) return fail(header, 'length-indefinite', at - 1);
    const octets = length - 0x80;
    if (octets > 4) return fail(header, 'length-too-long', at - 1);
    if (octets > end - at) return fail(header, 'length-truncated', at);
    length = 0;
    for (const last = at + octets; at < last; at++) length = length * 256 + bytes[at];
  }
  if (length > end - at) return fail(header, 'value-truncated', at);
  header.start = at;
  header.end = at + length;
  return true;
}
