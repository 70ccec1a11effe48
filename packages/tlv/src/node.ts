// One data object of a parsed tree: a view on the input, nothing copied.
import type { Tag } from './tag.ts';

// A third faster than `subarray`, and a plain Uint8Array even where the input is a Buffer.
function viewOf(source: Uint8Array, from: number, end: number): Uint8Array {
  return new Uint8Array(source.buffer, source.byteOffset + from, end - from);
}

/**
 * A data object in its input. Its bytes are `source[offset, endOffset)`, its value `[valueOffset,
 * endOffset)`.
 *
 * @example toHex(parseTlv(fromHex('9C0120')).nodes[0].value) // '20'
 */
export class TlvNode {
  readonly source: Uint8Array;
  readonly tag: Tag;
  /** Offset of the first tag byte in `source`. */
  readonly offset: number;
  readonly valueOffset: number;
  readonly endOffset: number;
  /** The objects inside, in order, when the template was opened; undefined for a primitive. */
  readonly children: readonly TlvNode[] | undefined;

  constructor(
    source: Uint8Array,
    tag: Tag,
    offset: number,
    valueOffset: number,
    endOffset: number,
  ) {
    this.source = source;
    this.tag = tag;
    this.offset = offset;
    this.valueOffset = valueOffset;
    this.endOffset = endOffset;
    this.children = undefined;
  }

  /** The value: a view on the input, made on each call. */
  get value(): Uint8Array {
    return viewOf(this.source, this.valueOffset, this.endOffset);
  }

  /** The whole object, tag and length included, as a view on the input. */
  get encoded(): Uint8Array {
    return viewOf(this.source, this.offset, this.endOffset);
  }

  /** Length of the value in bytes. */
  get length(): number {
    return this.endOffset - this.valueOffset;
  }
}
