// IBM 3624 PINs: natural PIN out of validation data, and the offset to the customer's own.
import { fromHex } from '@chipswitch/bytes';
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { decimaliseByTable } from './decimalise.ts';
import type { ClearPin } from './pin-block.ts';

/**
 * The sixteen hex digits of validation data from a template: an `N` stands for the last five digits
 * of the account number (its twelve rightmost without the check digit). A template without N is
 * taken as it is; short ones are filled up with F.
 *
 * @returns undefined when what comes out is no sixteen hex digits
 * @example
 * ibm3624ValidationData('1234567890NF', '000001000376') // '123456789000376F'
 */
export function ibm3624ValidationData(template: string, account12: string): string | undefined {
  const filled = template.toUpperCase().replace('N', account12.slice(-5)).padEnd(16, 'F');
  return /^[0-9A-F]{16}$/.test(filled) ? filled : undefined;
}

/**
 * The first digits of the natural PIN, one a byte; wipe them when done.
 *
 * @example
 * const cipher = new TdesCipher(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * naturalPin(cipher, '1122334455667788', '1234567890123456', 4)
 * // '04050204'
 */
export function naturalPin(
  key: BlockCipher,
  validationData: string,
  decimalisationTable: string,
  length: number,
): Uint8Array {
  const block = fromHex(validationData);
  try {
    key.encryptBlock(block, 0, block, 0);
    return decimaliseByTable(block, decimalisationTable, length);
  } finally {
    block.fill(0);
  }
}

/** The PIN of an offset: natural digits plus the offset's, each modulo ten. */
export function pinFromOffset(natural: Uint8Array, offset: string, pin: ClearPin): void {
  pin.length = offset.length;
  for (let i = 0; i < offset.length; i++) {
    pin.digits[i] = (natural[i] + (offset.charCodeAt(i) & 15)) % 10;
  }
}

/**
 * The offset of a PIN: its digits minus the natural ones, each modulo ten.
 *
 * @example
 * offsetOfPin(fromHex('04050204'), clearPinFromText('1111')) // '7697'
 */
export function offsetOfPin(natural: Uint8Array, pin: ClearPin, length = pin.length): string {
  let offset = '';
  for (let i = 0; i < length; i++) offset += (pin.digits[i] + 10 - natural[i]) % 10;
  return offset;
}
