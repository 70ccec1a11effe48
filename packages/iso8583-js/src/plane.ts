// The plane: one scratch buffer in which characters are checked four at a time and become text in one go.

/** Messages up to this size take the fast lanes. */
export const fastBytesMax = 16_384;

interface NodeBuffer extends Uint8Array {
  latin1Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
}

interface NodeBufferConstructor {
  readonly prototype: NodeBuffer;
  from(buffer: ArrayBuffer): NodeBuffer;
}

/** Node's Buffer, where there is one; without it the general codec does all the work. */
const NodeBuffer = (globalThis as unknown as { Buffer?: NodeBufferConstructor }).Buffer;

// Room for the message, its packed digits as characters, and a last word that is read past the end.
/** Memory of the plane. */
const memory = new ArrayBuffer(3 * fastBytesMax + 16);

/** The plane as bytes; undefined outside Node. */
export const plane: NodeBuffer | undefined =
  NodeBuffer === undefined ? undefined : NodeBuffer.from(memory);
/** The plane as bytes, wherever this runs. */
export const planeBytes = new Uint8Array(memory);
/** The plane as words. */
export const planeWords = new DataView(memory);
