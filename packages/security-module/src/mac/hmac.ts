// HMAC with SHA-2 (FIPS 198-1, ISO/IEC 9797-2 MAC algorithm 2), by node:crypto.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A key as node:crypto takes it fastest, or its bytes. */
export function hmacSha(
  hash: 'sha256' | 'sha384' | 'sha512',
  key: KeyObject | Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const secret = key instanceof Uint8Array ? createSecretKey(key) : key;
  return new Uint8Array(createHmac(hash, secret).update(data).digest());
}
