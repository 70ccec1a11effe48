// SHA-1 as offline data authentication uses it (Book 2 annex B3.1).
import { hash } from 'node:crypto';
import { concatBytes } from '@chipswitch/bytes';

// What is hashed is public and under 4 KiB; one buffer for all calls saves an allocation each.
const scratch = new Uint8Array(4096);

/** SHA-1 over the concatenation. It is what the standard and every card in the field uses. */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  let whole: Uint8Array;
  if (length > scratch.length) whole = concatBytes(...parts);
  else {
    let at = 0;
    for (const part of parts) {
      scratch.set(part, at);
      at += part.length;
    }
    whole = scratch.subarray(0, length);
  }
  // Through hex: on node 24 that is twice as fast as asking for a buffer.
  return Buffer.from(hash('sha1', whole, 'hex'), 'hex');
}
