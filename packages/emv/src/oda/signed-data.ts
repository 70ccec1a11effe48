// Signed static and dynamic application data, fast DDA and CDA (Book 2 sections 5.4, 6.5, 6.6).
import { equalBytes } from '@chipswitch/bytes';
import { sha1 } from './hash.ts';
import { type RsaPublicKey, recoverRsa } from './rsa.ts';

/** Why signed data are refused, in the order of the standard's checks. */
export const signedDataErrorCodes = [
  'length',
  'format',
  'cid',
  'hash',
  'transaction-data-hash',
] as const;

/** One of the reasons. */
export type SignedDataErrorCode = (typeof signedDataErrorCodes)[number];

/** A refusal. */
export interface SignedDataRefusal {
  readonly ok: false;
  readonly error: { readonly code: SignedDataErrorCode };
}

function refused(code: SignedDataErrorCode): SignedDataRefusal {
  return { ok: false, error: { code } };
}

/** Recovers, and checks length, header, format and trailer. */
function open(
  signature: Uint8Array,
  key: RsaPublicKey,
  format: number,
  formatAlternative: number = format,
): Uint8Array | SignedDataRefusal {
  const length = key.modulus.length;
  if (signature.length !== length || length < 26) return refused('length');
  const recovered = recoverRsa(signature, key);
  if (recovered === undefined) return refused('length');
  if (recovered[length - 1] !== 0xbc || recovered[0] !== 0x6a) return refused('format');
  if (recovered[1] !== format && recovered[1] !== formatAlternative) return refused('format');
  return recovered;
}

/** What static data authentication yields. */
export interface StaticData {
  readonly ok: true;
  /** Data authentication code (becomes 9F45), 2 bytes. */
  readonly dataAuthenticationCode: Uint8Array;
  readonly hashAlgorithm: number;
  readonly hash: Uint8Array;
}

/**
 * Verifies signed static application data (93) over the static data (Book 2 section 5.4).
 *
 * @example verifyStaticData({ issuerKey, signature, staticData }).ok
 */
export function verifyStaticData(input: {
  readonly issuerKey: RsaPublicKey;
  readonly signature: Uint8Array;
  readonly staticData: Uint8Array;
}): StaticData | SignedDataRefusal {
  const recovered = open(input.signature, input.issuerKey, 0x03);
  if (!(recovered instanceof Uint8Array)) return recovered;
  const end = recovered.length - 21;
  const hash = recovered.subarray(end, end + 20);
  if (recovered[2] !== 1) return refused('hash');
  if (!equalBytes(sha1(recovered.subarray(1, end), input.staticData), hash)) return refused('hash');
  return {
    ok: true,
    dataAuthenticationCode: recovered.subarray(3, 5),
    hashAlgorithm: recovered[2],
    hash,
  };
}

/** What dynamic data authentication yields. */
export interface DynamicData {
  readonly ok: true;
  /** ICC dynamic number (becomes 9F4C), 2 to 8 bytes. */
  readonly iccDynamicNumber: Uint8Array;
  readonly hashAlgorithm: number;
  readonly hash: Uint8Array;
}

function dynamicData(
  recovered: Uint8Array,
  terminalData: Uint8Array,
): DynamicData | SignedDataRefusal {
  const end = recovered.length - 21;
  const hash = recovered.subarray(end, end + 20);
  const dataLength = recovered[3];
  if (recovered[2] !== 1) return refused('hash');
  if (dataLength > recovered.length - 25) return refused('format');
  if (!equalBytes(sha1(recovered.subarray(1, end), terminalData), hash)) return refused('hash');
  // The first byte of the dynamic data is the length of the dynamic number.
  const numberLength = dataLength === 0 ? 0 : recovered[4];
  if (numberLength < 2 || numberLength > 8 || numberLength > dataLength - 1) {
    return refused('format');
  }
  return {
    ok: true,
    iccDynamicNumber: recovered.subarray(5, 5 + numberLength),
    hashAlgorithm: recovered[2],
    hash,
  };
}

/**
 * Verifies signed dynamic application data (9F4B) that answers INTERNAL AUTHENTICATE
 * (Book 2 section 6.5).
 *
 * @param input `terminalData` is the filled DDOL as sent
 *
 * @example verifyDynamicData({ iccKey, signature, terminalData }).ok
 */
export function verifyDynamicData(input: {
  readonly iccKey: RsaPublicKey;
  readonly signature: Uint8Array;
  readonly terminalData: Uint8Array;
}): DynamicData | SignedDataRefusal {
  const recovered = open(input.signature, input.iccKey, 0x05);
  if (!(recovered instanceof Uint8Array)) return recovered;
  return dynamicData(recovered, input.terminalData);
}

