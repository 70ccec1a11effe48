// Encipherment of PIN blocks of format 4 (ISO 9564-1:2017 clause 9.4.3): PIN field, PAN field, AES.
import type { BlockCipher } from '../cipher/block-cipher.ts';
import { iso4PanField } from './pin-block.ts';

/**
 * Enciphers in place: the PIN field, its random half filled in, becomes the block.
 *
 * @param cipher AES
 * @param pan 1 to 19 digits
 */
export function encipherIso4(cipher: BlockCipher, field: Uint8Array, pan: string): void {
  cipher.encryptBlock(field, 0, field, 0);
  const panField = iso4PanField(pan);
  for (let i = 0; i < 16; i++) field[i] ^= panField[i];
  cipher.encryptBlock(field, 0, field, 0);
}

/** Deciphers in place: the block becomes the PIN field. */
export function decipherIso4(cipher: BlockCipher, block: Uint8Array, pan: string): void {
  cipher.decryptBlock(block, 0, block, 0);
  const panField = iso4PanField(pan);
  for (let i = 0; i < 16; i++) block[i] ^= panField[i];
  cipher.decryptBlock(block, 0, block, 0);
}
