// PKCS#12 containers (RFC 7292) of a key, its certificate and the chain above it.
import forge from 'node-forge';
import type { Identity } from './authority.ts';

/**
 * A container as bytes, AES-256 with PBKDF2; its MAC is SHA-1, the only one forge has.
 *
 * @param options.chain certificates above, PEM, nearest first
 */
export function createPkcs12(options: {
  readonly identity: Identity;
  readonly chain: readonly string[];
  readonly password: string;
  readonly friendlyName: string;
}): Uint8Array {
  const certificates = [options.identity.certificatePem, ...options.chain].map((pem) =>
    forge.pki.certificateFromPem(pem),
  );
  const container = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(options.identity.keyPem),
    certificates,
    options.password,
    { algorithm: 'aes256', friendlyName: options.friendlyName, count: 10_000 },
  );
  return Uint8Array.from(Buffer.from(forge.asn1.toDer(container).getBytes(), 'latin1'));
}
