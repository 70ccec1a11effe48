// The local master key of the simulated HSM: opens and seals key fields, variant schemes and key blocks.
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { ClearKey, hasOddParity } from './cipher.ts';
import {
  pairsByKeyTypeDigit,
  schemeMasks,
  testKeyBlockLmkAes,
  testKeyBlockLmkTdes,
  testVariantPairs,
  variantMasks,
} from './data/thales-test-lmk.ts';
import { type BlockHeader, openKeyBlock, sealKeyBlock } from './key-block.ts';

/** A key opened, or the error code to answer. */
export type OpenedKey =
  | { readonly ok: true; readonly key: ClearKey; readonly header?: BlockHeader }
  | { readonly ok: false; readonly error: { readonly code: string } };

/** What a command uses a key as: its variant-LMK type, and the usages a key block may have for it. */
export interface KeyRole {
  readonly type: string;
  readonly usages: readonly string[];
}

/** Roles of keys by the name that the manuals give them. */
export const roles = {
  zmk: { type: '000', usages: ['K0', 'K1', '52', '51'] },
  zpk: { type: '001', usages: ['P0', '72'] },
  tpk: { type: '002', usages: ['P0', '71'] },
  tmk: { type: '002', usages: ['K0', 'K1', '51'] },
  pvkVisa: { type: '002', usages: ['V2', 'V0'] },
  pvkIbm: { type: '002', usages: ['V1', 'V0'] },
  tak: { type: '003', usages: ['M0', 'M1', 'M3', 'M6', 'M5'] },
  zak: { type: '008', usages: ['M0', 'M1', 'M3', 'M6', 'M5'] },
  bdk: { type: '009', usages: ['B0'] },
  zek: { type: '00A', usages: ['D0', '22'] },
  dek: { type: '00B', usages: ['D0', '21'] },
  cvk: { type: '402', usages: ['C0', '11', '12', '13'] },
  mkAc: { type: '109', usages: ['E0'] },
  mkSmi: { type: '209', usages: ['E2'] },
  mkSmc: { type: '309', usages: ['E1'] },
  mkCvc3: { type: '709', usages: ['E6', '32'] },
} as const satisfies Record<string, KeyRole>;

/** Key type of the two-digit code of BU and KA: variant, then pair. */
export function keyTypeOfCode(code: string): string {
  return `${code[0]}0${code[1]}`;
}

function masked(key: Uint8Array, at: number, mask: number): Uint8Array {
  const result = key.slice();
  result[at] ^= mask;
  return result;
}

/**
 * Applies an encryption scheme part by part: U and T exclusive-or a mask into the ninth byte of the
 * wrapping key for each part; X, Y, Z and bare hex are plain ECB.
 */
function throughScheme(
  wrapping: Uint8Array,
  scheme: string,
  data: Uint8Array,
  direction: 'encrypt' | 'decrypt',
): Uint8Array {
  const masks = scheme === 'U' || scheme === 'T' ? schemeMasks[scheme] : undefined;
  if (masks === undefined || wrapping.length < 16) return new ClearKey(wrapping)[direction](data);
  const parts = masks
    .slice(0, data.length / 8)
    .map((mask, i) =>
      new ClearKey(masked(wrapping, 8, mask))[direction](data.subarray(8 * i, 8 * i + 8)),
    );
  return concatBytes(...parts);
}

/** Hex digits of a scheme's key, by its letter. */
export const schemeByLength: Readonly<Record<number, readonly string[]>> = {
  8: ['Z'],
  16: ['U', 'X'],
  24: ['T', 'Y'],
};

/** Key field of a clear key under a wrapping key, by scheme letter; Z is written without its letter. */
export function wrapByScheme(key: Uint8Array, wrapping: Uint8Array, scheme: string): string {
  const text = toHex(throughScheme(wrapping, scheme, key, 'encrypt'));
  return scheme === 'Z' || scheme === '0' ? text : scheme + text;
}

