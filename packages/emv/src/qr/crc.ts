// CRC-16/CCITT-FALSE of merchant-presented codes (EMVCo QR MPM section 4.7.3, ISO/IEC 13239).

// What eight steps of the polynomial 1021 make of each byte.
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc;
});

/**
 * CRC over bytes: polynomial 1021, initial value FFFF, nothing reflected or inverted.
 *
 * @example crc16(fromAscii('123456789')) // 0x29b1
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ byte];
  return crc;
}

/**
 * The CRC of text as UTF-8, as the four characters of data object 63.
 *
 * @example qrCrc('') // 'FFFF'
 */
export function qrCrc(text: string): string {
  return crc16(new TextEncoder().encode(text)).toString(16).toUpperCase().padStart(4, '0');
}
