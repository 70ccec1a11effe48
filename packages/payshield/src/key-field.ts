// The key field of host commands: 16H | U/X + 32H | T/Y + 48H | Z + 16H | S/R + key block.
import { hexDigitValue } from '@chipswitch/bytes';

const hexDigitsByScheme: Readonly<Record<string, number>> = { Z: 16, U: 32, X: 32, T: 48, Y: 48 };

/**
 * Characters of the key field that starts at `offset`, or 0 when none starts there or it is cut off.
 * A key block (scheme S for Thales blocks, R for TR-31) tells its own length in its header.
 *
 * @param pair whether bare hex is two single-length keys, 32 digits
 * @example keyFieldLength('UE6565E2D55B9463120398E7729DA524E', 0) // 33
 */
export function keyFieldLength(text: string, offset: number, pair = false): number {
  const scheme = text[offset];
  if (scheme === undefined) return 0;
  let length: number;
  if (scheme === 'S' || scheme === 'R') {
    const digits = text.slice(offset + 2, offset + 6);
    if (!/^\d{4}$/.test(digits)) return 0;
    length = 1 + Number(digits);
    if (length < 17) return 0;
  } else if (Object.hasOwn(hexDigitsByScheme, scheme)) length = 1 + hexDigitsByScheme[scheme];
  else if (hexDigitValue(text.charCodeAt(offset)) >= 0) length = pair ? 32 : 16;
  else return 0;
  return offset + length <= text.length ? length : 0;
}

/** Whether `text` is one key field and nothing else, its digits being hexadecimal where they must. */
export function isKeyField(text: string, pair = false): boolean {
  if (text.length === 0 || keyFieldLength(text, 0, pair) !== text.length) return false;
  const scheme = text[0];
  if (scheme === 'S' || scheme === 'R') return /^[A-Z0-9]+$/.test(text);
  return /^[ZUXTY]?[0-9A-F]+$/.test(text);
}

/** Key usage of a key block field (bytes 5 and 6 of its header); undefined for other schemes. */
export function keyBlockUsage(keyField: string): string | undefined {
  return keyField[0] === 'S' || keyField[0] === 'R' ? keyField.slice(6, 8) : undefined;
}

/** Algorithm of a key block field (byte 7 of its header): A, T, D …; undefined for other schemes. */
export function keyBlockAlgorithm(keyField: string): string | undefined {
  return keyField[0] === 'S' || keyField[0] === 'R' ? keyField[8] : undefined;
}
