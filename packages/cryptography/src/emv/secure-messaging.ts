// Issuer scripts: MACs, encipherment and PIN CHANGE (EMV Book 2 section 9, and the schemes' ways).
import { concatBytes, wipe } from '@chipswitch/bytes';
import { cbcEncrypt, ecbEncrypt } from '../cipher/block-cipher.ts';
import { TdesCipher } from '../cipher/tdes.ts';
import { retailMac } from '../mac/iso9797.ts';
import { padForMac } from '../mac/padding.ts';
import type { ClearPin } from '../pin/pin-block.ts';
import { commonSessionKey, visaSecureMessagingKey } from './session-key.ts';

/** How a secure messaging session key is made. */
export type ScriptSessionKey = 'csk' | 'visa-sm';

/** How data is padded and chained before it is enciphered for the card. */
export type ScriptEncipherment = 'mastercard' | 'visa' | 'emv';

/**
 * A session key for secure messaging out of a card's key.
 *
 * @param diversifier eight bytes of cryptogram (`csk`), two of ATC (`visa-sm`)
 */
export function scriptSessionKey(
  cardKey: Uint8Array,
  method: ScriptSessionKey,
  diversifier: Uint8Array,
): Uint8Array {
  return method === 'csk'
    ? commonSessionKey(cardKey, diversifier)
    : visaSecureMessagingKey(cardKey, diversifier);
}

/**
 * The MAC over a command: algorithm 3, padding 2, eight bytes to cut from.
 *
 * @example
 * scriptMac(fromHex('0123456789ABCDEFFEDCBA9876543210'), fromHex('8424000008FFFF1234567890123456'))
 * // 'E07B8DF1B4184282'
 */
export function scriptMac(sessionKey: Uint8Array, message: Uint8Array): Uint8Array {
  const cipher = new TdesCipher(sessionKey);
  try {
    return retailMac(cipher, message, 2);
  } finally {
    cipher.wipe();
  }
}

/**
 * Data enciphered for the card. Mastercard pads only what is no whole block, CBC; Visa puts a
 * length
 * byte in front and pads always, ECB; EMV pads always, CBC.
 *
 * @example
 * const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * scriptEncrypt(key, 'mastercard', fromHex('241234FFFFFFFFFF'))
 * // '9859240AE52820C3'
 */
export function scriptEncrypt(
  sessionKey: Uint8Array,
  method: ScriptEncipherment,
  data: Uint8Array,
): Uint8Array {
  const cipher = new TdesCipher(sessionKey);
  let padded: Uint8Array | undefined;
  try {
    if (method === 'visa') {
      const lengthened = concatBytes(Uint8Array.of(data.length), data);
      padded = padForMac(lengthened, 2, 8);
      wipe(lengthened);
      return ecbEncrypt(cipher, padded);
    }
    const whole = method === 'mastercard' && data.length > 0 && data.length % 8 === 0;
    padded = whole ? new Uint8Array(data) : padForMac(data, 2, 8);
    return cbcEncrypt(cipher, padded);
  } finally {
    cipher.wipe();
    wipe(padded);
  }
}

function plainBlock(control: number, pin: ClearPin): Uint8Array {
  const block = new Uint8Array(8).fill(0xff);
  block[0] = control | pin.length;
  for (let i = 0; i < pin.length; i++) {
    const at = 1 + (i >> 1);
    block[at] = i & 1 ? (block[at] & 0xf0) | pin.digits[i] : (pin.digits[i] << 4) | 15;
  }
  return block;
}

/**
 * Visa's block for a new PIN: length, digits, F; XORed with the second quarter of the card's key
 * for
 * cryptograms, and where the present PIN is given, with that PIN, from the left, too.
 *
 * @example
 * visaPinChangeBlock(fromHex('0123456789ABCDEFFEDCBA9876543210'), clearPinFromText('1234'))
 * // '041234FF76543210'
 */
export function visaPinChangeBlock(
  cardKeyAc: Uint8Array,
  newPin: ClearPin,
  currentPin?: ClearPin,
): Uint8Array {
  const block = plainBlock(0, newPin);
  for (let i = 0; i < 4; i++) block[4 + i] ^= cardKeyAc[4 + i];
  if (currentPin !== undefined) {
    for (let i = 0; i < currentPin.length; i++) {
      block[i >> 1] ^= currentPin.digits[i] << (i & 1 ? 0 : 4);
    }
  }
  return block;
}

/**
 * The format 2 block for a new PIN.
 *
 * @example
 * isoPinChangeBlock(clearPinFromText('9999')) // '249999FFFFFFFFFF'
 */
export function isoPinChangeBlock(newPin: ClearPin): Uint8Array {
  return plainBlock(0x20, newPin);
}
