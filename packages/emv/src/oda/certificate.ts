// Issuer and card public key certificates: recovery and every check (Book 2 sections 5.3, 5.4, 6.3, 6.4).
import { concatBytes, equalBytes, toHex } from '@chipswitch/bytes';
import { certificateExpired, isMonthYear } from './dates.ts';
import { sha1 } from './hash.ts';
import { type RsaPublicKey, isExponent, modulusBytesMax, recoverRsa } from './rsa.ts';

/** Why a certificate is refused, in the order of the standard's checks. */
export const certificateErrorCodes = [
  'length',
  'format',
  'hash',
  'pan',
  'expired',
  'algorithm',
] as const;

/** One of the reasons. */
export type CertificateErrorCode = (typeof certificateErrorCodes)[number];

/** What an issuer certificate says. */
export interface IssuerCertificate {
  readonly ok: true;
  /** Issuer identifier: 3 to 8 leading digits of the PAN, F-filled, 4 bytes. */
  readonly issuerId: Uint8Array;
  /** MMYY, 2 bytes. */
  readonly expiry: Uint8Array;
  /** 3 bytes. */
  readonly serial: Uint8Array;
  readonly hashAlgorithm: number;
  readonly keyAlgorithm: number;
  readonly hash: Uint8Array;
  readonly key: RsaPublicKey;
}

/** What a card certificate says. */
export interface IccCertificate {
  readonly ok: true;
  /** Application PAN, F-filled, 10 bytes. */
  readonly pan: Uint8Array;
  readonly expiry: Uint8Array;
  readonly serial: Uint8Array;
  readonly hashAlgorithm: number;
  readonly keyAlgorithm: number;
  readonly hash: Uint8Array;
  readonly key: RsaPublicKey;
}

/** A refusal. */
export interface CertificateRefusal {
  readonly ok: false;
  readonly error: { readonly code: CertificateErrorCode };
}

function refused(code: CertificateErrorCode): CertificateRefusal {
  return { ok: false, error: { code } };
}

interface Layout {
  readonly format: number;
  /** Bytes of the identifier: 4 of the issuer, 10 of the PAN. */
  readonly identifierLength: number;
}

interface Opened {
  readonly identifier: Uint8Array;
  readonly expiry: Uint8Array;
  readonly serial: Uint8Array;
  readonly hashAlgorithm: number;
  readonly keyAlgorithm: number;
  readonly hash: Uint8Array;
  readonly modulus: Uint8Array;
  readonly signed: Uint8Array;
}

/** Header, format and trailer; then the parts. All certificates share one layout but for the identifier. */
function open(
  certificate: Uint8Array,
  remainder: Uint8Array,
  signer: RsaPublicKey,
  layout: Layout,
): { ok: true; opened: Opened } | CertificateRefusal {
  const length = signer.modulus.length;
  if (certificate.length !== length) return refused('length');
  const recovered = recoverRsa(certificate, signer);
  const fixed = layout.identifierLength;
  // Fixed parts take 36 bytes with an issuer identifier and 42 with a PAN.
  const room = length - 32 - fixed;
  if (recovered === undefined || room < 0) return refused('length');
  if (recovered[length - 1] !== 0xbc || recovered[0] !== 0x6a) return refused('format');
  if (recovered[1] !== layout.format) return refused('format');
  const at = 2 + fixed;
  const keyLength = recovered[at + 7];
  if (keyLength === 0 || keyLength > modulusBytesMax) return refused('length');
  // The rest of the key that does not fit comes as a separate object of exactly that length.
  const left = Math.min(room, keyLength);
  if (remainder.length !== keyLength - left) return refused('length');
  const field = recovered.subarray(at + 9, at + 9 + room);
  return {
    ok: true,
    opened: {
      identifier: recovered.subarray(2, at),
      expiry: recovered.subarray(at, at + 2),
      serial: recovered.subarray(at + 2, at + 5),
      hashAlgorithm: recovered[at + 5],
      keyAlgorithm: recovered[at + 6],
      hash: recovered.subarray(length - 21, length - 1),
      modulus: concatBytes(field.subarray(0, left), remainder),
      signed: recovered.subarray(1, length - 21),
    },
  };
}

function checkHash(opened: Opened, ...more: readonly Uint8Array[]): boolean {
  return opened.hashAlgorithm === 1 && equalBytes(sha1(opened.signed, ...more), opened.hash);
}

