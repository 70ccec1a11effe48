// Hexadecimal text and bytes (RFC 4648 section 8), upper case, as payment documents print it.

const upper = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0').toUpperCase(),
);

/** Value of one hex digit's character code, or -1. */
export function hexDigitValue(charCode: number): number {
  if (charCode >= 48 && charCode <= 57) return charCode - 48;
  if (charCode >= 65 && charCode <= 70) return charCode - 55;
  if (charCode >= 97 && charCode <= 102) return charCode - 87;
  return -1;
}

/**
 * Bytes as upper-case hex text.
 *
 * @example toHex(Uint8Array.of(0x9f, 0x26)) // '9F26'
 */
export function toHex(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  for (let i = start; i < end; i++) text += upper[bytes[i]];
  return text;
}

/**
 * Offset of the first character that makes `text` no hex byte string, or -1 when it is one.
 * An odd number of digits is reported at the end of the text.
 */
export function firstNonHex(text: string): number {
  for (let i = 0; i < text.length; i++) if (hexDigitValue(text.charCodeAt(i)) < 0) return i;
  return text.length % 2 === 0 ? -1 : text.length;
}

/**
 * Hex text as bytes. White space is not skipped: what comes from a person is cleaned before.
 *
 * @throws RangeError naming the first bad character's offset (never the text itself).
 * @example fromHex('9F26') // Uint8Array [ 0x9f, 0x26 ]
 */
export function fromHex(text: string): Uint8Array {
  const bad = firstNonHex(text);
  if (bad >= 0) throw new RangeError(`not a hex byte string, at character ${bad}`);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] =
      (hexDigitValue(text.charCodeAt(2 * i)) << 4) | hexDigitValue(text.charCodeAt(2 * i + 1));
  }
  return bytes;
}
