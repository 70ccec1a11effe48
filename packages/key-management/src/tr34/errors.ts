// Why a TR-34 token or credential is refused, in the order of checks.

/** Codes of refusals. */
export const tr34ErrorCodes = [
  /** Longer than any token is. */
  'token-too-long',
  /** No DER, or not the structure that the token has. */
  'token-malformed',
  /** Not signed by the bound key distribution host (issuer and serial number). */
  'signer-unknown',
  /** The digest of the content is another than the signed one. */
  'digest',
  /** The signature does not hold. */
  'signature',
  /** Two-pass: the nonce is not the one that was asked with. */
  'nonce',
  /** One-pass: the time stamp is outside the window, or not newer than the last one taken. */
  'time',
  /** A certificate is not of its authority, or not valid at this time. */
  'credential',
  /** The revocation list is missing, not of the authority, or out of date. */
  'revocation-list',
  /** The host's certificate is on the revocation list. */
  'revoked',
  /** Not enciphered for this key receiving device. */
  'recipient',
  /** The key transport or the content does not decipher. */
  'decryption',
  /** The deciphered block is not what TR-34 says it is. */
  'key-block',
  /** The block names another host than the one that signed. */
  'host-mismatch',
  /** The header inside the block is another than the signed one, or no key block header. */
  'header',
  /** The key's length is not one of the header's algorithm. */
  'key-length',
] as const;

/** One of them. */
export type Tr34ErrorCode = (typeof tr34ErrorCodes)[number];

/** A refusal. */
export interface Tr34Refusal {
  readonly ok: false;
  readonly error: { readonly code: Tr34ErrorCode };
}

/** Builds a refusal. */
export const refuseToken = (code: Tr34ErrorCode): Tr34Refusal => ({ ok: false, error: { code } });
