// Issuer keys that were recovered before, by everything that went into the recovery; bounded.
import { equalBytes, toHex } from '@chipswitch/bytes';
import {
  type CertificateRefusal,
  type IssuerCertificate,
  type IssuerCertificateInput,
  recoverIssuerCertificate,
} from './certificate.ts';

interface Entry {
  readonly input: IssuerCertificateInput;
  readonly result: IssuerCertificate;
}

// A terminal sees few issuers; whoever checks many keeps the last ones.
const entriesMax = 256;
const issuers = new Map<string, Entry>();

function same(a: IssuerCertificateInput, b: IssuerCertificateInput): boolean {
  return (
    equalBytes(a.certificate, b.certificate) &&
    equalBytes(a.caKey.modulus, b.caKey.modulus) &&
    equalBytes(a.caKey.exponent, b.caKey.exponent) &&
    equalBytes(a.remainder, b.remainder) &&
    equalBytes(a.exponent, b.exponent) &&
    a.pan === b.pan &&
    (a.date === undefined || b.date === undefined ? a.date === b.date : equalBytes(a.date, b.date))
  );
}

function copyOf(input: IssuerCertificateInput): IssuerCertificateInput {
  const { caKey, certificate, remainder, exponent, pan, date } = input;
  return {
    caKey: { modulus: caKey.modulus.slice(), exponent: caKey.exponent.slice() },
    certificate: certificate.slice(),
    remainder: remainder.slice(),
    exponent: exponent.slice(),
    // Eight digits are all that an issuer identifier can match: more is not kept.
    pan: pan.slice(0, 8),
    ...(date === undefined ? {} : { date: date.slice() }),
  };
}

/**
 * Recovers an issuer key, or gives the one recovered before from the very same bytes, on the same
 * date, for a PAN with the same eight first digits. Only good results are kept.
 */
export function recoverIssuerKey(
  input: IssuerCertificateInput,
): IssuerCertificate | CertificateRefusal {
  // The first bytes of a certificate are as good as random; the entry itself is compared in full.
  const name = toHex(input.certificate, 0, Math.min(8, input.certificate.length));
  const known = issuers.get(name);
  if (known !== undefined && same(known.input, { ...input, pan: input.pan.slice(0, 8) })) {
    return known.result;
  }
  const result = recoverIssuerCertificate(input);
  if (!result.ok) return result;
  if (issuers.size >= entriesMax && !issuers.has(name)) {
    const [oldest] = issuers.keys();
    issuers.delete(oldest);
  }
  issuers.set(name, { input: copyOf(input), result });
  return result;
}
