// MACs on the token: CMAC by its own mechanism, ISO 9797-1 out of CBC and ECB, HMAC.
import {
  CKM_AES_CBC,
  CKM_AES_CMAC,
  CKM_DES3_CBC,
  CKM_DES3_CMAC,
  CKM_DES3_ECB,
} from './constants.ts';
import type { Handle, Token } from './token.ts';

/** The last block of CBC with IV zero; zeros for no data at all. */
function lastBlock(token: Token, key: Handle, data: Uint8Array): Uint8Array {
  if (data.length === 0) return new Uint8Array(8);
  const mechanism = { mechanism: CKM_DES3_CBC, parameter: Buffer.alloc(8) };
  return token.encrypt(mechanism, key, data).slice(-8);
}

/** ISO 9797-1 algorithm 1 over padded data. */
export function algorithm1(
  token: Token,
  key: Handle,
  padded: Uint8Array,
  aes: boolean,
): Uint8Array {
  if (!aes) return lastBlock(token, key, padded);
  const mechanism = { mechanism: CKM_AES_CBC, parameter: Buffer.alloc(16) };
  return token.encrypt(mechanism, key, padded).slice(-16);
}

/**
 * ISO 9797-1 algorithm 3 over padded data: single DES under the left half up to the last block, then
 * triple DES of that one block, which is the left half's last step and the right half's finish.
 */
export function algorithm3(
  token: Token,
  keys: { readonly whole: Handle; readonly left: Handle },
  padded: Uint8Array,
): Uint8Array {
  const chain = lastBlock(token, keys.left, padded.subarray(0, -8));
  const block = padded.slice(-8).map((byte, i) => byte ^ chain[i]);
  return token.encrypt({ mechanism: CKM_DES3_ECB }, keys.whole, block);
}

/** CMAC. */
export function tokenCmac(token: Token, key: Handle, data: Uint8Array, aes: boolean): Uint8Array {
  return token.sign({ mechanism: aes ? CKM_AES_CMAC : CKM_DES3_CMAC }, key, data);
}
