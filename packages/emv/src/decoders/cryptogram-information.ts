// Cryptogram Information Data (9F27): type of cryptogram, advice and its reason (Book 3 table 15).
import { toHex } from '@chipswitch/bytes';
import { type DecodeResult, decoded, refused } from './result.ts';

/** Kinds of application cryptograms; `RFU` is the fourth pattern (an AAR before EMV 4.2). */
export type CryptogramType = 'AAC' | 'TC' | 'ARQC' | 'RFU';

/** Reasons of an advice, by bits 3-1. */
export type AdviceReason =
  | 'service-not-allowed'
  | 'pin-tries-exceeded'
  | 'issuer-authentication-failed'
  | 'rfu';

/** Cryptogram Information Data. */
export interface CidValue {
  readonly type: 'cid';
  readonly cryptogram: CryptogramType;
  readonly advice: boolean;
  /** Absent when no reason is given. */
  readonly reason?: AdviceReason;
  /** Bits 6-5, as hex of the byte with all others off; absent when both are off. */
  readonly paymentSystemSpecific?: string;
}

const types: readonly CryptogramType[] = ['AAC', 'TC', 'ARQC', 'RFU'];
const reasons: Readonly<Record<number, AdviceReason>> = {
  1: 'service-not-allowed',
  2: 'pin-tries-exceeded',
  3: 'issuer-authentication-failed',
};

/**
 * Reads Cryptogram Information Data.
 *
 * @example
 * const cid = decodeCid(Uint8Array.of(0x80));
 * if (cid.ok) cid.data; // { type: 'cid', cryptogram: 'ARQC', advice: false }
 */
export function decodeCid(value: Uint8Array): DecodeResult<CidValue> {
  if (value.length !== 1) return refused('length');
  const [cid] = value;
  const cryptogram = types[cid >> 6];
  const advice = (cid & 0x08) !== 0;
  const reason = (cid & 7) === 0 ? undefined : (reasons[cid & 7] ?? 'rfu');
  const specific = (cid & 0x30) === 0 ? undefined : toHex(Uint8Array.of(cid & 0x30));
  const text = [`Cryptogram: ${cryptogram}`, advice ? 'Advice required' : 'No advice required'];
  if (reason !== undefined) text.push(`Reason: ${reason}`);
  if (specific !== undefined) text.push(`Payment system specific cryptogram: ${specific}`);
  return decoded(
    {
      type: 'cid',
      cryptogram,
      advice,
      ...(reason === undefined ? {} : { reason }),
      ...(specific === undefined ? {} : { paymentSystemSpecific: specific }),
    },
    ...text,
  );
}
