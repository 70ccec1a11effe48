// Keys of the soft security module from a file: for the sandbox and tests only, and only when the file
// itself says so. In production the keys live in an HSM and this file does not exist.
import { firstNonHex, fromHex } from '@chipswitch/bytes';
import {
  type KeyAlgorithm,
  type KeyRef,
  type KeyUsage,
  type SecurityModule,
  createSoftModule,
} from '@chipswitch/security-module';
import type { CardVaultKeys } from '../card-vault.ts';
import { ConfigError, Place } from '../config-place.ts';
import { algorithmForm, keyListOf, usageAt } from './key-references.ts';
import { readOwnedJson } from './owned-file.ts';

/** A module with the file's keys in it. */
export interface LoadedKeys {
  readonly security: SecurityModule;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vaultKeys: CardVaultKeys;
}

function bytesAt(place: Place): Uint8Array {
  // The error names the place, never the text.
  const hex = place.isAbsent ? 'x' : place.text(/^/);
  return firstNonHex(hex) >= 0 || hex === '' ? place.fail('must be hex') : fromHex(hex);
}

/**
 * Loads a key file into a soft module.
 *
 * @throws ConfigError naming the file or the key; no error holds any part of a key.
 */
export function loadKeyFile(path: string): LoadedKeys {
  const file = new Place(readOwnedJson(path), path);
  if (!file.at('allowClearKeysInProcess').flag(false)) {
    file.at('allowClearKeysInProcess').fail('must be true: these keys are clear');
  }
  const security = createSoftModule({ allowClearKeysInProcess: true });
  const keys = new Map<string, KeyRef>();
  for (const place of keyListOf(file)) {
    const id = place.at('id').text();
    const usage: KeyUsage = usageAt(place.at('usage'));
    const algorithm = place.at('algorithm').text(algorithmForm) as KeyAlgorithm;
    const bytes = bytesAt(place.at('hex'));
    try {
      keys.set(id, security.loadClearKey({ id, usage, algorithm, bytes }));
    } catch (error) {
      place.fail((error as { code?: string }).code ?? 'cannot be loaded');
    } finally {
      bytes.fill(0);
    }
  }
  const vaultKeys = { hmac: bytesAt(file.at('panHmacKey')), data: bytesAt(file.at('panDataKey')) };
  if (vaultKeys.hmac.length !== 32 || vaultKeys.data.length !== 32) {
    throw new ConfigError(path, 'panHmacKey and panDataKey have 32 bytes');
  }
  return { security, keys, vaultKeys };
}
