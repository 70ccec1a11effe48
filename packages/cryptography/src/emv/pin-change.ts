// The PIN CHANGE/UNBLOCK command of an issuer script (EMV Book 3 section 6.5.10, Book 2 section 9).
import { concatBytes, wipe } from '@chipswitch/bytes';
import type { ClearPin } from '../pin/pin-block.ts';
import type { ScriptRecipe } from './cryptogram-versions.ts';
import {
  isoPinChangeBlock,
  scriptEncrypt,
  scriptMac,
  scriptSessionKey,
  visaPinChangeBlock,
} from './secure-messaging.ts';

/** What a PIN CHANGE is made from; keys are the card's, not the issuer's. */
export interface PinChangeParts {
  readonly script: ScriptRecipe;
  readonly cardKeyAc: Uint8Array;
  readonly cardKeyMac: Uint8Array;
  readonly cardKeyEncryption: Uint8Array;
  readonly atc: Uint8Array;
  readonly cryptogram: Uint8Array;
  readonly newPin: ClearPin;
  readonly currentPin?: ClearPin;
}

/**
 * The whole command: 84 24 00, P2 (02, or 01 where the block holds the present PIN too), length,
 * enciphered block, MAC of eight bytes.
 */
export function pinChangeCommand(parts: PinChangeParts): Uint8Array {
  const { script, atc, cryptogram, newPin, currentPin } = parts;
  const visa =
    script.pinBlock === 'visa' || (script.pinBlock === 'iso-2-or-visa' && currentPin !== undefined);
  const diversifier = script.sessionKey === 'csk' ? cryptogram : atc;
  const keyMac = scriptSessionKey(parts.cardKeyMac, script.sessionKey, diversifier);
  const keyEncryption = scriptSessionKey(parts.cardKeyEncryption, script.sessionKey, diversifier);
  const block = visa
    ? visaPinChangeBlock(parts.cardKeyAc, newPin, currentPin)
    : isoPinChangeBlock(newPin);
  try {
    const data = scriptEncrypt(keyEncryption, script.encipherment, block);
    const p2 = visa && currentPin !== undefined ? 1 : 2;
    const header = Uint8Array.of(0x84, 0x24, 0, p2, data.length + 8);
    const message = script.macCoversTransaction
      ? concatBytes(header, atc, cryptogram, data)
      : concatBytes(header, data);
    return concatBytes(header, data, scriptMac(keyMac, message));
  } finally {
    wipe(block, keyMac, keyEncryption);
  }
}
