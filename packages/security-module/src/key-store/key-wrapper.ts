// How a key leaves the module for the store and comes back: always wrapped, by the module itself.
import type { Outcome } from '../errors.ts';
import type { KeyRef } from '../key.ts';
import type { PayshieldModule } from '../payshield/module.ts';
import { refuse } from '../errors.ts';
import type { Awaitable, SecurityModule } from '../security-module.ts';

/** A stored key: its reference and its block. */
export interface StoredKey extends KeyRef {
  readonly wrapped: string;
}

/** Wraps and unwraps keys for a store. */
export interface KeyWrapper {
  /** Name that is stored beside the block, so that another wrapper refuses it. */
  readonly name: string;
  readonly wrap: (key: KeyRef) => Awaitable<Outcome<{ wrapped: string }>>;
  readonly unwrap: (stored: StoredKey) => Awaitable<Outcome<{ key: KeyRef }>>;
}

/**
 * Key blocks of X9.143 version D (or B under a TDEA key) under the module's master key. Keys must be
 * exportable under it (`S` or `E`).
 */
export function keyBlockWrapper(
  module: Pick<SecurityModule, 'exportKey' | 'importKey'>,
  masterKey: KeyRef,
): KeyWrapper {
  const format = masterKey.algorithm.startsWith('AES') ? 'tr31-D' : 'tr31-B';
  return {
    name: `${format}:${masterKey.id}:${masterKey.kcv}`,
    wrap: async (key) => {
      const exported = await module.exportKey({ key, under: masterKey, format });
      return exported.ok ? { ok: true, wrapped: exported.block } : exported;
    },
    unwrap: async ({ id, usage, algorithm, kcv, wrapped }) =>
      module.importKey({ id, under: masterKey, block: wrapped, format, usage, algorithm, kcv }),
  };
}

/** Key fields under the local master key of a payShield, which wraps every key by itself. */
export function lmkWrapper(
  module: Pick<PayshieldModule, 'keyField' | 'loadKey'>,
  lmkCheckValue: string,
): KeyWrapper {
  return {
    name: `lmk:${lmkCheckValue}`,
    wrap: (key) => {
      const wrapped = module.keyField(key);
      return wrapped === undefined ? refuse('key-unknown') : { ok: true, wrapped };
    },
    unwrap: ({ wrapped, id, usage, algorithm, kcv }) => ({
      ok: true,
      key: module.loadKey({ id, usage, algorithm, kcv, field: wrapped }),
    }),
  };
}
