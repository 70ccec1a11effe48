// Keys under a Thales variant LMK: key types, variants and schemes (payShield host commands).
import { fromHex, toHex } from '@chipswitch/bytes';
import { ecbDecrypt, ecbEncrypt } from '../cipher/block-cipher.ts';
import { TdesCipher } from '../cipher/tdes.ts';

/** LMK pairs by name (`04-05`), sixteen bytes each. */
export type VariantLmk = ReadonlyMap<string, Uint8Array>;

/** Why a key field cannot be read. */
export type VariantLmkErrorCode = 'scheme' | 'length' | 'characters' | 'key-type';

// Key type: one hex digit of variant, two of LMK pair code (payShield key type table).
const pairNames: Readonly<Record<string, string>> = {
  '00': '04-05',
  '01': '06-07',
  '02': '14-15',
  '03': '16-17',
  '04': '18-19',
  '05': '20-21',
  '06': '22-23',
  '07': '24-25',
  '08': '26-27',
  '09': '28-29',
  '0A': '30-31',
  '0B': '32-33',
  '0C': '34-35',
  '0D': '36-37',
  '0E': '38-39',
};

const variants = Uint8Array.of(0, 0xa6, 0x5a, 0x6a, 0xde, 0x2b, 0x50, 0x74, 0x9c, 0xfa);
const schemeVariants = { U: Uint8Array.of(0xa6, 0x5a), T: Uint8Array.of(0x6a, 0xde, 0x2b) };

/** Schemes of a key field: none or Z single length, U and T variants, X and Y plain ECB. */
export type VariantScheme = 'Z' | 'U' | 'T' | 'X' | 'Y';

const schemeLengths: Readonly<Record<VariantScheme, number>> = { Z: 8, U: 16, T: 24, X: 16, Y: 24 };

/** A key field split into its scheme and its bytes. */
export interface KeyField {
  readonly scheme: VariantScheme;
  readonly encrypted: Uint8Array;
}

const bareSchemes: Readonly<Record<number, VariantScheme>> = { 32: 'X', 48: 'Y' };

/**
 * Splits a key field: 16 hex digits, 32 or 48 without a letter (a longer key in ECB, as old
 * commands send it), or U, X and 32, T, Y and 48, Z and 16.
 */
function parseKeyField(field: string): KeyField | VariantLmkErrorCode {
  const lettered = /^[G-Z]/i.test(field);
  const digits = lettered ? field.slice(1) : field;
  const scheme = lettered ? field[0].toUpperCase() : (bareSchemes[digits.length] ?? 'Z');
  if (!(scheme in schemeLengths)) return 'scheme';
  if (digits.length !== 2 * schemeLengths[scheme as VariantScheme]) return 'length';
  if (!/^[0-9A-Fa-f]+$/.test(digits)) return 'characters';
  return { scheme: scheme as VariantScheme, encrypted: fromHex(digits) };
}

function pairFor(lmk: VariantLmk, keyType: string): Uint8Array | undefined {
  const variant = keyType.length === 3 ? parseInt(keyType[0], 10) : Number.NaN;
  const pair = lmk.get(pairNames[keyType.slice(1).toUpperCase()] ?? '');
  if (pair === undefined || !(variant >= 0 && variant <= 9)) return undefined;
  const varied = new Uint8Array(pair);
  varied[0] ^= variants[variant];
  return varied;
}

type Transform = (cipher: TdesCipher, part: Uint8Array) => Uint8Array;

// U and T: each part alone, under the pair with the part's own scheme variant in its ninth byte.
function transformParts(
  pair: Uint8Array,
  scheme: VariantScheme,
  key: Uint8Array,
  transform: Transform,
): Uint8Array {
  const out = new Uint8Array(key.length);
  for (let part = 0; part < key.length / 8; part++) {
    const varied = new Uint8Array(pair);
    if (scheme === 'U' || scheme === 'T') varied[8] ^= schemeVariants[scheme][part];
    const cipher = new TdesCipher(varied);
    try {
      out.set(transform(cipher, key.subarray(8 * part, 8 * part + 8)), 8 * part);
    } finally {
      cipher.wipe();
      varied.fill(0);
    }
  }
  return out;
}

/** A clear key out of a field; wipe it when done. */
export type LmkKeyRead =
  | { readonly ok: true; readonly key: Uint8Array; readonly scheme: VariantScheme }
  | { readonly ok: false; readonly error: { readonly code: VariantLmkErrorCode } };

/**
 * Deciphers a key field under an LMK.
 *
 * @param keyType three characters: variant, then the code of the LMK pair (`109` is MK-AC)
 * @example
 * const lmk = new Map([['06-07', fromHex('61616161616161617070707070707070')]]);
 * decryptUnderLmk(lmk, '001', 'BAB32D775A38E4AB').key // '13F10E5D868A529E'
 */
export function decryptUnderLmk(lmk: VariantLmk, keyType: string, field: string): LmkKeyRead {
  const parsed = parseKeyField(field);
  if (typeof parsed === 'string') return { ok: false, error: { code: parsed } };
  const pair = pairFor(lmk, keyType);
  if (pair === undefined) return { ok: false, error: { code: 'key-type' } };
  try {
    const key = transformParts(pair, parsed.scheme, parsed.encrypted, ecbDecrypt);
    return { ok: true, key, scheme: parsed.scheme };
  } finally {
    pair.fill(0);
  }
}

/**
 * Enciphers a key under an LMK: U for 16 bytes, T for 24, no letter for 8, unless a scheme is said.
 *
 * @returns the key field, or undefined for a key type that is none or a length the scheme lacks
 * @example
 * const lmk = new Map([['06-07', fromHex('61616161616161617070707070707070')]]);
 * encryptUnderLmk(lmk, '001', fromHex('13F10E5D868A529E')) // 'BAB32D775A38E4AB'
 */
export function encryptUnderLmk(
  lmk: VariantLmk,
  keyType: string,
  key: Uint8Array,
  scheme: VariantScheme = key.length === 8 ? 'Z' : key.length === 16 ? 'U' : 'T',
): string | undefined {
  const pair = pairFor(lmk, keyType);
  if (pair === undefined || key.length !== schemeLengths[scheme]) return undefined;
  try {
    const digits = toHex(transformParts(pair, scheme, key, ecbEncrypt));
    return scheme === 'Z' ? digits : scheme + digits;
  } finally {
    pair.fill(0);
  }
}

/**
 * Enciphers a key under a zone key as ANSI X9.17 does (schemes X, Y, Z), or with the variants of U
 * and T: the form in which variant commands import and export keys.
 */
export function encryptUnderZoneKey(
  zoneKey: Uint8Array,
  key: Uint8Array,
  scheme: VariantScheme,
): string | undefined {
  if (key.length !== schemeLengths[scheme]) return undefined;
  const digits = toHex(transformParts(zoneKey, scheme, key, ecbEncrypt));
  return scheme === 'Z' ? digits : scheme + digits;
}

/** The reverse of `encryptUnderZoneKey`. */
export function decryptUnderZoneKey(zoneKey: Uint8Array, field: string): LmkKeyRead {
  const parsed = parseKeyField(field);
  if (typeof parsed === 'string') return { ok: false, error: { code: parsed } };
  const key = transformParts(zoneKey, parsed.scheme, parsed.encrypted, ecbDecrypt);
  return { ok: true, key, scheme: parsed.scheme };
}
