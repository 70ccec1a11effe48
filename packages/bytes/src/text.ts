// Latin-1 and ASCII text as bytes, without going through UTF-8.

/**
 * ASCII text as bytes.
 *
 * @throws RangeError naming the offset of the first character outside ASCII.
 */
export function fromAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) throw new RangeError(`not ASCII, at character ${i}`);
    bytes[i] = code;
  }
  return bytes;
}

/** Bytes as text, each byte one character (ISO 8859-1). */
export function toLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
