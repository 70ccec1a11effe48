// One scratch buffer in which characters are checked four at a time and become text in one go.
import { type NodeBuffer, bufferOver } from '../wire/byte-pool.ts';

/** Messages up to this size take the fast codec. */
export const fastBytesMax = 16_384;

// Room for the message, its packed digits as characters, and a last word that is read past the end.
const memory = new ArrayBuffer(3 * fastBytesMax + 16);

/** The scratch buffer as bytes. */
export const scratch: NodeBuffer = bufferOver(memory);
/** The scratch buffer as words. */
export const scratchWords = new DataView(memory);