/**
 * Verifies fast DDA of Visa contactless: format 95 (or 05), over 9F37, and for version 01 also
 * 9F02, 5F2A and 9F69, in that order (VCPS; the unpredictable number alone is version 00).
 *
 * @example verifyFastDynamicData({ iccKey, signature, terminalData: fastDdaTerminalData(data) }).ok
 */
export function verifyFastDynamicData(input: {
  readonly iccKey: RsaPublicKey;
  readonly signature: Uint8Array;
  readonly terminalData: Uint8Array;
}): DynamicData | SignedDataRefusal {
  const recovered = open(input.signature, input.iccKey, 0x05, 0x95);
  if (!(recovered instanceof Uint8Array)) return recovered;
  return dynamicData(recovered, input.terminalData);
}

/** What a CDA signature holds. */
export interface CombinedData {
  readonly ok: true;
  readonly iccDynamicNumber: Uint8Array;
  /** Cryptogram information data inside the signature. */
  readonly cid: number;
  /** Application cryptogram, 8 bytes. */
  readonly ac: Uint8Array;
  readonly transactionDataHash: Uint8Array;
  /** Further dynamic data behind the hash (kernel 2 puts data storage and relay resistance here). */
  readonly further: Uint8Array;
}

/**
 * Recovers and checks the signature part of a CDA answer (Book 2 section 6.6.2, steps 1 to 10).
 *
 * @param input `cid`: the cryptogram information data outside the signature, when known
 */
export function recoverCombinedData(input: {
  readonly iccKey: RsaPublicKey;
  readonly signature: Uint8Array;
  readonly unpredictableNumber: Uint8Array;
  readonly cid?: number;
}): CombinedData | SignedDataRefusal {
  const recovered = open(input.signature, input.iccKey, 0x05);
  if (!(recovered instanceof Uint8Array)) return recovered;
  const end = recovered.length - 21;
  const dataLength = recovered[3];
  const numberLength = recovered[4];
  if (recovered[2] !== 1) return refused('hash');
  const data = recovered.subarray(4, 4 + dataLength);
  // Length byte, number, CID, cryptogram, hash: 32 to 38 bytes.
  if (dataLength > recovered.length - 25) return refused('format');
  if (numberLength < 2 || numberLength > 8 || dataLength < numberLength + 30) {
    return refused('format');
  }
  const at = 1 + numberLength;
  const cid = data[at];
  if (input.cid !== undefined && cid !== input.cid) return refused('cid');
  const hash = recovered.subarray(end, end + 20);
  if (!equalBytes(sha1(recovered.subarray(1, end), input.unpredictableNumber), hash)) {
    return refused('hash');
  }
  return {
    ok: true,
    iccDynamicNumber: data.subarray(1, at),
    cid,
    ac: data.subarray(at + 1, at + 9),
    transactionDataHash: data.subarray(at + 9, at + 29),
    further: data.subarray(at + 29),
  };
}

/** Everything a CDA verification needs. */
export interface CombinedDataInput {
  readonly iccKey: RsaPublicKey;
  /** 9F4B. */
  readonly signature: Uint8Array;
  /** 9F37 as it was sent in CDOL 1. */
  readonly unpredictableNumber: Uint8Array;
  readonly pdolData: Uint8Array;
  readonly cdol1Data: Uint8Array;
  /** For the second GENERATE AC. */
  readonly cdol2Data?: Uint8Array;
  /** The answer's objects, tag and length included, in the card's order, without 9F4B. */
  readonly answerData: Uint8Array;
  /** 9F27 of the answer. */
  readonly cid: number;
}

/**
 * Verifies combined data authentication (Book 2 section 6.6.2, all steps).
 *
 * @example verifyCombinedData({ iccKey, signature, unpredictableNumber, pdolData, cdol1Data, answerData, cid })
 */
export function verifyCombinedData(input: CombinedDataInput): CombinedData | SignedDataRefusal {
  const combined = recoverCombinedData(input);
  if (!combined.ok) return combined;
  const { pdolData, cdol1Data, cdol2Data, answerData } = input;
  const hashed =
    cdol2Data === undefined
      ? sha1(pdolData, cdol1Data, answerData)
      : sha1(pdolData, cdol1Data, cdol2Data, answerData);
  if (!equalBytes(hashed, combined.transactionDataHash)) {
    return refused('transaction-data-hash');
  }
  return combined;
}
