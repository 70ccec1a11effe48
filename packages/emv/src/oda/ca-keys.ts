// Certification authority keys: look-up, expiry, revoked certificates, checksum (Book 2 sections 5.2, 11.2).
import { concatBytes, equalBytes } from '@chipswitch/bytes';
import { dateNumber, dateNumberOf } from './dates.ts';
import { sha1 } from './hash.ts';

/** A certification authority public key (Book 2 section 11.2.2). */
export interface CaKey {
  /** Registered application provider identifier, 5 bytes. */
  readonly rid: Uint8Array;
  /** Public key index (8F), 0 to 255. */
  readonly index: number;
  readonly modulus: Uint8Array;
  /** 03 or 010001. */
  readonly exponent: Uint8Array;
  /** Last day it may be used, YYMMDD; always valid when absent. */
  readonly expiry?: string;
}

/** An issuer certificate on the revocation list (Book 2 section 5.1.2). */
export interface RevokedCertificate {
  readonly rid: Uint8Array;
  readonly index: number;
  /** Certificate serial number, 3 bytes. */
  readonly serial: Uint8Array;
}

/** A key, or why there is none to use. */
export type CaKeyResult =
  | { readonly ok: true; readonly key: CaKey }
  | { readonly ok: false; readonly error: { readonly code: 'missing' | 'expired' } };

/** Finds the key of an application provider by its index. An expired key counts as missing. */
export function findCaKey(
  keys: readonly CaKey[],
  aid: Uint8Array,
  index: number,
  date: Uint8Array,
): CaKeyResult {
  const rid = aid.subarray(0, 5);
  const key = keys.find((one) => one.index === index && equalBytes(one.rid, rid));
  if (key === undefined) return { ok: false, error: { code: 'missing' } };
  if (key.expiry !== undefined && dateNumber(date) > dateNumberOf(key.expiry)) {
    return { ok: false, error: { code: 'expired' } };
  }
  return { ok: true, key };
}

/** Whether an issuer certificate is on the revocation list (Book 2 section 5.1.2). */
export function isRevoked(
  revoked: readonly RevokedCertificate[],
  aid: Uint8Array,
  index: number,
  serial: Uint8Array,
): boolean {
  const rid = aid.subarray(0, 5);
  return revoked.some(
    (one) => one.index === index && equalBytes(one.rid, rid) && equalBytes(one.serial, serial),
  );
}

/** SHA-1 over RID, index, modulus and exponent, as key lists print it (Book 2 table 30). */
export function caKeyChecksum(key: Omit<CaKey, 'expiry'>): Uint8Array {
  return sha1(concatBytes(key.rid, Uint8Array.of(key.index), key.modulus, key.exponent));
}
