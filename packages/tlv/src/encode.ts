// BER-TLV bytes out of a tree, with the shortest length octets (ISO/IEC 8825-1 section 8.1.3).
import { TlvFault } from './error.ts';
import { TlvNode } from './node.ts';
import { type Tag, checkTag, isConstructed, tagHex, tagLength } from './tag.ts';

/** What can be encoded: a tag with its value, a tag with what it holds, or a parsed node. */
export type TlvInput = readonly [tag: Tag, content: Uint8Array | readonly TlvInput[]] | TlvNode;

const lengthMax = 0xffffffff;

function lengthOctets(length: number): number {
  if (length < 0x80) return 1;
  if (length <= 0xff) return 2;
  if (length <= 0xffff) return 3;
  return length <= 0xffffff ? 4 : 5;
}

interface Measured {
  readonly tag: Tag;
  readonly content: Uint8Array | readonly Measured[];
  readonly length: number;
  readonly total: number;
}

function measureAll(items: readonly TlvInput[]): Measured[] {
  return items.map((item) => {
    const [tag, content] = item instanceof TlvNode ? [item.tag, item.value] : item;
    checkTag(tag);
    let measured: Uint8Array | Measured[];
    let length = 0;
    if (content instanceof Uint8Array) {
      measured = content;
      length = content.length;
    } else {
      if (!isConstructed(tag)) {
        throw new TlvFault('children-of-primitive', `tag ${tagHex(tag)} is primitive`);
      }
      measured = measureAll(content);
      for (const child of measured) length += child.total;
    }
    if (length > lengthMax) throw new TlvFault('value-too-long', `tag ${tagHex(tag)}`);
    return {
      tag,
      content: measured,
      length,
      total: tagLength(tag) + lengthOctets(length) + length,
    };
  });
}

function writeNumber(into: Uint8Array, at: number, value: number, octets: number): number {
  for (let i = 0; i < octets; i++) into[at + i] = value >>> ((octets - 1 - i) * 8);
  return at + octets;
}

function writeAll(items: readonly Measured[], into: Uint8Array, from: number): number {
  let at = from;
  for (const item of items) {
    at = writeNumber(into, at, item.tag, tagLength(item.tag));
    const octets = lengthOctets(item.length);
    if (octets > 1) into[at++] = 0x80 + octets - 1;
    at = writeNumber(into, at, item.length, octets > 1 ? octets - 1 : 1);
    if (item.content instanceof Uint8Array) {
      into.set(item.content, at);
      at += item.length;
    } else at = writeAll(item.content, into, at);
  }
  return at;
}

/**
 * Encodes objects in order. A constructed tag takes a list or bytes that are already encoded.
 *
 * @throws TlvFault `tag-invalid`, `children-of-primitive` or `value-too-long`.
 * @example encodeTlv([[0x70, [[0x5f34, Uint8Array.of(1)]]], [0x9c, Uint8Array.of(0)]])
 */
export function encodeTlv(items: readonly TlvInput[]): Uint8Array {
  const measured = measureAll(items);
  let total = 0;
  for (const item of measured) total += item.total;
  const bytes = new Uint8Array(total);
  writeAll(measured, bytes, 0);
  return bytes;
}