/** Clear key of a field under a wrapping key (schemes Z, U, T, X, Y and bare hex). */
export function unwrapByScheme(field: string, wrapping: Uint8Array): Uint8Array {
  const scheme = /^[0-9A-F]/.test(field) ? '' : field[0];
  const data = fromHex(field.slice(scheme.length));
  return throughScheme(wrapping, scheme, data, 'decrypt');
}

const cacheSizeMax = 4096;

/** Local master keys of one simulated HSM: the test variant pairs and both test key-block keys. */
export class Lmk {
  readonly #keyBlockKeys: Readonly<Record<string, ClearKey>> = {
    '0': new ClearKey(fromHex(testKeyBlockLmkTdes)),
    '1': new ClearKey(fromHex(testKeyBlockLmkAes), true),
  };
  // Opening a key is the dearest part of a command and the same few keys come all day.
  readonly #opened = new Map<string, OpenedKey>();

  /** Check value as NC reports it: all eight-byte LMKs of the pairs exclusive-ored together. */
  get checkValue(): string {
    const value = new Uint8Array(8);
    for (const pair of Object.values(testVariantPairs)) {
      for (const [i, byte] of fromHex(pair).entries()) value[i % 8] ^= byte;
    }
    return toHex(value);
  }

  /** The pair that a key type is kept under, its variant applied. */
  #pair(type: string): Uint8Array | undefined {
    const pair = testVariantPairs[pairsByKeyTypeDigit[type[2]] ?? ''];
    const mask = variantMasks[Number.parseInt(type[0], 10)];
    return pair === undefined || mask === undefined ? undefined : masked(fromHex(pair), 0, mask);
  }

  /** Key-block key of a version: `0` triple DES, `1` AES. */
  keyBlockKey(version: string): ClearKey | undefined {
    return this.#keyBlockKeys[version];
  }

  /**
   * Opens a key field.
   *
   * @param role what the command uses it as
   * @param parityError what to answer when parity is wrong: 10 for the first key, 11 for the second
   */
  open(field: string, role: KeyRole, parityError = '10'): OpenedKey {
    const cacheKey = `${role.type}${parityError}${role.usages.join('')}${field}`;
    const known = this.#opened.get(cacheKey);
    if (known !== undefined) return known;
    const opened = field.startsWith('S')
      ? this.#openBlock(field, role)
      : this.#openVariant(field, role.type, parityError);
    if (this.#opened.size >= cacheSizeMax) this.#opened.clear();
    this.#opened.set(cacheKey, opened);
    return opened;
  }

  #openBlock(field: string, role: KeyRole): OpenedKey {
    const kbpk = this.#keyBlockKeys[field[1]];
    if (kbpk === undefined) return { ok: false, error: { code: 'A1' } };
    const opened = openKeyBlock(field, kbpk);
    if (!opened.ok || role.usages.length === 0) return opened;
    return role.usages.includes(opened.header.usage)
      ? opened
      : { ok: false, error: { code: 'A6' } };
  }

  #openVariant(field: string, type: string, parityError: string): OpenedKey {
    const pair = this.#pair(type);
    if (pair === undefined) return { ok: false, error: { code: '28' } };
    const bytes = unwrapByScheme(field, pair);
    if (!hasOddParity(bytes)) return { ok: false, error: { code: parityError } };
    return { ok: true, key: new ClearKey(bytes) };
  }

  /** Seals a key under the LMK: by scheme letter for the variant LMK, as a block for S. */
  seal(
    key: Uint8Array,
    how: { readonly type: string; readonly scheme: string; readonly header?: BlockHeader },
  ): string | undefined {
    if (how.scheme === 'S') {
      const kbpk = this.#keyBlockKeys[how.header?.algorithm === 'A' ? '1' : '0'];
      return how.header === undefined ? undefined : sealKeyBlock(key, how.header, kbpk);
    }
    const pair = this.#pair(how.type);
    return pair === undefined ? undefined : wrapByScheme(key, pair, how.scheme);
  }
}
