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

function contentOf(item: TlvInput): Uint8Array | readonly TlvInput[] {
  return item instanceof TlvNode ? item.value : item[1];
}

/** Checks the items and notes their lengths in the order in which they will be written. */
function measureAll(items: readonly TlvInput[], lengths: number[]): number {
  let total = 0;
  for (const item of items) {
    const tag = checkTag(item instanceof TlvNode ? item.tag : item[0]);
    const place = lengths.push(0) - 1;
    let length: number;
    if (item instanceof TlvNode) length = item.length;
    else if (item[1] instanceof Uint8Array) length = item[1].length;
    else {
      if (!isConstructed(tag)) {
        throw new TlvFault('children-of-primitive', `tag ${tagHex(tag)} is primitive`);
      }
      length = measureAll(item[1], lengths);
    }
    if (length > lengthMax) throw new TlvFault('value-too-long', `tag ${tagHex(tag)}`);
    lengths[place] = length;
    total += tagLength(tag) + lengthOctets(length) + length;
  }
  return total;
}

function writeNumber(into: Uint8Array, at: number, value: number, octets: number): number {
  for (let i = 0; i < octets; i++) into[at + i] = value >>> ((octets - 1 - i) * 8);
  return at + octets;
}

// Below this many bytes a loop is faster than a call into the engine.
const loopMax = 48;

function writeBytes(into: Uint8Array, at: number, value: Uint8Array): number {
  if (value.length > loopMax) into.set(value, at);
  else for (let i = 0; i < value.length; i++) into[at + i] = value[i];
  return at + value.length;
}

interface Writing {
  readonly into: Uint8Array;
  readonly lengths: readonly number[];
  next: number;
  at: number;
}

function writeAll(items: readonly TlvInput[], run: Writing): void {
  for (const item of items) {
    const tag = item instanceof TlvNode ? item.tag : item[0];
    const length = run.lengths[run.next++];
    const octets = lengthOctets(length);
    let at = writeNumber(run.into, run.at, tag, tagLength(tag));
    if (octets > 1) run.into[at++] = 0x80 + octets - 1;
    run.at = writeNumber(run.into, at, length, octets > 1 ? octets - 1 : 1);
    const content = contentOf(item);
    if (content instanceof Uint8Array) run.at = writeBytes(run.into, run.at, content);
    else writeAll(content, run);
  }
}

/**
 * Encodes objects in order. A constructed tag takes a list or bytes that are already encoded.
 *
 * @throws TlvFault `tag-invalid`, `children-of-primitive` or `value-too-long`.
 * @example toHex(encodeTlv([[0x70, [[0x5f34, Uint8Array.of(1)]]]])) // '70045F340101'
 */
export function encodeTlv(items: readonly TlvInput[]): Uint8Array {
  const lengths: number[] = [];
  const into = new Uint8Array(measureAll(items, lengths));
  writeAll(items, { into, lengths, next: 0, at: 0 });
  return into;
}
