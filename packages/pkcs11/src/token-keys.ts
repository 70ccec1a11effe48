// Keys on the token by id: what each is for, its handle, and the left-half handle that MACs need.
import { concatBytes, wipe, given } from '@chipswitch/bytes';
import { referenceKcv } from '@chipswitch/cryptography';
import {
  type Refusal,
  SecurityFault,
  refuse,
  type KeyAlgorithm,
  type KeyAttributes,
  type KeyUsage,
  keyLengthBytes,
  type KeyRef,
} from '@chipswitch/security-module';
import {
  CKA_CLASS,
  CKA_DECRYPT,
  CKA_DERIVE,
  CKA_ENCRYPT,
  CKA_EXTRACTABLE,
  CKA_KEY_TYPE,
  CKA_LABEL,
  CKA_PRIVATE,
  CKA_SENSITIVE,
  CKA_SIGN,
  CKA_TOKEN,
  CKA_UNWRAP,
  CKA_VALUE,
  CKA_VALUE_LEN,
  CKA_WRAP,
  CKK_AES,
  CKK_DES2,
  CKK_DES3,
  CKK_GENERIC_SECRET,
  CKO_SECRET_KEY,
} from './constants.ts';
import type { Attribute, Handle, Token } from './token.ts';

/** A key on the token. */
export interface TokenKey {
  readonly ref: KeyRef;
  readonly handle: Handle;
  /** L‖L‖L of a double-length MAC key: single DES, which the chain of algorithm 3 needs. */
  readonly left?: Handle;
  readonly extractable: boolean;
}

/** A key to be brought in; its bytes are clear in this process until the call returns. */
export interface ClearTokenKey extends Partial<KeyAttributes> {
  readonly id: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly bytes: Uint8Array;
}

const keyTypes: Readonly<Record<KeyAlgorithm, number | undefined>> = {
  DEA: undefined,
  '2TDEA': CKK_DES2,
  '3TDEA': CKK_DES3,
  AES128: CKK_AES,
  AES192: CKK_AES,
  AES256: CKK_AES,
  HMAC: CKK_GENERIC_SECRET,
};

// What each usage lets a key do on the token; nothing else is allowed there.
const permissionsByUsage: Readonly<Record<string, readonly number[]>> = {
  B: [CKA_DERIVE],
  // Kept and checked, but used by no operation here: that would bring PINs into this process.
  C: [],
  D: [CKA_ENCRYPT, CKA_DECRYPT],
  E: [CKA_DERIVE],
  K: [CKA_WRAP, CKA_UNWRAP],
  M: [CKA_SIGN, CKA_ENCRYPT],
  P: [],
  V: [],
};

/** Template of a session key: sensitive, private, gone with the session. */
export function templateOf(
  keyType: number,
  permissions: readonly number[],
  extractable = false,
): Attribute[] {
  return [
    { type: CKA_CLASS, value: CKO_SECRET_KEY },
    { type: CKA_KEY_TYPE, value: keyType },
    { type: CKA_TOKEN, value: false },
    { type: CKA_PRIVATE, value: true },
    { type: CKA_SENSITIVE, value: true },
    { type: CKA_EXTRACTABLE, value: extractable },
    ...permissions.map((type) => ({ type, value: true })),
  ];
}

/** Key type and permissions of a usage on the token, or undefined where it has none. */
export function tokenTemplate(
  usage: KeyUsage,
  algorithm: KeyAlgorithm,
  extractable: boolean,
): Attribute[] | undefined {
  const keyType = keyTypes[algorithm];
  const permissions = permissionsByUsage[usage[0]];
  if (keyType === undefined || permissions === undefined) return undefined;
  // The check value is made by enciphering a zero block, which every cipher key must allow.
  const all = algorithm === 'HMAC' ? [CKA_SIGN] : [...new Set([...permissions, CKA_ENCRYPT])];
  return templateOf(keyType, all, extractable);
}

/** Keys by id. */
export class TokenKeys {
  readonly #token: Token;
  readonly #keys = new Map<string, TokenKey>();
  readonly #destroyed = new Set<string>();

  constructor(token: Token) {
    this.#token = token;
  }

  has(id: string): boolean {
    return this.#keys.has(id) || this.#destroyed.has(id);
  }

