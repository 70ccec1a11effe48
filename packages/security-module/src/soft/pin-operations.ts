// PIN operations of the soft module.
import { refuse, type Outcome } from '../errors.ts';
import {
  decodePinBlock,
  encodePinBlock,
  isPanFor,
  newClearPin,
  wipePin,
} from '../pin/pin-block.ts';
import { isTranslationAllowed } from '../pin/policy.ts';
import type { PinBlockError, PinFill } from '../pin/pin-block.ts';
import type { KeyTable } from './key-table.ts';
import type { RandomSource } from './soft-module.ts';
import type { PinTranslation } from '../operations/pin.ts';
import type { SecurityOperations } from '../security-module.ts';

/** Operations on PINs. */
export type PinOperations = Pick<
  SecurityOperations,
  'translatePin' | 'verifyPin' | 'generatePinData'
>;

const pin = newClearPin();
const clear = new Uint8Array(8);

function blockRefusal(error: PinBlockError): Outcome & { ok: false } {
  if (error === 'pin-length') return refuse('pin-length');
  return error === 'pan' ? refuse('input', 'pan') : refuse('pin-block');
}

/** PIN operations over a table of keys. */
export function pinOperations(keys: KeyTable, random: RandomSource): PinOperations {
  // Format 1 takes any nibbles, format 3 takes A to F: six values out of sixteen, without bias.
  const fillAny: PinFill = (count) => random(count).map((byte) => byte & 15);
  const fillHigh: PinFill = (count) => {
    const nibbles = new Uint8Array(count);
    for (let done = 0; done < count;) {
      for (const byte of random(2 * count)) {
        if (byte < 252 && done < count) nibbles[done++] = 10 + (byte % 6);
      }
    }
    return nibbles;
  };

  function translatePin({ from, to }: PinTranslation): ReturnType<PinOperations['translatePin']> {
    const keyIn = keys.find(from.key, ['P0'], 'decrypt');
    if (keyIn === undefined) return keys.refusal(from.key);
    const keyOut = keys.find(to.key, ['P0'], 'encrypt');
    if (keyOut === undefined) return keys.refusal(to.key);
    const pan = to.pan ?? from.pan;
    if (!isTranslationAllowed(from.format, to.format, pan === from.pan)) {
      return refuse('not-allowed', 'format');
    }
    if (from.format === 4 || to.format === 4) return refuse('unsupported', 'format 4');
    if (keyIn.cipher?.blockLength !== 8 || keyOut.cipher?.blockLength !== 8) {
      return refuse('key-usage', 'algorithm');
    }
    if (from.block.length !== 8) return refuse('input', 'block');
    if (!isPanFor(to.format, pan)) return refuse('input', 'pan');
    try {
      keyIn.cipher.decryptBlock(from.block, 0, clear, 0);
      const error = decodePinBlock(from.format, clear, from.pan, pin);
      if (error !== undefined) return blockRefusal(error);
      const block = new Uint8Array(8);
      encodePinBlock(to.format, pin, pan, block, to.format === 1 ? fillAny : fillHigh);
      keyOut.cipher.encryptBlock(block, 0, block, 0);
      return { ok: true, block, pinLength: pin.length };
    } finally {
      clear.fill(0);
      wipePin(pin);
    }
  }

  return {
    translatePin,
    verifyPin: () => refuse('unsupported'),
    generatePinData: () => refuse('unsupported'),
  };
}
