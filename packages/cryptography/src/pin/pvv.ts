// The Visa PIN verification value: transformed security parameter, triple DES, decimal scan.
import type { TdesCipher } from '../cipher/tdes.ts';
import { decimaliseByScan } from './decimalise.ts';
import type { ClearPin } from './pin-block.ts';

/**
 * Four digits for a PIN: eleven digits of the PAN before its check digit, the key index, and the
 * PIN's first four digits, under the PIN verification key.
 *
 * @param pan at least 12 digits
 * @param pvki one digit
 * @example
 * const cipher = new TdesCipher(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * visaPvv(cipher, '1122334455667788', '1', clearPinFromText('4524'))
 * // '8523'
 */
export function visaPvv(key: TdesCipher, pan: string, pvki: string, pin: ClearPin): string {
  const parameter = new Uint8Array(8);
  const start = pan.length - 12;
  const digitAt = (i: number): number => {
    if (i < 11) return pan.charCodeAt(start + i) & 15;
    return i === 11 ? pvki.charCodeAt(0) & 15 : pin.digits[i - 12];
  };
  for (let i = 0; i < 16; i++) parameter[i >> 1] |= digitAt(i) << (i & 1 ? 0 : 4);
  try {
    key.encryptBlock(parameter, 0, parameter, 0);
    return decimaliseByScan(parameter, 4);
  } finally {
    parameter.fill(0);
  }
}
