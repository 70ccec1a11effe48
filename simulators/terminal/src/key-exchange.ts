// A new PIN key out of an 0810: DE 62 holds it under the terminal's master key, with its check value.
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import type { PinPad } from './pin-pad.ts';

const keyBytes = 16;
const checkBytesMin = 3;

/** DE 62 as bytes; dialects carry it as text of single bytes. */
function field62(message: IsoMessage): Uint8Array | undefined {
  const text = textOf(message, 62);
  return text === undefined ? bytesOf(message, 62) : Uint8Array.from(Buffer.from(text, 'latin1'));
}

/**
 * Loads the key of a sign-on or key-exchange answer into the pad.
 *
 * @returns false when there is a key and the pad refuses it; an answer without a key is fine
 */
export function loadKeysFrom(answer: IsoMessage, pinPad: PinPad): boolean {
  const field = field62(answer);
  if (field === undefined || field.length < keyBytes + checkBytesMin) return true;
  return pinPad.loadPinKey(field.slice(0, keyBytes), field.slice(keyBytes)).ok;
}
