// The one table of cryptogram versions: a row per scheme and version, for one engine to follow.
//
// What the schemes' books say is known here from open vectors (each row that has one is held to
// it) and from public documents; the UnionPay row follows PBOC 3.0 part 5 and no open vector.
import type { CardKeyOption } from './card-key.ts';
import {
  type SessionKeyRule,
  aesRule,
  cardKeyItself,
  commonRule,
  mastercardRule,
  unionPayRule,
} from './session-key-rules.ts';

/** Whose rules apply. `ccd` is EMV's common core definitions (CPA cards too). */
export type CryptogramScheme = 'visa' | 'mastercard' | 'ccd' | 'interac' | 'jcb' | 'unionpay';

/** Names of rows. */
export type CryptogramVersionId =
  | 'visa-cvn10'
  | 'visa-cvn17'
  | 'visa-cvn18'
  | 'visa-cvn22'
  | 'mc-cvn16'
  | 'mc-cvn17'
  | 'mc-cvn20'
  | 'mc-cvn21'
  | 'ccd-a5'
  | 'ccd-a6'
  | 'interac-cvn133'
  | 'jcb-cvn01'
  | 'jcb-cvn04'
  | 'unionpay-cvn01';

/**
 * One piece of the data under the MAC: a tag, or a part of 9F10: its card verification results
 * (`cvr`), M/Chip's counters (`counters`), its fifth byte (`iad-byte-5`).
 */
export type RecipeItem = string;

/** How a version's issuer scripts are protected (EMV Book 2 section 9, format 2). */
export interface ScriptRecipe {
  /** `csk` from the cryptogram, or `visa-sm`: the card's key XOR the ATC. */
  readonly sessionKey: 'csk' | 'visa-sm';
  /** Whether ATC and cryptogram stand between header and data under the MAC. */
  readonly macCoversTransaction: boolean;
  readonly encipherment: 'mastercard' | 'visa' | 'emv';
  /** Block of a new PIN; with the present PIN at hand `iso-2-or-visa` takes Visa's. */
  readonly pinBlock: 'iso-2' | 'visa' | 'iso-2-or-visa';
}

/** A row. */
export interface CryptogramVersion {
  readonly id: CryptogramVersionId;
  readonly scheme: CryptogramScheme;
  /** The version as 9F10 says it. */
  readonly cvn: number;
  readonly option: CardKeyOption;
  /** How the key of the cryptogram is made from the card's. */
  readonly sessionKey: SessionKeyRule;
  readonly data: readonly RecipeItem[];
  /** ISO 9797-1 padding of algorithm 3; `cmac` where the cipher is AES. */
  readonly padding: 1 | 2 | 'cmac';
  readonly arpcMethod: 1 | 2 | undefined;
  readonly arpcKey: 'card' | 'session';
  /** Undefined where no source says how scripts are protected, or keys are AES. */
  readonly script: ScriptRecipe | undefined;
}

// Amounts, country, TVR, currency, date, type, unpredictable number.
const values = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37'] as const;
const valuesWithCvr = [...values, '82', '9F36', 'cvr'] as const;
const valuesWithIad = [...values, '82', '9F36', '9F10'] as const;
const valuesWithCounters = [...valuesWithCvr, 'counters'] as const;

const visaScript: ScriptRecipe = {
  sessionKey: 'visa-sm',
  macCoversTransaction: true,
  encipherment: 'visa',
  pinBlock: 'visa',
};
const mastercardScript: ScriptRecipe = {
  sessionKey: 'csk',
  macCoversTransaction: true,
  encipherment: 'mastercard',
  pinBlock: 'iso-2',
};
const commonScript: ScriptRecipe = { ...mastercardScript, encipherment: 'emv' };
const visa22Script: ScriptRecipe = { ...commonScript, pinBlock: 'iso-2-or-visa' };
const interacScript: ScriptRecipe = { ...mastercardScript, macCoversTransaction: false };

function row(
  id: CryptogramVersionId,
  cvn: number,
  key: readonly [CardKeyOption, SessionKeyRule],
  mac: readonly [readonly RecipeItem[], 1 | 2 | 'cmac'],
  arpc: readonly [1 | 2 | undefined, 'card' | 'session'],
  script?: ScriptRecipe,
): CryptogramVersion {
  const prefix = id.slice(0, id.indexOf('-'));
  return {
    id,
    scheme: prefix === 'mc' ? 'mastercard' : (prefix as CryptogramScheme),
    cvn,
    option: key[0],
    sessionKey: key[1],
    data: mac[0],
    padding: mac[1],
    arpcMethod: arpc[0],
    arpcKey: arpc[1],
    script,
  };
}

