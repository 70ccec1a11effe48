// Objects by tag: a map over views, of the top level or of every level.
import type { TlvError } from './error.ts';
import type { TlvNode } from './node.ts';
import type { TlvOptions } from './options.ts';
import { parseTlv } from './parse.ts';
import type { Tag } from './tag.ts';

// Up to this many objects, comparing them one by one is faster than hashing.
const scanMax = 48;

/**
 * Values by tag over a parsed input; the first of several objects with one tag counts. Values are
 * views, made when asked for. `toMap` makes a Map to change.
 *
 * @example new TlvMap(parseTlv(fromHex('9C0100')).nodes).has(0x9c) // true
 */
export class TlvMap implements Iterable<[Tag, Uint8Array]> {
  readonly #nodes: readonly TlvNode[];
  #index: Map<Tag, TlvNode> | undefined;

  /** Takes nodes in order; later ones with a tag already seen are duplicates. */
  constructor(nodes: readonly TlvNode[]) {
    this.#nodes = nodes;
  }

  /** First object with the tag. */
  node(tag: Tag): TlvNode | undefined {
    const nodes = this.#nodes;
    if (nodes.length > scanMax) return this.#byTag().get(tag);
    for (let i = 0; i < nodes.length; i++) if (nodes[i].tag === tag) return nodes[i];
    return undefined;
  }

  /** Value of the first object with the tag, as a view on the input. */
  get(tag: Tag): Uint8Array | undefined {
    return this.node(tag)?.value;
  }

  has(tag: Tag): boolean {
    return this.node(tag) !== undefined;
  }

  /** How many different tags there are. */
  get size(): number {
    return this.#byTag().size;
  }

  keys(): IterableIterator<Tag> {
    return this.#byTag().keys();
  }

  [Symbol.iterator](): IterableIterator<[Tag, Uint8Array]> {
    return this.toMap().entries();
  }

  /** A Map of one's own, to change. Values are views on the input. */
  toMap(): Map<Tag, Uint8Array> {
    const values = new Map<Tag, Uint8Array>();
    for (const node of this.#nodes) if (!values.has(node.tag)) values.set(node.tag, node.value);
    return values;
  }

  /**
   * Tags that occur more than once, in order of their second occurrence (in a record: a card
   * error).
   */
  duplicates(): Tag[] {
    const first = this.#byTag();
    const twice = new Set<Tag>();
    for (const node of this.#nodes) if (first.get(node.tag) !== node) twice.add(node.tag);
    return [...twice];
  }

  #byTag(): Map<Tag, TlvNode> {
    if (this.#index !== undefined) return this.#index;
    const index = new Map<Tag, TlvNode>();
    for (const node of this.#nodes) if (!index.has(node.tag)) index.set(node.tag, node);
    this.#index = index;
    return index;
  }
}

/** Options of `tlvMap`. */
export interface TlvMapOptions extends TlvOptions {
  /**
   * Also take what stands inside templates, in order, the templates themselves included. Without
   * it templates stay closed: what they hold is not looked at.
   */
  readonly deep?: boolean;
}

/** A map, or why it ends early and what was read until then. */
export type TlvMapResult =
  | { readonly ok: true; readonly map: TlvMap }
  | { readonly ok: false; readonly error: TlvError; readonly map: TlvMap };

function flatten(nodes: readonly TlvNode[], into: TlvNode[]): TlvNode[] {
  for (const node of nodes) {
    into.push(node);
    if (node.children !== undefined) flatten(node.children, into);
  }
  return into;
}

/**
 * Nodes of all levels by tag.
 *
 * @example deepTlvMap(parseTlv(fromHex('70039C0100')).nodes).has(0x9c) // true
 */
export function deepTlvMap(nodes: readonly TlvNode[]): TlvMap {
  return new TlvMap(flatten(nodes, []));
}

const templatesClosed: TlvOptions = { depthMax: 0 };

function closed(options: TlvOptions | undefined): TlvOptions {
  return options === undefined ? templatesClosed : { ...options, depthMax: 0 };
}

/**
 * Reads BER-TLV bytes into a map from tag to value.
 *
 * @example
 * const result = tlvMap(fromHex('9F2608112233445566778895050000008000'));
 * if (result.ok) toHex(result.map.get(0x95)!); // '0000008000'
 */
export function tlvMap(bytes: Uint8Array, options?: TlvMapOptions): TlvMapResult {
  const deep = options?.deep === true;
  const result = parseTlv(bytes, deep ? options : closed(options));
  const map = deep ? deepTlvMap(result.nodes) : new TlvMap(result.nodes);
  return result.ok ? { ok: true, map } : { ok: false, error: result.error, map };
}
