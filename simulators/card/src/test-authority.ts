// The certification authority of test cards: one key pair for every scheme's RID. Never a real one.
import { fromHex, toHex } from '@chipswitch/bytes';
import { sandboxKeyPems } from './data/sandbox-keys.ts';
import { type RsaKey, generateRsaKey, rsaKeyFromPem, rsaKeyToPem, sha1 } from './rsa.ts';

/** Keys that personalisation signs with and puts into cards. */
export interface TestAuthority {
  /** CA public key index (8F), two hex digits. */
  readonly index: string;
  readonly authority: RsaKey;
  readonly issuer: RsaKey;
  /** The card's own pair; one pair may serve many test cards, each with its own certificate. */
  readonly icc: RsaKey;
}

/** A CA public key as terminals are loaded with it. */
export interface AuthorityPublicKey {
  readonly rid: string;
  readonly index: string;
  readonly modulus: string;
  readonly exponent: string;
  /** SHA-1 over RID, index, modulus and exponent (Book 2 11.2.2). */
  readonly checksum: string;
  /** YYMMDD. */
  readonly expiryDate: string;
}

/** Key lengths of a new test authority, in bits. */
export interface AuthorityOptions {
  readonly index?: string;
  readonly authorityBits?: number;
  readonly issuerBits?: number;
  readonly iccBits?: number;
  readonly publicExponent?: 3 | 65537;
}

/** A new test authority; slow (about half a second), so callers keep `authorityToPems` on disk. */
export function createTestAuthority(options: AuthorityOptions = {}): TestAuthority {
  const exponent = options.publicExponent ?? 3;
  return {
    index: options.index ?? 'F1',
    authority: generateRsaKey(options.authorityBits ?? 1984, exponent),
    issuer: generateRsaKey(options.issuerBits ?? 1536, exponent),
    icc: generateRsaKey(options.iccBits ?? 1024, exponent),
  };
}

/** The authority's private keys in PEM, to keep a test authority between runs. */
export interface AuthorityPems {
  readonly index: string;
  readonly authority: string;
  readonly issuer: string;
  readonly icc: string;
}

/** For a cache on disk. */
export function authorityToPems(keys: TestAuthority): AuthorityPems {
  return {
    index: keys.index,
    authority: rsaKeyToPem(keys.authority),
    issuer: rsaKeyToPem(keys.issuer),
    icc: rsaKeyToPem(keys.icc),
  };
}

/** The authority of a cache. */
export function authorityFromPems(pems: AuthorityPems): TestAuthority {
  return {
    index: pems.index,
    authority: rsaKeyFromPem(pems.authority),
    issuer: rsaKeyFromPem(pems.issuer),
    icc: rsaKeyFromPem(pems.icc),
  };
}

let sandbox: TestAuthority | undefined;

/** The committed sandbox authority: public knowledge, so that tests need not make keys. */
export function sandboxAuthority(): TestAuthority {
  sandbox ??= authorityFromPems(sandboxKeyPems);
  return sandbox;
}

/** The authority's public key as it is loaded for one RID. @param rid ten hex digits */
export function authorityPublicKey(keys: TestAuthority, rid: string): AuthorityPublicKey {
  const { modulus, exponent } = keys.authority;
  return {
    rid,
    index: keys.index,
    modulus: toHex(modulus),
    exponent: toHex(exponent),
    checksum: toHex(sha1(fromHex(rid), fromHex(keys.index), modulus, exponent)),
    expiryDate: '491231',
  };
}
