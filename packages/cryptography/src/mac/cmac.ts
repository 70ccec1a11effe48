// CMAC on any block cipher here (NIST SP 800-38B, ISO/IEC 9797-1 algorithm 5).
import type { BlockCipher } from '../cipher/block-cipher.ts';

// Doubling in GF(2^n): shift left, and the constant of the block length when a bit fell out.
function doubled(block: Uint8Array): void {
  const carry = block[0] >>> 7;
  const last = block.length - 1;
  for (let i = 0; i < last; i++) block[i] = (block[i] << 1) | (block[i + 1] >>> 7);
  block[last] = (block[last] << 1) ^ (-carry & (block.length === 16 ? 0x87 : 0x1b));
}

/**
 * The full CMAC: 8 bytes under DEA, 16 under AES.
 *
 * @param state chaining value of the parts before (`macChain`); then there must be data
 * @example
 * cmac(new AesCipher(fromHex('2B7E151628AED2A6ABF7158809CF4F3C')), new Uint8Array(0))
 * // 'BB1D6929E95937287FA37D129B756746'
 */
export function cmac(cipher: BlockCipher, data: Uint8Array, state?: Uint8Array): Uint8Array {
  const size = cipher.blockLength;
  const subkey = new Uint8Array(size);
  cipher.encryptBlock(subkey, 0, subkey, 0);
  doubled(subkey);
  const chained = new Uint8Array(size);
  if (state !== undefined) chained.set(state);
  const lastStart = data.length === 0 ? 0 : Math.floor((data.length - 1) / size) * size;
  for (let i = 0; i < lastStart; i += size) {
    for (let j = 0; j < size; j++) chained[j] ^= data[i + j];
    cipher.encryptBlock(chained, 0, chained, 0);
  }
  const rest = data.length - lastStart;
  for (let j = 0; j < rest; j++) chained[j] ^= data[lastStart + j];
  if (rest < size) {
    chained[rest] ^= 0x80;
    doubled(subkey);
  }
  for (let j = 0; j < size; j++) chained[j] ^= subkey[j];
  cipher.encryptBlock(chained, 0, chained, 0);
  subkey.fill(0);
  return chained;
}
