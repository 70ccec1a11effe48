// A small PKI for the TR-34 tests: authority, distribution host, receiving device, revocation list.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { fromHex } from '@chipswitch/bytes';
import forge from 'node-forge';
import type { Tr34Identity } from '../src/index.ts';
import {
  type Element,
  algorithm,
  derOf,
  elementTypes,
  integer,
  nothing,
  oids,
  sequence,
  time,
} from '../src/tr34/asn1.ts';

const day = 86_400_000;
let serial = 0x3400000000;

/** A certificate with its key; without an issuer it signs itself. */
export function identity(name: string, issuer?: Tr34Identity, now = new Date()): Tr34Identity {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { n, e } = forge.pki.privateKeyFromPem(keyPem);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(n, e);
  certificate.serialNumber = (serial++).toString(16);
  certificate.validity.notBefore = new Date(now.getTime() - day);
  certificate.validity.notAfter = new Date(now.getTime() + day);
  certificate.setSubject([{ shortName: 'CN', value: name }]);
  const above = issuer && forge.pki.certificateFromPem(issuer.certificatePem);
  certificate.setIssuer((above ?? certificate).subject.attributes);
  certificate.setExtensions([{ name: 'basicConstraints', cA: issuer === undefined }]);
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.keyPem ?? keyPem), forge.md.sha256.create());
  return { certificatePem: forge.pki.certificateToPem(certificate), keyPem };
}

/** A revocation list with these certificates on it, DER. */
export function revocationList(
  authority: Tr34Identity,
  revoked: readonly Tr34Identity[],
  now: Date,
): Uint8Array {
  const primitive = (type: forge.asn1.Type, value: string): Element =>
    forge.asn1.create(forge.asn1.Class.UNIVERSAL, type, false, value);
  const serialOf = ({ certificatePem }: Tr34Identity): Element => {
    const { serialNumber } = forge.pki.certificateFromPem(certificatePem);
    const bytes = Buffer.from(fromHex(serialNumber)).toString('latin1');
    return primitive(elementTypes.INTEGER, bytes);
  };
  const { subject } = forge.pki.certificateFromPem(authority.certificatePem);
  const method = (): Element => algorithm(oids.sha256WithRsa, nothing());
  const entries = revoked.map((one) => sequence(serialOf(one), time(now)));
  const body = sequence(
    integer(1),
    method(),
    forge.pki.distinguishedNameToAsn1(subject),
    time(new Date(now.getTime() - day)),
    time(new Date(now.getTime() + day)),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
  );
  const signature = sign('sha256', derOf(body), createPrivateKey(authority.keyPem));
  const bits = `\0${signature.toString('latin1')}`;
  return derOf(sequence(body, method(), primitive(elementTypes.BITSTRING, bits)));
}
