// Short-lived byte strings cut from larger blocks: an allocation outside the heap costs over a microsecond.

/** Node's Buffer as far as it is used here. */
export interface NodeBuffer extends Uint8Array {
  readonly latin1Slice: (this: NodeBuffer, start: number, end: number) => string;
  readonly utf8Write: (this: NodeBuffer, text: string, offset: number) => number;
}

interface NodeBufferConstructor {
  readonly prototype: NodeBuffer;
  from(buffer: ArrayBuffer): NodeBuffer;
}

const constructor = (globalThis as unknown as { Buffer?: NodeBufferConstructor }).Buffer;

/** Whether Node's Buffer is there with what the fast codec needs; without it that is not used. */
export const hasNodeBuffer: boolean =
  typeof constructor?.prototype.latin1Slice === 'function' &&
  typeof constructor.prototype.utf8Write === 'function';

/** Memory as a Buffer; only where `hasNodeBuffer`. */
export function bufferOver(memory: ArrayBuffer): NodeBuffer {
  return constructor === undefined
    ? (new Uint8Array(memory) as NodeBuffer)
    : constructor.from(memory);
}

const latin1Slice = constructor?.prototype.latin1Slice;

/** Bytes as text, one character each; only where `hasNodeBuffer`. */
export function latin1(bytes: Uint8Array): string {
  return latin1Slice?.call(bytes as NodeBuffer, 0, bytes.length) ?? '';
}

const blockBytes = 65_536;
/** Byte strings up to this size live on the heap, where they are cheap already. */
const heapBytesMax = 64;

/** The block that byte strings are cut from now. */
export const pool: { memory: ArrayBuffer; bytes: NodeBuffer; words: DataView; next: number } = {
  memory: new ArrayBuffer(0),
  bytes: bufferOver(new ArrayBuffer(0)),
  words: new DataView(new ArrayBuffer(0)),
  next: blockBytes,
};

/** Makes room for `size` bytes and a word beyond them; returns where they start in `pool`. */
export function reserve(size: number): number {
  if (pool.next + size + 8 > pool.memory.byteLength) {
    pool.memory = new ArrayBuffer(Math.max(blockBytes, size + 8));
    pool.bytes = bufferOver(pool.memory);
    pool.words = new DataView(pool.memory);
    pool.next = 0;
  }
  return pool.next;
}

/** Cuts off the bytes that were written at what `reserve` returned. */
export function cut(start: number, end: number): Uint8Array {
  pool.next = (end + 7) & ~7;
  return new Uint8Array(pool.memory, start, end - start);
}

/**
 * A copy of part of a buffer. Its `buffer` may be shared with other copies, as with Node's Buffer; its
 * bytes are never used again.
 *
 * @param source the buffer as bytes and as words
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
  const at = reserve(size);
  const { bytes, words } = pool;
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    words.setInt32(at + i, sourceWords.getInt32(start + i, true), true);
  }
  for (; i < size; i++) bytes[at + i] = source[start + i];
  return cut(at, at + size);
}
