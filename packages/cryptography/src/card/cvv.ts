// Card verification values: CVV/CVC, CVV2, iCVV, dCVV, CAVV with CVV (Visa, Mastercard).
import { fromHex } from '@chipswitch/bytes';
import { desWords } from '../cipher/des.ts';
import { loadWords, storeWords, type TdesCipher } from '../cipher/tdes.ts';
import { decimaliseByScan } from '../pin/decimalise.ts';

const work = new Int32Array(2);

/**
 * Three digits over PAN, expiry date and service code: the first block under the left key alone,
 * the second XORed in, under both.
 *
 * @param key double length
 * @param digits PAN, four digits of expiry, three of service code: at most 32 hex digits
 * @example
 * const cipher = new TdesCipher(fromHex('99999999999999998888888888888888'));
 * cardVerificationValue(cipher, '22222222222222223333111')
 * // '361'
 */
export function cardVerificationValue(key: TdesCipher, digits: string): string {
  const blocks = fromHex(digits.padEnd(32, '0'));
  try {
    loadWords(blocks, 0, work);
    desWords(work, key.encryption, 32);
    storeWords(work, blocks, 0);
    for (let i = 0; i < 8; i++) blocks[i] ^= blocks[8 + i];
    key.encryptBlock(blocks, 0, blocks, 0);
    return decimaliseByScan(blocks.subarray(0, 8), 3);
  } finally {
    blocks.fill(0);
    work.fill(0);
  }
}

/**
 * The digits of a dynamic CVV: the ATC's four hex digits in place of the PAN's first four.
 *
 * @example
 * dynamicCvvDigits('123456789012', fromHex('3210'), '1310', '226') // '3210567890121310226'
 */
export function dynamicCvvDigits(
  pan: string,
  atc: Uint8Array,
  expiry: string,
  serviceCode: string,
): string {
  const counter = ((atc[0] << 8) | atc[1]).toString(16).padStart(4, '0');
  return counter + pan.slice(4) + expiry + serviceCode;
}
