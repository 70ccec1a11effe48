// Padding methods 1, 2 and 3 of ISO/IEC 9797-1:2011 section 6.3.

/** ISO 9797-1 padding methods. */
export type MacPadding = 1 | 2 | 3;

/**
 * Data padded to whole blocks: 1 zeros, as few as needed; 2 a byte 80, then zeros; 3 zeros as in 1
 * behind a first block that holds the length in bits. Empty data becomes one block.
 *
 * @example
 * padForMac(fromHex('12'), 2, 8) // '1280000000000000'
 */
export function padForMac(data: Uint8Array, method: MacPadding, blockLength: number): Uint8Array {
  const length = method === 2 ? data.length + 1 : data.length;
  const blocks = Math.max(1, Math.ceil(length / blockLength));
  const before = method === 3 ? blockLength : 0;
  const padded = new Uint8Array(before + blocks * blockLength);
  padded.set(data, before);
  if (method === 2) padded[data.length] = 0x80;
  if (method === 3) {
    let bits = data.length * 8;
    for (let i = blockLength - 1; i >= 0 && bits > 0; i--) {
      padded[i] = bits & 0xff;
      bits = Math.floor(bits / 256);
    }
  }
  return padded;
}