/** Every version that is known here. */
export const cryptogramVersions: readonly CryptogramVersion[] = [
  row('visa-cvn10', 0x0a, ['A', cardKeyItself], [valuesWithCvr, 1], [1, 'card'], visaScript),
  row(
    'visa-cvn17',
    0x11,
    ['A', cardKeyItself],
    [['9F02', '9F37', '9F36', 'iad-byte-5'], 1],
    [undefined, 'card'],
    visaScript,
  ),
  row('visa-cvn18', 0x12, ['B', commonRule], [valuesWithIad, 2], [2, 'session'], visaScript),
  row('visa-cvn22', 0x22, ['B', commonRule], [valuesWithIad, 2], [2, 'session'], visa22Script),
  row('mc-cvn16', 0x10, ['A', mastercardRule], [valuesWithCvr, 2], [1, 'card'], mastercardScript),
  row(
    'mc-cvn17',
    0x11,
    ['A', mastercardRule],
    [valuesWithCounters, 2],
    [1, 'card'],
    mastercardScript,
  ),
  row('mc-cvn20', 0x14, ['A', commonRule], [valuesWithCvr, 2], [1, 'session'], mastercardScript),
  row(
    'mc-cvn21',
    0x15,
    ['A', commonRule],
    [valuesWithCounters, 2],
    [1, 'session'],
    mastercardScript,
  ),
  row('ccd-a5', 0xa5, ['B', commonRule], [valuesWithIad, 2], [2, 'session'], commonScript),
  row('ccd-a6', 0xa6, ['C', aesRule], [valuesWithIad, 'cmac'], [2, 'session']),
  row(
    'interac-cvn133',
    0x85,
    ['A', mastercardRule],
    [valuesWithIad, 2],
    [1, 'session'],
    interacScript,
  ),
  row('jcb-cvn01', 0x01, ['A', cardKeyItself], [valuesWithCvr, 1], [1, 'card']),
  row('jcb-cvn04', 0x04, ['A', commonRule], [valuesWithIad, 2], [undefined, 'session']),
  row('unionpay-cvn01', 0x01, ['A', unionPayRule], [valuesWithCvr, 2], [1, 'session']),
];

const rowsById = new Map<string, CryptogramVersion>(
  cryptogramVersions.map((version) => [version.id, version]),
);

/**
 * The row of a name, or undefined.
 *
 * @example
 * cryptogramVersion('visa-cvn18').arpcMethod // 2
 */
export function cryptogramVersion(id: string): CryptogramVersion | undefined {
  return rowsById.get(id);
}

/** Where a scheme's 9F10 holds its version and its card verification results. */
export interface IadLayout {
  readonly cvn: number;
  readonly cvr: Uint8Array;
}

// Offsets of version and results, and the length of the results.
const iadPlaces: Readonly<Record<CryptogramScheme, readonly [number, number, number]>> = {
  visa: [2, 3, 4],
  mastercard: [1, 2, 6],
  ccd: [1, 3, 5],
  interac: [2, 3, 4],
  jcb: [2, 3, 4],
  unionpay: [2, 3, 4],
};

/**
 * Reads version and card verification results out of 9F10, or undefined when it is too short for
 * its scheme's layout. Visa format 2 is known by its length byte 1F.
 *
 * @example
 * iadLayout('visa', fromHex('06011203A00000')).cvr // '03A00000'
 */
export function iadLayout(scheme: CryptogramScheme, iad: Uint8Array): IadLayout | undefined {
  const part = (cvnAt: number, cvrAt: number, cvrLength: number): IadLayout | undefined =>
    iad.length < cvrAt + cvrLength
      ? undefined
      : { cvn: iad[cvnAt], cvr: iad.subarray(cvrAt, cvrAt + cvrLength) };
  if (scheme === 'visa' && iad[0] === 0x1f) return part(1, 3, 5);
  const [cvnAt, cvrAt, cvrLength] = iadPlaces[scheme];
  return part(cvnAt, cvrAt, cvrLength);
}

/**
 * The row that a card's 9F10 asks for, or undefined when the scheme has none such.
 *
 * @example
 * cryptogramVersionOf('mastercard', fromHex('0110A00003220000000000000000000000FF')).id
 * // 'mc-cvn16'
 */
export function cryptogramVersionOf(
  scheme: CryptogramScheme,
  iad: Uint8Array,
): CryptogramVersion | undefined {
  const layout = iadLayout(scheme, iad);
  if (layout === undefined) return undefined;
  return cryptogramVersions.find(
    (version) => version.scheme === scheme && version.cvn === layout.cvn,
  );
}
