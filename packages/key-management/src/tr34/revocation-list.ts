// Reads a certificate revocation list and answers whether a certificate is on it (RFC 5280 5.1).
import { type KeyObject, X509Certificate, verify } from 'node:crypto';
import { toHex } from '@chipswitch/bytes';
import {
  type Element,
  certificateOf,
  childrenOf,
  contentOf,
  derOf,
  elementTypes,
  isUniversal,
  oidOf,
  oids,
  timeOf,
} from './asn1.ts';
import { refuseToken, type Tr34Refusal } from './errors.ts';

/** What a list is checked against. */
export interface RevocationCheck {
  readonly list: Element;
  readonly authorityPem: string;
  /** Whose certificate must not be on it. */
  readonly certificatePem: string;
  readonly now: Date;
}

function signatureHolds(list: Element, authority: KeyObject): boolean {
  const [body, algorithm, signature] = childrenOf(list);
  if (oidOf(childrenOf(algorithm)[0]) !== oids.sha256WithRsa) return false;
  const der = derOf(signature);
  // BIT STRING of an RSA signature: no unused bits, so its content is 00 and the signature.
  const start = der.length - (authority.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  return start > 2 && verify('sha256', derOf(body), authority, der.subarray(start));
}

/** Serial numbers on the list, as hex without leading zeros. */
function revokedSerials(body: readonly Element[]): ReadonlySet<string> | undefined {
  // version?, signature, issuer, thisUpdate, nextUpdate?, revokedCertificates?, [0] extensions?
  const entries = body
    .slice(3)
    .find(
      (child) =>
        isUniversal(child, elementTypes.SEQUENCE) &&
        isUniversal(childrenOf(child)[0], elementTypes.SEQUENCE),
    );
  const serials = new Set<string>();
  for (const entry of childrenOf(entries)) {
    const serial = contentOf(childrenOf(entry)[0]);
    if (serial === undefined) return undefined;
    serials.add(toHex(serial).replace(/^0+/, ''));
  }
  return serials;
}

function isCurrent(body: readonly Element[], now: Date): boolean {
  const times = body.map(timeOf).filter((date) => date !== undefined);
  const [thisUpdate, nextUpdate] = times;
  if (thisUpdate === undefined || thisUpdate > now) return false;
  return nextUpdate === undefined || nextUpdate >= now;
}

/** Checks that the list is the authority's and current, and that a certificate is not on it. */
export function checkRevocation(check: RevocationCheck): Tr34Refusal | undefined {
  const certificate = certificateOf(check.certificatePem);
  const [first] = childrenOf(check.list);
  const body = childrenOf(first);
  if (certificate === undefined || body.length < 4) return refuseToken('revocation-list');
  const { publicKey: authority } = new X509Certificate(check.authorityPem);
  if (!signatureHolds(check.list, authority)) return refuseToken('revocation-list');
  if (!isCurrent(body, check.now)) return refuseToken('revocation-list');
  const serials = revokedSerials(body);
  if (serials === undefined) return refuseToken('revocation-list');
  const serial = certificate.serialNumber.toUpperCase().replace(/^0+/, '');
  return serials.has(serial) ? refuseToken('revoked') : undefined;
}
