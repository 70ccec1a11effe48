// API keys of the HTTP door: `csk_ID_SECRET`, known to the switch by their hashes (OWASP: secrets at rest).
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKeyConfig } from '../doors/http-settings.ts';

const form = /^csk_([a-z0-9-]{1,32})_[A-Za-z0-9_-]{43}$/;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The client that a key belongs to; undefined for any other text. */
export type FindApiKey = (key: string) => ApiKeyConfig | undefined;

/** Looks keys up; a wrong one takes as long as a right one. */
export function apiKeyFinder(keys: readonly ApiKeyConfig[]): FindApiKey {
  const byId = new Map(keys.map((key) => [key.id, { key, hash: Buffer.from(key.sha256, 'hex') }]));
  const nobody = Buffer.alloc(32);
  return (text) => {
    const id = form.exec(text)?.[1];
    const found = id === undefined ? undefined : byId.get(id);
    const isRight = timingSafeEqual(sha256(text), found?.hash ?? nobody);
    return isRight ? found?.key : undefined;
  };
}

/** The bearer token of a header; '' when there is none. */
export function bearerOf(authorization: string | undefined): string {
  return /^Bearer ([\x21-\x7e]{1,256})$/.exec(authorization ?? '')?.[1] ?? '';
}

/**
 * Makes a key for a client. The key is shown once; the configuration gets its hash.
 *
 * @example newApiKey('shop').key // 'csk_shop_…'
 */
export function newApiKey(id: string): { readonly key: string; readonly sha256: string } {
  const key = `csk_${id}_${randomBytes(32).toString('base64url')}`;
  if (!form.test(key)) throw new RangeError('an id has 1 to 32 of a to z, 0 to 9 and the hyphen');
  return { key, sha256: sha256(key).toString('hex') };
}
