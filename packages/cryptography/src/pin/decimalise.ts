// Decimal digits out of ciphertext: Visa's way (PVV, CVV) and by table (IBM 3624).

/**
 * The first `count` decimal digits of a block's hex digits; where there are too few, letters A to F
 * from the left count as 0 to 5.
 *
 * @example
 * decimaliseByScan(fromHex('AB1CD2EF3FFFFFFF'), 4) // '1230'
 */
export function decimaliseByScan(block: Uint8Array, count: number): string {
  let digits = '';
  let letters = '';
  for (const byte of block) {
    for (const nibble of [byte >>> 4, byte & 15]) {
      if (nibble < 10) digits += nibble;
      else letters += nibble - 10;
    }
  }
  return (digits + letters).slice(0, count);
}

/** Whether a text is a decimalisation table: sixteen decimal digits. */
export function isDecimalisationTable(table: string): boolean {
  return /^[0-9]{16}$/.test(table);
}

/**
 * Whether a table is good enough against attacks that vary it: at least eight different digits,
 * none more than four times (PCI HSM requirement on decimalisation tables).
 *
 * @example
 * isStrongDecimalisationTable('0000000000000000') // false
 */
export function isStrongDecimalisationTable(table: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of table) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  return isDecimalisationTable(table) && counts.size >= 8 && Math.max(...counts.values()) <= 4;
}

/**
 * Each hex digit of a block through a table of sixteen decimal digits.
 *
 * @example
 * decimaliseByTable(fromHex('AF01'), '0123456789012345', 4) // '00050001'
 */
export function decimaliseByTable(block: Uint8Array, table: string, count: number): Uint8Array {
  const digits = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const nibble = (block[i >> 1] >>> (i & 1 ? 0 : 4)) & 15;
    digits[i] = table.charCodeAt(nibble) & 15;
  }
  return digits;
}
