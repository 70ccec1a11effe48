// Makes certificates and signatures, good ones and ones that are wrong in one place, with the sandbox keys.
import { type KeyObject, constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { authorityToPems, sandboxAuthority } from '@chipswitch/card';
import type { CaKey, RsaPublicKey } from '../src/index.ts';
import { sha1 } from '../src/oda/hash.ts';

/** A key pair of the sandbox. */
export interface ForgeKey extends RsaPublicKey {
  readonly privateKey: KeyObject;
}

function keyOf(pem: string): ForgeKey {
  const privateKey = createPrivateKey(pem);
  const { n = '', e = '' } = privateKey.export({ format: 'jwk' });
  return {
    privateKey,
    modulus: new Uint8Array(Buffer.from(n, 'base64url')),
    exponent: new Uint8Array(Buffer.from(e, 'base64url')),
  };
}

const pems = authorityToPems(sandboxAuthority());

/** The sandbox's keys: 1,984, 1,536 and 1,024 bits, exponent 3. */
export const keys = {
  authority: keyOf(pems.authority),
  issuer: keyOf(pems.issuer),
  icc: keyOf(pems.icc),
} as const;

/** The scheme key the terminal of the tables holds. */
export const caKey: CaKey = {
  rid: fromHex('A000000003'),
  index: 0xf1,
  modulus: keys.authority.modulus,
  exponent: keys.authority.exponent,
};

/** PAN of the plain card. */
export const pan = '4761739001010119';

/** Signs a whole block as it is; its first bit must be 0. */
export function signBlock(key: ForgeKey, block: Uint8Array): Uint8Array {
  return new Uint8Array(
    privateEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, block),
  );
}

/** What can be wrong in a signed block. */
export interface BlockFaults {
  readonly header?: number;
  readonly trailer?: number;
  readonly format?: number;
  readonly hashAlgorithm?: number;
  /** Flips a bit of the hash. */
  readonly spoilHash?: boolean;
}

function signed(
  key: ForgeKey,
  body: Uint8Array,
  also: Uint8Array,
  faults: BlockFaults,
): Uint8Array {
  const hash = sha1(body, also);
  if (faults.spoilHash === true) hash[19] ^= 1;
  const header = Uint8Array.of(faults.header ?? 0x6a);
  const trailer = Uint8Array.of(faults.trailer ?? 0xbc);
  return signBlock(key, concatBytes(header, body, hash, trailer));
}

/** What can be wrong in a certificate. */
export interface CertificateFaults extends BlockFaults {
  /** Issuer identifier (8 digits) or PAN (20), with filler. */
  readonly subject?: string;
  /** MMYY. */
  readonly expiry?: string;
  readonly serial?: string;
  readonly keyAlgorithm?: number;
  readonly keyLength?: number;
  readonly exponent?: Uint8Array;
  readonly also?: Uint8Array;
}

/** A certificate with the rest of the key. */
export interface Forged {
  readonly certificate: Uint8Array;
  readonly remainder: Uint8Array;
  readonly exponent: Uint8Array;
}

function certify(
  signer: ForgeKey,
  subjectKey: ForgeKey,
  plain: { readonly format: number; readonly subject: string },
  faults: CertificateFaults,
): Forged {
  const subject = fromHex(faults.subject ?? plain.subject);
  const exponent = faults.exponent ?? subjectKey.exponent;
  const keyLength = faults.keyLength ?? subjectKey.modulus.length;
  const head = concatBytes(
    Uint8Array.of(faults.format ?? plain.format),
    subject,
    fromHex(faults.expiry ?? '1230'),
    fromHex(faults.serial ?? '000001'),
    Uint8Array.of(faults.hashAlgorithm ?? 1, faults.keyAlgorithm ?? 1, keyLength, exponent.length),
  );
  const room = signer.modulus.length - 22 - head.length;
  const inside = new Uint8Array(room).fill(0xbb);
  inside.set(subjectKey.modulus.subarray(0, room));
  const remainder = subjectKey.modulus.slice(room);
  const also = concatBytes(remainder, exponent, faults.also ?? new Uint8Array(0));
  return {
    certificate: signed(signer, concatBytes(head, inside), also, faults),
    remainder,
    exponent,
  };
}

/** The issuer's certificate (90, 92, 9F32). */
export function issuerCertificate(faults: CertificateFaults = {}): Forged {
  return certify(keys.authority, keys.issuer, { format: 2, subject: '476173FF' }, faults);
}

/** The card's certificate (9F46, 9F48, 9F47) over static data. */
export function iccCertificate(staticData: Uint8Array, faults: CertificateFaults = {}): Forged {
  const plain = { format: 4, subject: `${pan}FFFF` };
  return certify(keys.issuer, keys.icc, plain, { also: staticData, ...faults });
}

/** Signed static application data (93). */
export function signedStatic(staticData: Uint8Array, faults: BlockFaults = {}): Uint8Array {
  const head = Uint8Array.of(faults.format ?? 3, faults.hashAlgorithm ?? 1, 0xda, 0xc0);
  const padding = new Uint8Array(keys.issuer.modulus.length - 22 - head.length).fill(0xbb);
  return signed(keys.issuer, concatBytes(head, padding), staticData, faults);
}

/** Signed dynamic data (9F4B): the dynamic data with their length, and what the terminal gave. */
export function signedDynamic(
  dynamicData: Uint8Array,
  terminalData: Uint8Array,
  faults: BlockFaults & { readonly dataLength?: number } = {},
): Uint8Array {
  const head = Uint8Array.of(
    faults.format ?? 5,
    faults.hashAlgorithm ?? 1,
    faults.dataLength ?? dynamicData.length,
  );
  const body = concatBytes(head, dynamicData);
  const padding = new Uint8Array(keys.icc.modulus.length - 22 - body.length).fill(0xbb);
  return signed(keys.icc, concatBytes(body, padding), terminalData, faults);
}

/** Dynamic data of CDA: number, CID, cryptogram, hash of the transaction data. */
export function combinedData(input: {
  readonly cid: number;
  readonly covered: Uint8Array;
  readonly spoil?: boolean;
  readonly further?: Uint8Array;
}): Uint8Array {
  const hash = sha1(input.covered);
  if (input.spoil === true) hash[0] ^= 1;
  return concatBytes(
    fromHex('0401020304'),
    Uint8Array.of(input.cid),
    fromHex('1122334455667788'),
    hash,
    input.further ?? new Uint8Array(0),
  );
}

/** Hex of bytes, for tables. */
export const hex = toHex;
