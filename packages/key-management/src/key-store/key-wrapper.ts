// How a key leaves the module for the store and comes back: as a key block under the module's own master key.
import type { KeyRef, KeyWrapper, SecurityModule } from '@chipswitch/security-module';

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
