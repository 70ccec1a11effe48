// A key as the host keeps it for a payShield: under the local master key, with what the host knows of it.
import {
  SecurityFault,
  type KeyAlgorithm,
  type KeyAttributes,
  type KeyUsage,
} from '@chipswitch/security-module';
import type { KeyRef } from '@chipswitch/security-module';
import { isKeyField, keyBlockUsage } from './key-field.ts';

/** A key under the local master key: the HSM itself keeps none. */
export interface PayshieldKey extends KeyRef, Partial<KeyAttributes> {
  /** Key field under the LMK: U, T, X, Y, S or bare hex. */
  readonly field: string;
  /**
   * Three-digit key type of the variant LMK (`001` ZPK, `002` TPK …), which tells a ZPK from a TPK;
   * FFF under a key-block LMK. The usual type of the usage when left out.
   */
  readonly keyType?: string;
}

const typeByUsage: Readonly<Partial<Record<KeyUsage, string>>> = {
  K0: '000',
  K1: '000',
  P0: '001',
  V0: '002',
  V1: '002',
  V2: '002',
  M0: '008',
  M1: '008',
  M3: '008',
  M6: '008',
  B0: '009',
  B1: '302',
  D0: '00A',
  C0: '402',
  E0: '109',
  E2: '209',
  E1: '309',
  E6: '709',
};

/** Variant-LMK key type of a usage, or undefined where the variant LMK has none. */
export function keyTypeOfUsage(usage: KeyUsage): string | undefined {
  return typeByUsage[usage];
}

/** Key type that commands are given for this key: FFF for key blocks. */
export function keyTypeOf(key: PayshieldKey): string {
  return key.field.startsWith('S') ? 'FFF' : (key.keyType ?? keyTypeOfUsage(key.usage) ?? 'FFF');
}

/** Whether a PIN key is a terminal's (CA, DA, DC) rather than a zone's (CC, EA, EC). */
export function isTerminalPinKey(key: PayshieldKey): boolean {
  if (key.field.startsWith('S')) return keyBlockUsage(key.field) === '71';
  return key.keyType === '002' || key.keyType === '70D';
}

/** Scheme letter of a key of this length under the variant LMK or a zone master key. */
export function schemeOf(algorithm: KeyAlgorithm, forms: 'lmk' | 'ansi'): string | undefined {
  const letters = forms === 'lmk' ? ['Z', 'U', 'T'] : ['Z', 'X', 'Y'];
  return { DEA: letters[0], '2TDEA': letters[1], '3TDEA': letters[2] }[algorithm as 'DEA'];
}

/** Algorithm of a new key block: D1, T2, T3, A1, A2, A3. */
export function blockAlgorithmOf(algorithm: KeyAlgorithm): string | undefined {
  const names: Readonly<Partial<Record<KeyAlgorithm, string>>> = {
    DEA: 'D1',
    '2TDEA': 'T2',
    '3TDEA': 'T3',
    AES128: 'A1',
    AES192: 'A2',
    AES256: 'A3',
  };
  return names[algorithm];
}

/** Keys by id, each checked when it comes in. */
export class PayshieldKeys {
  readonly #keys = new Map<string, PayshieldKey>();
  readonly #destroyed = new Set<string>();

  /** @throws SecurityFault `configuration` when the field is no key field, `key-exists` for a used id */
  add(key: PayshieldKey): KeyRef {
    if (!isKeyField(key.field, true) && !isKeyField(key.field)) {
      throw new SecurityFault('configuration', `key ${key.id}: the field is no key field`);
    }
    if (this.#keys.has(key.id) || this.#destroyed.has(key.id)) {
      throw new SecurityFault('key-exists', `key ${key.id} is there or was destroyed`);
    }
    this.#keys.set(key.id, key);
    return refOf(key);
  }

  /** Whether an id is taken, or was. */
  has(id: string): boolean {
    return this.#keys.has(id) || this.#destroyed.has(id);
  }

  /** The key that a reference means; undefined when its check value is another. */
  find(ref: KeyRef): PayshieldKey | undefined {
    const key = this.#keys.get(ref.id);
    return key !== undefined && key.kcv === ref.kcv && key.usage === ref.usage ? key : undefined;
  }

  /** Forgets a key; under an LMK that is all a host can do. */
  destroy(ref: KeyRef): boolean {
    if (this.find(ref) === undefined) return false;
    this.#destroyed.add(ref.id);
    return this.#keys.delete(ref.id);
  }

  list(): KeyRef[] {
    return [...this.#keys.values()].map(refOf);
  }
}

/** The reference of a key: no field, no type. */
function refOf(key: PayshieldKey): KeyRef {
  return { id: key.id, usage: key.usage, algorithm: key.algorithm, kcv: key.kcv };
}
