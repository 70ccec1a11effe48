// Keys of the soft security module from a file: for the sandbox and tests only, and only when the file
// itself says so. In production the keys live in an HSM and this file does not exist.
import { fromHex } from '@chipswitch/bytes';
import { SettingError, hexSetting, parseSettings } from '@chipswitch/program';
import { type KeyRef, type SecurityModule, createSoftModule } from '@chipswitch/security-module';
import * as v from 'valibot';
import type { CardVaultKeys } from '../card-vault.ts';
import { keyList, remark } from './key-references.ts';
import { readOwnedJson } from './owned-file.ts';

/** A module with the file's keys in it. */
export interface LoadedKeys {
  readonly security: SecurityModule;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vaultKeys: CardVaultKeys;
}

const softKeyFile = v.strictObject({
  ...remark,
  allowClearKeysInProcess: v.literal(true, 'must be true: these keys are clear'),
  keys: keyList({ hex: hexSetting }),
  panHmacKey: hexSetting,
  panDataKey: hexSetting,
});

/**
 * Loads a key file into a soft module.
 *
 * @throws SettingError naming the file or the key; no error holds any part of a key.
 */
export function loadKeyFile(path: string): LoadedKeys {
  const file = parseSettings(softKeyFile, readOwnedJson(path), path);
  const security = createSoftModule({ allowClearKeysInProcess: true });
  const keys = new Map<string, KeyRef>();
  for (const [i, { id, usage, algorithm, hex }] of file.keys.entries()) {
    const bytes = fromHex(hex);
    try {
      keys.set(id, security.loadClearKey({ id, usage, algorithm, bytes }));
    } catch (error) {
      const { code = 'cannot be loaded' } = error as { code?: string };
      throw new SettingError(`${path}.keys[${i}]`, code);
    } finally {
      bytes.fill(0);
    }
  }
  const vaultKeys = { hmac: fromHex(file.panHmacKey), data: fromHex(file.panDataKey) };
  if (vaultKeys.hmac.length !== 32 || vaultKeys.data.length !== 32) {
    throw new SettingError(path, 'panHmacKey and panDataKey have 32 bytes');
  }
  return { security, keys, vaultKeys };
}
