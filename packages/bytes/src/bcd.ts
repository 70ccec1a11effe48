// Packed BCD: two decimal digits a byte, with a filler nibble where the number of digits is odd.

/** Where the filler nibble of an odd number of digits sits, and what it holds. */
export type BcdFiller = 'left0' | 'leftF' | 'right0' | 'rightF';

/**
 * Decimal digits as packed BCD.
 *
 * @param digits text of 0-9 only
 * @throws RangeError naming the offset of the first character that is no digit.
 * @example encodeBcd('123') // Uint8Array [ 0x01, 0x23 ]
 */
export function encodeBcd(digits: string, filler: BcdFiller = 'left0'): Uint8Array {
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i);
    if (code < 48 || code > 57) throw new RangeError(`not a decimal digit, at character ${i}`);
  }
  const bytes = new Uint8Array((digits.length + 1) >> 1);
  const odd = digits.length % 2 === 1;
  const left = filler === 'left0' || filler === 'leftF';
  const fillerNibble = filler === 'leftF' || filler === 'rightF' ? 15 : 0;
  const nibbleAt = (position: number): number => {
    const index = odd && left ? position - 1 : position;
    return index < 0 || index >= digits.length ? fillerNibble : digits.charCodeAt(index) - 48;
  };
  for (let i = 0; i < bytes.length; i++) bytes[i] = (nibbleAt(2 * i) << 4) | nibbleAt(2 * i + 1);
  return bytes;
}

/**
 * Packed BCD as digits: `count` of them, from the side the filler leaves.
 *
 * @returns the digits, or undefined when a nibble that should be a digit is above 9.
 * @example decodeBcd(Uint8Array.of(0x01, 0x23), 3) // '123'
 */
export function decodeBcd(
  bytes: Uint8Array,
  count: number = bytes.length * 2,
  filler: BcdFiller = 'left0',
): string | undefined {
  const left = filler === 'left0' || filler === 'leftF';
  const first = left ? bytes.length * 2 - count : 0;
  let digits = '';
  for (let i = first; i < first + count; i++) {
    const nibble = i % 2 === 0 ? bytes[i >> 1] >> 4 : bytes[i >> 1] & 15;
    if (nibble > 9) return undefined;
    digits += nibble;
  }
  return digits;
}
