// SHA-1 as offline data authentication uses it (Book 2 annex B3.1).
import { hash } from 'node:crypto';
import { concatBytes, fromHex } from '@chipswitch/bytes';

/** SHA-1 over the concatenation. It is what the standard and every card in the field uses. */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = parts.length === 1 ? parts[0] : concatBytes(...parts);
  return fromHex(hash('sha1', whole, 'hex'));
}
