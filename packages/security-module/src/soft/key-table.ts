// The soft module's keys: clear, in this process, by id. Nothing here leaves as it is.
import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  type BlockCipher,
  makeCipher,
  refuse,
  SecurityFault,
  type Outcome,
  keyLengthBytes,
  usualModeOfUse,
  referenceKcv,
  type TdesBaseKey,
  type KeyAlgorithm,
  type KeyAttributes,
  type KeyUsage,
} from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';

/** What an operation wants to do with a key. */
export type KeyPurpose = 'encrypt' | 'decrypt' | 'generate' | 'verify' | 'derive';

const purposes: readonly KeyPurpose[] = ['encrypt', 'decrypt', 'generate', 'verify', 'derive'];

// Which modes of use (X9.143 table 4) allow which purpose.
const modesFor: Readonly<Record<KeyPurpose, string>> = {
  encrypt: 'BEN',
  decrypt: 'BDN',
  generate: 'CGN',
  verify: 'CGVN',
  derive: 'XN',
};

/** A key as the soft module holds it. */
export interface HeldKey {
  readonly ref: KeyRef;
  readonly attributes: KeyAttributes;
  /** The key's bytes, wiped when it is destroyed. */
  readonly bytes: Uint8Array;
  /** What its mode of use allows. */
  readonly purposes: ReadonlySet<KeyPurpose>;
  /** Undefined for HMAC keys. */
  readonly cipher: BlockCipher | undefined;
  readonly object: KeyObject;
  /** Schedules of a TDES base derivation key, made when first needed. */
  base: TdesBaseKey | undefined;
}

/** A key to be held: its reference's parts and its bytes, which are copied. */
export interface NewKey extends Partial<KeyAttributes> {
  readonly id: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly bytes: Uint8Array;
}

/** Most keys that a table holds at a time. */
const KEYS_MAX = 100_000;

/** Most ids of destroyed keys that are remembered; the oldest is forgotten first. */
const DESTROYED_MAX = 100_000;

/** Keys by id. Ids of destroyed keys are remembered, so that none comes back as another key. */
export class KeyTable {
  readonly #held = new Map<string, HeldKey>();
  readonly #destroyed = new Set<string>();

  /**
   * Takes a key in.
   *
   * @throws SecurityFault `key-exists` for an id that is or was in use, `key-length`, or
   *   `configuration` when the table is full
   */
  add(key: NewKey): KeyRef {
    if (this.isFull()) throw new SecurityFault('configuration', 'the key table is full');
    if (this.has(key.id))
      throw new SecurityFault('key-exists', `key id ${key.id} is or was in use`);
    const wanted = key.algorithm === 'HMAC' ? undefined : keyLengthBytes[key.algorithm];
    if (wanted === undefined ? key.bytes.length < 16 : key.bytes.length !== wanted) {
      throw new SecurityFault(
        'key-length',
        `${key.algorithm} keys have ${wanted ?? '16 or more'} bytes`,
      );
    }
    const bytes = new Uint8Array(key.bytes);
    const { id, usage, algorithm } = key;
    const ref: KeyRef = Object.freeze({
      id,
      usage,
      algorithm,
      kcv: referenceKcv(algorithm, bytes),
    });
    const modeOfUse = key.modeOfUse ?? usualModeOfUse(usage);
    this.#held.set(id, {
      ref,
      purposes: new Set(purposes.filter((purpose) => modesFor[purpose].includes(modeOfUse))),
      attributes: {
        modeOfUse,
        exportability: key.exportability ?? 'N',
        keyVersion: key.keyVersion ?? '00',
      },
      bytes,
      cipher: algorithm === 'HMAC' ? undefined : makeCipher(algorithm, bytes),
      object: createSecretKey(bytes),
      base: undefined,
    });
    return ref;
  }

  /** Whether there is no room for another key. */
  isFull(): boolean {
    return this.#held.size >= KEYS_MAX;
  }

  /** Whether an id is or was in use. */
  has(id: string): boolean {
    return this.#held.has(id) || this.#destroyed.has(id);
  }

  /**
   * A key for a purpose, or why not: unknown or replaced, another usage, a mode of use that
   * forbids the purpose.
   */
  find(ref: KeyRef, usages: readonly KeyUsage[], purpose: KeyPurpose): HeldKey | undefined {
    const key = this.#held.get(ref.id);
    if (key === undefined || key.ref.kcv !== ref.kcv) return undefined;
    if (!usages.includes(key.ref.usage)) return undefined;
    return key.purposes.has(purpose) ? key : undefined;
  }

  /** Why `find` gave nothing. */
  refusal(ref: KeyRef): Outcome & { ok: false } {
    const key = this.#held.get(ref.id);
    if (key !== undefined) {
      return key.ref.kcv === ref.kcv ? refuse('key-usage') : refuse('key-unknown', 'check value');
    }
    return this.#destroyed.has(ref.id) ? refuse('key-state', 'destroyed') : refuse('key-unknown');
  }

  /** A key by reference whatever its usage. */
  get(ref: KeyRef): HeldKey | undefined {
    const key = this.#held.get(ref.id);
    return key !== undefined && key.ref.kcv === ref.kcv ? key : undefined;
  }

  /** Wipes and forgets a key; its id stays taken. */
  destroy(ref: KeyRef): boolean {
    if (!this.discard(ref)) return false;
    this.#destroyed.add(ref.id);
    if (this.#destroyed.size > DESTROYED_MAX) {
      const [oldest] = this.#destroyed;
      this.#destroyed.delete(oldest);
    }
    return true;
  }

  /** Wipes and forgets a key that nobody has seen yet; its id is free again. */
  discard(ref: KeyRef): boolean {
    const key = this.get(ref);
    if (key === undefined) return false;
    key.bytes.fill(0);
    key.cipher?.wipe();
    key.base?.left.wipe();
    key.base?.right.wipe();
    return this.#held.delete(ref.id);
  }

  /** References of all keys, in the order they came. */
  list(): KeyRef[] {
    return [...this.#held.values()].map((key) => key.ref);
  }
}
