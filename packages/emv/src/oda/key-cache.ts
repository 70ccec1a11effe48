// Issuer and card keys that were recovered before, by everything that went into the recovery; bounded.
import { concatBytes, equalBytes } from '@chipswitch/bytes';
import type { CaKey } from '../kernel/types.ts';
import {
  type CertificateRefusal,
  type IccCertificate,
  type IccCertificateInput,
  type IssuerCertificate,
  type IssuerCertificateInput,
  recoverIccCertificate,
  recoverIssuerCertificate,
} from './certificate.ts';

interface Entry {
  readonly input: Uint8Array;
  readonly result: IssuerCertificate;
}

// A terminal sees few issuers; a switch checking many keeps the last ones.
const entriesMax = 256;
const issuers = new Map<string, Entry>();

/** A name that spreads well: the certificate's first bytes are as good as random. */
function nameOf(certificate: Uint8Array, caKey: Uint8Array): string {
  let name = '';
  for (let i = 0; i < 8 && i < certificate.length; i++) name += String.fromCharCode(certificate[i]);
  return `${name}${certificate.length}:${caKey.length}`;
}

/**
 * Recovers an issuer key, or gives the one recovered before from the very same bytes. Only good
 * results are kept, and the date and the PAN are not part of what is kept: they are checked anew.
 */
export function recoverIssuerKey(
  input: Omit<IssuerCertificateInput, 'caKey'> & { readonly caKey: CaKey },
): IssuerCertificate | CertificateRefusal {
  const { caKey, certificate, remainder, exponent, pan, date } = input;
  const name = nameOf(certificate, caKey.modulus);
  const dateBytes = date ?? new Uint8Array(0);
  const panBytes = Uint8Array.from(pan.slice(0, 8), (digit) => digit.charCodeAt(0));
  const whole = concatBytes(
    caKey.modulus,
    caKey.exponent,
    certificate,
    remainder,
    exponent,
    dateBytes,
    panBytes,
  );
  const known = issuers.get(name);
  if (known !== undefined && equalBytes(known.input, whole)) return known.result;
  const result = recoverIssuerCertificate(input);
  if (!result.ok) return result;
  if (issuers.size >= entriesMax && !issuers.has(name)) {
    const [oldest] = issuers.keys();
    issuers.delete(oldest);
  }
  issuers.set(name, { input: whole, result });
  return result;
}

/** Recovers a card key. Cards come once, so nothing is kept. */
export function recoverIccKey(input: IccCertificateInput): IccCertificate | CertificateRefusal {
  return recoverIccCertificate(input);
}
