// Certificate revocation lists (RFC 5280 section 5): forge signs, the structure is built here.
import forge from 'node-forge';
import type { Identity } from './authority.ts';

/** Reasons of RFC 5280 5.3.1 that this PKI uses. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  superseded: 4,
  cessationOfOperation: 5,
} as const;

/** A certificate that is no longer good. */
export interface Revocation {
  readonly certificatePem: string;
  readonly revokedAt: Date;
  readonly reason: keyof typeof revocationReasons;
}

const { asn1 } = forge;
type Node = forge.asn1.Asn1;

const universal = (type: forge.asn1.Type, value: string): Node =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);
const sequence = (...children: Node[]): Node =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, children);
const identifier = (oid: string): Node => universal(asn1.Type.OID, asn1.oidToDer(oid).getBytes());
const octets = (value: Node): Node =>
  universal(asn1.Type.OCTETSTRING, asn1.toDer(value).getBytes());

// Up to 2049 a time is UTCTime, from 2050 GeneralizedTime (RFC 5280 5.1.2.4).
function time(date: Date): Node {
  return date.getUTCFullYear() < 2050
    ? universal(asn1.Type.UTCTIME, asn1.dateToUtcTime(date))
    : universal(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

function integer(value: number): Node {
  return universal(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());
}

const oids = {
  sha256WithRsa: '1.2.840.113549.1.1.11',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
} as const;

function entryOf({ certificatePem, revokedAt, reason }: Revocation): Node {
  const { serialNumber } = forge.pki.certificateFromPem(certificatePem);
  const code = universal(asn1.Type.ENUMERATED, String.fromCharCode(revocationReasons[reason]));
  return sequence(
    universal(asn1.Type.INTEGER, forge.util.hexToBytes(serialNumber)),
    time(revokedAt),
    sequence(sequence(identifier(oids.reasonCode), octets(code))),
  );
}

/**
 * A revocation list as PEM, which `tls.createServer({ crl })` takes.
 *
 * @param options.number counts lists of this authority upwards
 */
export function createRevocationList(options: {
  readonly authority: Identity;
  readonly revoked: readonly Revocation[];
  readonly number: number;
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
}): string {
  const issuer = forge.pki.certificateFromPem(options.authority.certificatePem);
  const algorithm = (): Node =>
    sequence(identifier(oids.sha256WithRsa), universal(asn1.Type.NULL, ''));
  const list = sequence(
    integer(1),
    algorithm(),
    forge.pki.distinguishedNameToAsn1(issuer.subject),
    time(options.issuedAt),
    time(options.nextUpdate),
    // An empty list of revoked certificates is left out altogether (5.1.2.6).
    ...(options.revoked.length === 0 ? [] : [sequence(...options.revoked.map(entryOf))]),
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, asn1.Type.NONE, true, [
      sequence(sequence(identifier(oids.crlNumber), octets(integer(options.number)))),
    ]),
  );
  const digest = forge.md.sha256.create();
  digest.update(asn1.toDer(list).getBytes());
  const signature = forge.pki.privateKeyFromPem(options.authority.keyPem).sign(digest);
  const whole = sequence(list, algorithm(), universal(asn1.Type.BITSTRING, `\0${signature}`));
  return forge.pem.encode({ type: 'X509 CRL', body: asn1.toDer(whole).getBytes() });
}
