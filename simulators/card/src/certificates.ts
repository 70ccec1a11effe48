// Issuer and card certificates and signed static data (Book 2 tables 1 to 3, 6, 8, 13).
import { concatBytes, encodeBcd } from '@chipswitch/bytes';
import { type RsaKey, recoverableBytes, signWithRecovery } from './rsa.ts';

/** A public key certificate and what of the key did not fit into it. */
export interface Certificate {
  readonly certificate: Uint8Array;
  readonly remainder: Uint8Array;
  readonly exponent: Uint8Array;
}

/** MMYY of a YYMMDD date, two bytes. */
function certificateExpiry(date: string): Uint8Array {
  return encodeBcd(date.slice(2, 4) + date.slice(0, 2));
}

function filled(digits: string, bytes: number): Uint8Array {
  const nibbles = digits.padEnd(bytes * 2, 'F');
  const filledBytes = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    filledBytes[i] = Number.parseInt(nibbles.slice(2 * i, 2 * i + 2), 16);
  }
  return filledBytes;
}

/** Header, subject, expiry, serial and algorithms of a certificate, before the key. */
function certificateHead(
  format: number,
  subject: Uint8Array,
  expiryDate: string,
  key: RsaKey,
): Uint8Array {
  return concatBytes(
    Uint8Array.of(format),
    subject,
    certificateExpiry(expiryDate),
    Uint8Array.of(0, 0, 1),
    Uint8Array.of(1, 1, key.modulus.length, key.exponent.length),
  );
}

function certify(
  signer: RsaKey,
  head: Uint8Array,
  key: RsaKey,
  alsoHashed: Uint8Array,
): Certificate {
  const room = recoverableBytes(signer) - head.length;
  const inside = new Uint8Array(room).fill(0xbb);
  inside.set(key.modulus.subarray(0, room));
  const remainder = key.modulus.slice(room);
  return {
    certificate: signWithRecovery(
      signer,
      concatBytes(head, inside),
      concatBytes(remainder, key.exponent, alsoHashed),
    ),
    remainder,
    exponent: key.exponent,
  };
}

/** The issuer's public key certified by the scheme's authority (Book 2 table 2). */
export function issuerCertificate(
  authority: RsaKey,
  issuer: RsaKey,
  subject: { pan: string; expiryDate: string },
): Certificate {
  const identifier = filled(subject.pan.slice(0, 6), 4);
  const head = certificateHead(0x02, identifier, subject.expiryDate, issuer);
  return certify(authority, head, issuer, new Uint8Array(0));
}

/** The card's public key certified by the issuer, with the static data (Book 2 table 10). */
export function iccCertificate(
  issuer: RsaKey,
  icc: RsaKey,
  subject: { pan: string; expiryDate: string },
  staticData: Uint8Array,
): Certificate {
  const head = certificateHead(0x04, filled(subject.pan, 10), subject.expiryDate, icc);
  return certify(issuer, head, icc, staticData);
}

/** Signed static application data, with the data authentication code 9F45 inside (table 3). */
export function signedStaticData(
  issuer: RsaKey,
  dataAuthenticationCode: Uint8Array,
  staticData: Uint8Array,
): Uint8Array {
  const recoverable = new Uint8Array(recoverableBytes(issuer)).fill(0xbb);
  recoverable.set(concatBytes(Uint8Array.of(0x03, 0x01), dataAuthenticationCode));
  return signWithRecovery(issuer, recoverable, staticData);
}

/** Signed dynamic data of DDA, fDDA and CDA: `dynamicData` inside, `terminalData` hashed (table 15). */
export function signedDynamicData(
  icc: RsaKey,
  dynamicData: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  const recoverable = new Uint8Array(recoverableBytes(icc)).fill(0xbb);
  recoverable.set(concatBytes(Uint8Array.of(0x05, 0x01, dynamicData.length), dynamicData));
  return signWithRecovery(icc, recoverable, terminalData);
}
