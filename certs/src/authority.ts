// Certification authority of the development PKI: root, acquirer, servers and terminals (X.509, RFC 5280).
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and the private key to it, both PEM. */
export interface Identity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Who a certificate is for, and for how long. */
export interface CertificateTerms {
  readonly commonName: string;
  readonly validFrom: Date;
  /** At most 13 months for terminals, which the caller keeps to. */
  readonly validDays: number;
}

/** Another name of the subject. */
export type AlternativeName =
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'ip'; readonly value: string }
  | { readonly kind: 'uri'; readonly value: string };

/** What a certificate is good for. */
export type CertificateRole = 'authority' | 'server' | 'client';

const organisation = 'Chipswitch development';
// GeneralName tags of RFC 5280 4.2.1.6.
const generalNameTags = { dns: 2, uri: 6, ip: 7 } as const;

/** A fresh RSA key as PEM (PKCS#8). node:crypto makes it: forge takes seconds for one. */
export function generateKeyPem(bits = 2048): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function positiveSerial(): string {
  const serial = randomBytes(16);
  // A leading zero bit keeps the integer positive, a one bit behind it keeps its length.
  serial[0] = (serial[0] & 0x7f) | 0x40;
  return serial.toString('hex');
}

function extensionsOf(role: CertificateRole, names: readonly AlternativeName[]): object[] {
  const extensions: object[] = [
    { name: 'basicConstraints', cA: role === 'authority', critical: true },
    role === 'authority'
      ? { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }
      : { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ];
  if (role === 'server') extensions.push({ name: 'extKeyUsage', serverAuth: true });
  if (role === 'client') extensions.push({ name: 'extKeyUsage', clientAuth: true });
  if (names.length > 0) {
    const altNames = names.map(({ kind, value }) =>
      kind === 'ip' ? { type: 7, ip: value } : { type: generalNameTags[kind], value },
    );
    extensions.push({ name: 'subjectAltName', altNames });
  }
  return extensions;
}

function subjectOf(commonName: string, unit: string): forge.pki.CertificateField[] {
  return [
    { shortName: 'O', value: organisation },
    { shortName: 'OU', value: unit },
    { shortName: 'CN', value: commonName },
  ];
}

/** What goes into a certificate beside its terms. */
export interface CertificateRequest extends CertificateTerms {
  readonly unit: string;
  readonly role: CertificateRole;
  readonly publicKey: forge.pki.rsa.PublicKey;
  readonly names: readonly AlternativeName[];
  /** Undefined for a root, which signs itself with `signingKeyPem`. */
  readonly issuer: forge.pki.Certificate | undefined;
  readonly signingKeyPem: string;
}

/** Signs a certificate. */
export function signCertificate(request: CertificateRequest): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = request.publicKey;
  certificate.serialNumber = positiveSerial();
  certificate.validity.notBefore = request.validFrom;
  certificate.validity.notAfter = new Date(
    request.validFrom.getTime() + request.validDays * 86_400_000,
  );
  const subject = subjectOf(request.commonName, request.unit);
  certificate.setSubject(subject);
  certificate.setIssuer(request.issuer?.subject.attributes ?? subject);
  certificate.setExtensions(extensionsOf(request.role, request.names));
  certificate.sign(forge.pki.privateKeyFromPem(request.signingKeyPem), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

function identity(
  request: Omit<CertificateRequest, 'publicKey' | 'signingKeyPem' | 'issuer'>,
  issuer: Identity | undefined,
): Identity {
  const keyPem = generateKeyPem();
  const { n, e } = forge.pki.privateKeyFromPem(keyPem);
  const certificatePem = signCertificate({
    ...request,
    publicKey: forge.pki.setRsaPublicKey(n, e),
    issuer: issuer === undefined ? undefined : forge.pki.certificateFromPem(issuer.certificatePem),
    signingKeyPem: issuer?.keyPem ?? keyPem,
  });
  return { certificatePem, keyPem };
}

/**
 * A root that signs itself.
 *
 * @example createRoot({ commonName: 'Root', validFrom: new Date(), validDays: 3650 })
 */
export function createRoot(terms: CertificateTerms): Identity {
  return identity({ ...terms, unit: 'root', role: 'authority', names: [] }, undefined);
}

/** An authority below another: the acquirer that enrols terminals. */
export function createAuthority(issuer: Identity, terms: CertificateTerms): Identity {
  return identity({ ...terms, unit: 'acquirer', role: 'authority', names: [] }, issuer);
}

/** A server's certificate under its host names and addresses. */
export function createServer(
  issuer: Identity,
  terms: CertificateTerms,
  names: readonly AlternativeName[],
): Identity {
  return identity({ ...terms, unit: 'server', role: 'server', names }, issuer);
}
