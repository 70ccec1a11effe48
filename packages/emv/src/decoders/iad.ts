// Issuer Application Data (9F10) by scheme: VIS and VCPS, M/Chip, CCD (Book 3 annex C9), PBOC, and the
// lengths that JCB and American Express put in front of theirs.
import { toHex } from '@chipswitch/bytes';
import { type CardVerificationResults, decodeCvr } from './cvr.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** Session key of an M/Chip cryptogram, by bits 3-2 of its version. */
export type MchipSessionKey = 'mc-skd' | 'csk';

/** Issuer Application Data. Byte strings are hex. */
export type IssuerApplicationData =
  | {
      readonly type: 'iad';
      readonly format: 'visa-0-1-3' | 'visa-2-4';
      readonly dki: string;
      readonly cvn: string;
      readonly cvr: string;
      readonly discretionary: string;
      readonly results: CardVerificationResults;
    }
  | {
      readonly type: 'iad';
      readonly format: 'mchip';
      readonly dki: string;
      readonly cvn: string;
      readonly sessionKey: MchipSessionKey;
      readonly countersIncluded: boolean;
      readonly cvr: string;
      /** Data authentication code or ICC dynamic number. */
      readonly dac: string;
      /** Eight bytes (M/Chip 4) or sixteen (M/Chip Advance with two sets). */
      readonly counters: string;
      /** M/Chip Advance only. */
      readonly lastOnlineAtc?: string;
      readonly results: CardVerificationResults;
    }
  | {
      readonly type: 'iad';
      readonly format: 'ccd';
      /** Common core identifier: format code and cryptogram version. */
      readonly cci: string;
      readonly algorithm: 'tdes' | 'aes';
      readonly dki: string;
      readonly cvr: string;
      readonly counters: string;
      readonly discretionary: string;
      readonly results: CardVerificationResults;
    }
  | {
      readonly type: 'iad';
      readonly format: 'unionpay';
      readonly dki: string;
      readonly cvn: string;
      readonly cvr: string;
      /** 01 triple DES, 04 SM4; absent when the data ends before it. */
      readonly algorithm?: string;
      readonly discretionary: string;
      readonly results: CardVerificationResults;
    }
  | {
      readonly type: 'iad';
      readonly format: 'jcb' | 'amex';
      readonly dki: string;
      readonly cvn: string;
      /** Its own length first; of the rest only the two types of cryptogram are public. */
      readonly cvr: string;
      readonly discretionary: string;
      readonly results: CardVerificationResults;
    }
  | { readonly type: 'iad'; readonly format: 'unknown'; readonly value: string };

const ridVisa = ['A000000003', 'A000000098'];
const ridMastercard = ['A000000004', 'A000000005', 'B012345678'];
const ridUnionPay = ['A000000333'];
const ridJcb = ['A000000065'];
const ridAmex = ['A000000025'];

/** Book 3 table CCD 9: 32 bytes, 0F first and again at byte 17, format code A, version 5 or 6. */
function ccd(iad: Uint8Array): IssuerApplicationData | undefined {
  if (iad.length !== 32 || iad[0] !== 0x0f || iad[16] !== 0x0f) return undefined;
  if (iad[1] !== 0xa5 && iad[1] !== 0xa6) return undefined;
  const cvr = iad.subarray(3, 8);
  return {
    type: 'iad',
    format: 'ccd',
    cci: toHex(iad, 1, 2),
    algorithm: iad[1] === 0xa5 ? 'tdes' : 'aes',
    dki: toHex(iad, 2, 3),
    cvr: toHex(cvr),
    counters: toHex(iad, 8, 16),
    discretionary: toHex(iad, 17),
    results: decodeCvr(cvr, 'ccd'),
  };
}

/** VIS formats 0, 1, 3 start with 06 and a CVR of 03; VCPS formats 2 and 4 are 32 bytes with 1F. */
function visa(iad: Uint8Array): IssuerApplicationData | undefined {
  const format = (iad[0] === 0x06 ? iad[2] : iad[1]) >> 4;
  if (iad[0] === 0x06 && iad.length >= 7 && iad[3] === 0x03 && [0, 1, 3].includes(format)) {
    const cvr = iad.subarray(3, 7);
    return {
      type: 'iad',
      format: 'visa-0-1-3',
      dki: toHex(iad, 1, 2),
      cvn: toHex(iad, 2, 3),
      cvr: toHex(cvr),
      discretionary: toHex(iad, 7),
      results: decodeCvr(cvr, 'vis'),
    };
  }
  if (iad[0] === 0x1f && iad.length === 32 && [2, 4].includes(format)) {
    const cvr = iad.subarray(3, 8);
    return {
      type: 'iad',
      format: 'visa-2-4',
      dki: toHex(iad, 2, 3),
      cvn: toHex(iad, 1, 2),
      cvr: toHex(cvr),
      discretionary: toHex(iad, 8),
      results: decodeCvr(cvr, 'vcps'),
    };
  }
  return undefined;
}