/** Whether an issuer identifier is 3 to 8 digits, F-filled, that the PAN starts with. */
function matchesPan(issuerId: Uint8Array, pan: string): boolean {
  const digits = /^(\d{3,8})F*$/.exec(toHex(issuerId))?.[1];
  return digits !== undefined && pan.startsWith(digits);
}

/** What comes after identifier and hash in both procedures: expiry, algorithm, exponent. */
function unfitFor(
  opened: Opened,
  input: { readonly date?: Uint8Array; readonly exponent: Uint8Array },
): CertificateRefusal | undefined {
  if (!isMonthYear(opened.expiry)) return refused('format');
  if (input.date !== undefined && certificateExpired(opened.expiry, input.date)) {
    return refused('expired');
  }
  if (opened.keyAlgorithm !== 1 || isExponent(input.exponent) === undefined) {
    return refused('algorithm');
  }
  return undefined;
}

/** What an issuer certificate comes with. */
export interface IssuerCertificateInput {
  readonly caKey: RsaPublicKey;
  /** 90. */
  readonly certificate: Uint8Array;
  /** 92; empty when absent. */
  readonly remainder: Uint8Array;
  /** 9F32. */
  readonly exponent: Uint8Array;
  /** Digits of the application PAN. */
  readonly pan: string;
  /** Transaction date, three BCD bytes; without it expiry is not looked at. */
  readonly date?: Uint8Array;
}

/**
 * Recovers an issuer public key (Book 2 section 5.3, steps 1 to 12).
 *
 * @example
 * const issuer = recoverIssuerCertificate({ caKey, certificate, remainder, exponent, pan });
 * if (issuer.ok) issuer.key.modulus; else issuer.error.code;
 */
export function recoverIssuerCertificate(
  input: IssuerCertificateInput,
): IssuerCertificate | CertificateRefusal {
  const result = open(input.certificate, input.remainder, input.caKey, {
    format: 0x02,
    identifierLength: 4,
  });
  if (!result.ok) return result;
  const { opened } = result;
  if (!checkHash(opened, input.remainder, input.exponent)) return refused('hash');
  if (!matchesPan(opened.identifier, input.pan)) return refused('pan');
  const unfit = unfitFor(opened, input);
  if (unfit !== undefined) return unfit;
  const { identifier, expiry, serial, hashAlgorithm, keyAlgorithm, hash, modulus } = opened;
  const key = { modulus, exponent: input.exponent };
  return { ok: true, issuerId: identifier, expiry, serial, hashAlgorithm, keyAlgorithm, hash, key };
}

/** What a card certificate comes with. */
export interface IccCertificateInput {
  readonly issuerKey: RsaPublicKey;
  /** 9F46, or 9F2D for the key that enciphers a PIN. */
  readonly certificate: Uint8Array;
  /** 9F48 or 9F2F; empty when absent. */
  readonly remainder: Uint8Array;
  /** 9F47 or 9F2E. */
  readonly exponent: Uint8Array;
  /** Static data to be authenticated; empty for a PIN encipherment key. */
  readonly staticData: Uint8Array;
  readonly pan: string;
  readonly date?: Uint8Array;
}

/**
 * Recovers a card public key (Book 2 section 6.4, or 7.1 for a PIN encipherment key).
 *
 * @example recoverIccCertificate({ issuerKey, certificate, remainder, exponent, staticData, pan })
 */
export function recoverIccCertificate(
  input: IccCertificateInput,
): IccCertificate | CertificateRefusal {
  const result = open(input.certificate, input.remainder, input.issuerKey, {
    format: 0x04,
    identifierLength: 10,
  });
  if (!result.ok) return result;
  const { opened } = result;
  if (!checkHash(opened, input.remainder, input.exponent, input.staticData)) {
    return refused('hash');
  }
  const digits = /^(\d+)F*$/.exec(toHex(opened.identifier))?.[1];
  if (digits !== input.pan) return refused('pan');
  const unfit = unfitFor(opened, input);
  if (unfit !== undefined) return unfit;
  const { identifier, expiry, serial, hashAlgorithm, keyAlgorithm, hash, modulus } = opened;
  const key = { modulus, exponent: input.exponent };
  return { ok: true, pan: identifier, expiry, serial, hashAlgorithm, keyAlgorithm, hash, key };
}
