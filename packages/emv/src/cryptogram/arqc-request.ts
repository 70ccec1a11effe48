// From the data objects of a transaction to the question the security module answers (Book 2 section 8).
import { toHex, given } from '@chipswitch/bytes';
import { panInTrack2, unpackPan } from '@chipswitch/cardholder-data';
import type { CryptogramScheme } from '@chipswitch/security-module';
import type { ArqcInput } from '@chipswitch/security-module';
import { tag } from '../kernel/tags.ts';
import type { ReadonlyTagMap } from '../kernel/types.ts';

/** What is missing, or that nobody knows the scheme. */
export type ArqcRequestErrorCode = 'missing' | 'scheme-unknown' | 'pan';

/** The question without its key, or why it cannot be put. */
export type ArqcRequest =
  | { readonly ok: true; readonly input: Omit<ArqcInput, 'key'> }
  | {
      readonly ok: false;
      readonly error: { readonly code: ArqcRequestErrorCode; readonly tag?: number };
    };

const schemesByRid: ReadonlyMap<string, CryptogramScheme> = new Map([
  ['A000000003', 'visa'],
  ['A000000004', 'mastercard'],
  ['A000000065', 'jcb'],
  ['A000000277', 'interac'],
  ['A000000333', 'unionpay'],
]);

/** The cryptogram rules of an application provider; undefined for one that is not known. */
export function cryptogramSchemeOf(aid: Uint8Array): CryptogramScheme | undefined {
  return schemesByRid.get(toHex(aid, 0, Math.min(5, aid.length)));
}

/** PAN digits out of 5A, or out of track 2. */
export function cardNumberOf(tags: ReadonlyTagMap): string | undefined {
  const pan = tags.get(tag.pan);
  if (pan !== undefined) return unpackPan(pan);
  const track2 = tags.get(tag.track2);
  return track2 === undefined ? undefined : panInTrack2(track2);
}

/**
 * Builds the input of `verifyArqc` from data objects: DE 55 of a request with the PAN beside it.
 *
 * @param tags at least 9F10, 9F26, 9F36, 9F37, 84 or 9F06, and what the version's recipe covers
 * @param options `pan`, `psn`: where they are not among the tags; `scheme`: of a private scheme
 * @example arqcRequestOf(tags, { pan }) // { ok: true, input: { pan, cvn: { scheme: 'visa', … }, … } }
 */
export function arqcRequestOf(
  tags: ReadonlyTagMap,
  options: {
    readonly pan?: string;
    readonly psn?: string;
    readonly scheme?: CryptogramScheme;
  } = {},
): ArqcRequest {
  const need = [tag.issuerApplicationData, tag.cryptogram, tag.atc] as const;
  const missing = need.find((number) => !tags.has(number));
  if (missing !== undefined) return { ok: false, error: { code: 'missing', tag: missing } };
  const pan = options.pan ?? cardNumberOf(tags);
  if (pan === undefined) return { ok: false, error: { code: 'pan' } };
  const aid = tags.get(tag.dfName) ?? tags.get(tag.terminalAid) ?? tags.get(tag.adfName);
  const scheme = options.scheme ?? (aid === undefined ? undefined : cryptogramSchemeOf(aid));
  if (scheme === undefined) return { ok: false, error: { code: 'scheme-unknown' } };
  const psn = tags.get(tag.panSequenceNumber);
  const unpredictableNumber = tags.get(tag.unpredictableNumber);
  const value = (number: number): Uint8Array => tags.get(number) ?? new Uint8Array(0);
  return {
    ok: true,
    input: {
      pan,
      panSequenceNumber: options.psn ?? (psn === undefined ? '00' : toHex(psn)),
      cvn: { scheme, iad: value(tag.issuerApplicationData) },
      transactionData: tags,
      atc: value(tag.atc),
      arqc: value(tag.cryptogram),
      ...given({ unpredictableNumber }),
    },
  };
}
