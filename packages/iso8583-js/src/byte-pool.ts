// Short-lived byte strings cut from larger blocks: an allocation outside the heap costs over a microsecond.

const blockBytes = 16_384;
/** Byte strings up to this size live on the heap, where they are cheap already. */
const heapBytesMax = 64;

let block = new ArrayBuffer(blockBytes);
let bytes = new Uint8Array(block);
let words = new DataView(block);
let next = 0;

/** Makes room for `size` bytes, starting at a multiple of eight. */
function take(size: number): number {
  if (next + size > blockBytes) {
    block = new ArrayBuffer(blockBytes);
    bytes = new Uint8Array(block);
    words = new DataView(block);
    next = 0;
  }
  const at = next;
  next = (next + size + 7) & ~7;
  return at;
}

/**
 * A copy of part of a buffer. Its `buffer` may be shared with other copies, as with Node's Buffer; its
 * bytes are never used again.
 *
 * @param source the buffer as bytes and as words; words are read up to the last whole one
 */
export function copyOf(
  source: Uint8Array,
  sourceWords: DataView,
  start: number,
  end: number,
): Uint8Array {
  const size = end - start;
  if (size <= heapBytesMax) {
    const copy = new Uint8Array(size);
    for (let i = 0; i < size; i++) copy[i] = source[start + i];
    return copy;
  }
  if (size > blockBytes / 4) return Uint8Array.from(source.subarray(start, end));
  const at = take(size);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    words.setInt32(at + i, sourceWords.getInt32(start + i, true), true);
  }
  for (; i < size; i++) bytes[at + i] = source[start + i];
  return new Uint8Array(block, at, size);
}
