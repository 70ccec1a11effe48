// BER-TLV bytes as a tree of views (EMV Book 3 annex B; ISO/IEC 7816-4 section 5.2.2).
import type { TlvError, TlvErrorCode } from './error.ts';
import { type Header, newHeader, readHeader } from './header.ts';
import { TlvNode } from './node.ts';
import { type TlvOptions, depthMaxDefault, objectsMaxDefault, paddingOf } from './options.ts';
import { isConstructed } from './tag.ts';

/** A tree, or why it ends early and what was read until then (open templates included). */
export type TlvResult =
  | { readonly ok: true; readonly nodes: readonly TlvNode[] }
  | { readonly ok: false; readonly error: TlvError; readonly nodes: readonly TlvNode[] };

class TreeReader {
  readonly bytes: Uint8Array;
  readonly zero: number;
  readonly ones: number;
  readonly depthMax: number;
  objectsLeft: number;
  header: Header | undefined;
  failure: TlvError | undefined;
  path: number[] | undefined;

  constructor(bytes: Uint8Array, options: TlvOptions | undefined) {
    this.bytes = bytes;
    this.zero = 0;
    this.ones = -1;
    this.depthMax = depthMaxDefault;
    this.objectsLeft = objectsMaxDefault;
    this.header = undefined;
    this.failure = undefined;
    this.path = undefined;
    if (options !== undefined) {
      const { zero, ones } = paddingOf(options);
      this.zero = zero;
      this.ones = ones;
      this.depthMax = options.depthMax ?? depthMaxDefault;
      this.objectsLeft = options.objectsMax ?? objectsMaxDefault;
    }
  }

  // The shape that nearly every object has (a tag of one or two bytes, a length of one) is read
  // in line; everything else, errors included, goes through readHeader.
  level(from: number, end: number): TlvNode[] {
    const { bytes, zero, ones, depthMax } = this;
    const nodes: TlvNode[] = [];
    let at = from;
    while (at < end) {
      const first = bytes[at];
      if (first === zero || first === ones) {
        at++;
        continue;
      }
      let tag = first;
      let start = at + 1;
      if ((first & 0x1f) === 0x1f && start < end) tag = (first << 8) | bytes[start++];
      const length = start < end ? bytes[start++] : 0x80;
      let stop = start + length;
      if (length >= 0x80 || stop > end || (tag > 0xff && (tag & 0x80) !== 0)) {
        const header = this.readHeader(at, end);
        if (header === undefined) return nodes;
        tag = header.tag;
        start = header.start;
        stop = header.end;
      }
      if (nodes.length >= this.objectsLeft) {
        this.fail('too-many-objects', at);
        return nodes;
      }
      const node = new TlvNode(bytes, tag, at, start, stop);
      nodes.push(node);
      if ((first & 0x20) !== 0 && depthMax > 0 && !this.open(node, nodes.length)) return nodes;
      at = stop;
    }
    this.objectsLeft -= nodes.length;
    return nodes;
  }

  readHeader(at: number, end: number): Header | undefined {
    const header = (this.header ??= newHeader());
    if (readHeader(header, this.bytes, at, end)) return header;
    this.fail(header.code as TlvErrorCode, header.at);
    return undefined;
  }

  /** Opens a template; `siblings` objects of its own level are not yet counted off the limit. */
  open(node: TlvNode, siblings: number): boolean {
    const path = (this.path ??= []);
    if (path.length >= this.depthMax) {
      this.fail('nesting-too-deep', node.offset);
      return false;
    }
    path.push(node.tag);
    this.objectsLeft -= siblings;
    // Only the reader opens a template, once.
    (node as { children: readonly TlvNode[] }).children = this.level(
      node.valueOffset,
      node.endOffset,
    );
    this.objectsLeft += siblings;
    if (this.failure !== undefined) return false;
    path.pop();
    return true;
  }

  fail(code: TlvErrorCode, offset: number): void {
    this.failure = { code, offset, path: [...(this.path ?? [])] };
  }
}

/**
 * Reads BER-TLV bytes into a tree of views. Nothing is copied; keep the input unchanged while the
 * nodes are in use. Padding between objects is skipped, duplicates stay in order, a child never
 * reads past its parent, and whatever is malformed ends the reading with a code and an offset.
 *
 * @example
 * const result = parseTlv(fromHex('70045F340101'));
 * if (result.ok) findTag(result.nodes, 0x5f34)?.offset; // 2
 */
export function parseTlv(bytes: Uint8Array, options?: TlvOptions): TlvResult {
  const reader = new TreeReader(bytes, options);
  const nodes = reader.level(0, bytes.length);
  const error = reader.failure;
  return error === undefined ? { ok: true, nodes } : { ok: false, error, nodes };
}

/**
 * First object with this tag, depth first and in order; undefined when there is none.
 *
 * @example findTag(parseTlv(fromHex('9F360200019C00')).nodes, 0x9c)?.offset // 5
 */
export function findTag(nodes: readonly TlvNode[], tag: number): TlvNode | undefined {
  for (const node of nodes) {
    if (node.tag === tag) return node;
    const inside = node.children === undefined ? undefined : findTag(node.children, tag);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/**
 * All objects with this tag, depth first and in order, those inside one another included.
 *
 * @example findAllTags(parseTlv(fromHex('860100860101')).nodes, 0x86).length // 2
 */
export function findAllTags(nodes: readonly TlvNode[], tag: number): TlvNode[] {
  const found: TlvNode[] = [];
  for (const node of nodes) {
    if (node.tag === tag) found.push(node);
    if (node.children !== undefined) found.push(...findAllTags(node.children, tag));
  }
  return found;
}

/**
 * The object at a path of tags, the first of each level.
 *
 * @example findPath(parseTlv(fromHex('6F04A5028800')).nodes, 0x6f, 0xa5, 0x88)?.offset // 4
 */
export function findPath(nodes: readonly TlvNode[], ...path: number[]): TlvNode | undefined {
  let level: readonly TlvNode[] | undefined = nodes;
  let found: TlvNode | undefined;
  for (const tag of path) {
    found = level?.find((node) => node.tag === tag);
    level = found?.children;
  }
  return found;
}

/**
 * Whether this node's tag announces a template, opened or not.
 *
 * @example isTemplate(parseTlv(fromHex('7000')).nodes[0]) // true
 */
export function isTemplate(node: TlvNode): boolean {
  return isConstructed(node.tag);
}