  /**
   * Brings a clear key in by C_CreateObject.
   *
   * @throws SecurityFault `key-exists`, `key-length`, or `configuration` for a usage or algorithm
   *   that the token has no place for
   */
  create(key: ClearTokenKey): KeyRef {
    const { id, usage, algorithm, bytes } = key;
    if (this.has(id)) throw new SecurityFault('key-exists', `key id ${id} is or was in use`);
    const wanted = algorithm === 'HMAC' ? Math.max(bytes.length, 32) : keyLengthBytes[algorithm];
    if (bytes.length !== wanted) throw new SecurityFault('key-length', `not a ${algorithm} key`);
    const extractable = key.exportability !== undefined && key.exportability !== 'N';
    const template = tokenTemplate(usage, algorithm, extractable);
    if (template === undefined) {
      throw new SecurityFault('configuration', `no ${usage} ${algorithm} keys on a token`);
    }
    const handle = this.#createObject(template, bytes);
    const ref = { id, usage, algorithm, kcv: referenceKcv(algorithm, bytes) };
    const isMac = usage.startsWith('M') && algorithm === '2TDEA';
    const left = isMac ? this.#createLeft(bytes) : undefined;
    this.#keys.set(id, { ref, handle, extractable, ...given({ left }) });
    return ref;
  }

  #createObject(template: readonly Attribute[], bytes: Uint8Array): Handle {
    const value = Buffer.from(bytes);
    try {
      const { cryptoki, session } = this.#token;
      return cryptoki.C_CreateObject(session, [...template, { type: CKA_VALUE, value }]);
    } finally {
      value.fill(0);
    }
  }

  #createLeft(bytes: Uint8Array): Handle {
    const half = bytes.subarray(0, 8);
    const tripled = concatBytes(half, half, half);
    try {
      return this.#createObject(templateOf(CKK_DES3, [CKA_ENCRYPT]), tripled);
    } finally {
      wipe(tripled);
    }
  }

  /**
   * Finds a secret key of this label and type that stands on the token.
   *
   * @throws SecurityFault `key-exists`, or `configuration` when there is none, or more than one
   */
  findOnToken(key: Pick<KeyRef, 'id' | 'algorithm'>, label: string): Handle {
    if (this.has(key.id))
      throw new SecurityFault('key-exists', `key id ${key.id} is or was in use`);
    const keyType = keyTypes[key.algorithm];
    if (keyType === undefined) {
      throw new SecurityFault('configuration', `no ${key.algorithm} keys on a token`);
    }
    const found = this.#token.find([
      { type: CKA_CLASS, value: CKO_SECRET_KEY },
      { type: CKA_KEY_TYPE, value: keyType },
      { type: CKA_LABEL, value: Buffer.from(label) },
    ]);
    if (found.length !== 1) {
      const many = found.length === 0 ? 'no' : 'more than one';
      throw new SecurityFault('configuration', `${many} ${key.algorithm} key of label "${label}"`);
    }
    return found[0];
  }

  /** Remembers a key that the token has made or unwrapped itself. */
  keep(key: TokenKey): KeyRef {
    this.#keys.set(key.ref.id, key);
    return key.ref;
  }

  /** The key of a reference if its usage is one of these. */
  find(
    ref: KeyRef,
    usages?: readonly KeyUsage[],
  ): { readonly ok: true; readonly key: TokenKey } | Refusal {
    const key = this.#keys.get(ref.id);
    if (key === undefined || key.ref.kcv !== ref.kcv) return refuse('key-unknown');
    if (usages !== undefined && !usages.includes(key.ref.usage))
      return refuse('key-usage', 'usage');
    return { ok: true, key };
  }

  destroy(ref: KeyRef): boolean {
    const found = this.find(ref);
    if (!found.ok) return false;
    this.#token.destroy(found.key.handle);
    if (found.key.left !== undefined) this.#token.destroy(found.key.left);
    this.#keys.delete(ref.id);
    this.#destroyed.add(ref.id);
    return true;
  }

  list(): KeyRef[] {
    return [...this.#keys.values()].map((key) => key.ref);
  }
}

/** Length attribute for key types that have no fixed length. */
export function lengthAttribute(algorithm: KeyAlgorithm): Attribute[] {
  if (algorithm === 'HMAC') return [{ type: CKA_VALUE_LEN, value: 32 }];
  return algorithm.startsWith('AES')
    ? [{ type: CKA_VALUE_LEN, value: keyLengthBytes[algorithm as 'AES128'] }]
    : [];
}
