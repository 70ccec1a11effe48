// HMAC with SHA-2 (FIPS 198-1, ISO/IEC 9797-2 MAC algorithm 2), by node:crypto.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/**
 * A key as node:crypto takes it fastest, or its bytes.
 *
 * @example
 * hmacSha('sha256', fromHex('00112233445566778899AABBCCDDEEFF'), new Uint8Array(0))
 * // 'E8A06537F096CCF1A3C425A56CEA054072C4A8DB67BD28CFB02FBEAF84B35F6C'
 */
export function hmacSha(
  hash: 'sha256' | 'sha384' | 'sha512',
  key: KeyObject | Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const secret = key instanceof Uint8Array ? createSecretKey(key) : key;
  return new Uint8Array(createHmac(hash, secret).update(data).digest());
}