/** M/Chip 4 has 18 bytes; M/Chip Advance 18, 20, 26 or 28. Version 1x, bits 4 and 2 zero. */
function mchip(iad: Uint8Array): IssuerApplicationData | undefined {
  if (![18, 20, 26, 28].includes(iad.length) || (iad[1] & 0xfa) !== 0x10) return undefined;
  const cvr = iad.subarray(2, 8);
  const countersEnd = iad.length >= 26 ? 26 : 18;
  const lastOnline = iad.length > countersEnd ? { lastOnlineAtc: toHex(iad, countersEnd) } : {};
  return {
    type: 'iad',
    format: 'mchip',
    dki: toHex(iad, 0, 1),
    cvn: toHex(iad, 1, 2),
    sessionKey: (iad[1] & 0x04) === 0 ? 'mc-skd' : 'csk',
    countersIncluded: (iad[1] & 0x01) !== 0,
    cvr: toHex(cvr),
    dac: toHex(iad, 8, 10),
    counters: toHex(iad, 10, countersEnd),
    ...lastOnline,
    results: decodeCvr(cvr, 'mchip'),
  };
}

/**
 * PBOC / UICS: length 07, key index, version, CVR with its length 03, algorithm, then the
 * issuer's.
 */
function unionPay(iad: Uint8Array): IssuerApplicationData | undefined {
  if (iad.length < 7 || iad[0] < 0x06 || iad[0] > 0x07 || iad[3] !== 0x03) return undefined;
  const cvr = iad.subarray(3, 7);
  const hasAlgorithm = iad[0] === 0x07 && iad.length > 7;
  return {
    type: 'iad',
    format: 'unionpay',
    dki: toHex(iad, 1, 2),
    cvn: toHex(iad, 2, 3),
    cvr: toHex(cvr),
    ...(hasAlgorithm ? { algorithm: toHex(iad, 7, 8) } : {}),
    discretionary: toHex(iad, hasAlgorithm ? 8 : 7),
    results: decodeCvr(cvr, 'vis'),
  };
}

/**
 * JCB and American Express: length of key index, version and CVR; the CVR starts with its own
 * length (three or four). Both lengths have to agree.
 */
function measured(iad: Uint8Array, format: 'jcb' | 'amex'): IssuerApplicationData | undefined {
  const cvrLength = iad.length > 3 ? iad[3] : 0;
  const end = 4 + cvrLength;
  if (cvrLength < 3 || cvrLength > 4 || iad[0] !== end - 1 || iad.length < end) return undefined;
  const cvr = iad.subarray(3, end);
  return {
    type: 'iad',
    format,
    dki: toHex(iad, 1, 2),
    cvn: toHex(iad, 2, 3),
    cvr: toHex(cvr),
    discretionary: toHex(iad, end),
    results: decodeCvr(cvr, 'cryptograms-only'),
  };
}

function textOf(data: IssuerApplicationData): string[] {
  if (data.format === 'unknown') return ['Format not known'];
  const lines = [`Format: ${data.format}`, `Derivation key index: ${data.dki}`];
  if (data.format === 'ccd') lines.push(`Cryptogram version: ${data.cci} (${data.algorithm})`);
  else lines.push(`Cryptogram version: ${data.cvn} (CVN ${Number.parseInt(data.cvn, 16)})`);
  if (data.format === 'mchip') {
    lines.push(`Session key: ${data.sessionKey}`);
    lines.push(`Counters ${data.countersIncluded ? '' : 'not '}in the cryptogram data`);
  }
  return [...lines, ...data.results.text.map((line) => `CVR: ${line}`)];
}

/**
 * Reads Issuer Application Data. The common core format is recognised by itself; the others only
 * under the AID of their scheme, because their shapes overlap. What nobody knows is `unknown`.
 *
 * @param aid hex of the application identifier, null or undefined when it is not known
 * @example decodeIad(fromHex('06010A03A40000'), 'A0000000031010').ok // true
 */
export function decodeIad(
  iad: Uint8Array,
  aid?: string | null,
): DecodeResult<IssuerApplicationData> {
  if (iad.length === 0 || iad.length > 32) return refused('length');
  const rid = (aid ?? '').slice(0, 10).toUpperCase();
  let data = ccd(iad);
  if (data === undefined && ridVisa.includes(rid)) data = visa(iad);
  if (data === undefined && ridMastercard.includes(rid)) data = mchip(iad);
  if (data === undefined && ridUnionPay.includes(rid)) data = unionPay(iad);
  if (data === undefined && ridJcb.includes(rid)) data = measured(iad, 'jcb');
  if (data === undefined && ridAmex.includes(rid)) data = measured(iad, 'amex');
  data ??= { type: 'iad', format: 'unknown', value: toHex(iad) };
  return decoded(data, ...textOf(data));
}
