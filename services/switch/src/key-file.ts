// Keys of the soft security module from a file: for the sandbox and tests only, and only when the file
// itself says so. In production the keys live in an HSM and this file does not exist.
import { readFileSync, statSync } from 'node:fs';
import { firstNonHex, fromHex } from '@chipswitch/bytes';
import { type KeyAlgorithm, type KeyUsage, keyUsages } from '@chipswitch/security-module';
import { type KeyRef, type SecurityModule, createSoftModule } from '@chipswitch/security-module';
import type { CardVaultKeys } from './card-vault.ts';
import { ConfigError } from './config.ts';

/** What the file holds. */
interface KeyFile {
  readonly allowClearKeysInProcess: boolean;
  readonly keys: readonly { id: string; usage: string; algorithm: string; hex: string }[];
  readonly panHmacKey: string;
  readonly panDataKey: string;
}

/** A module with the file's keys in it. */
export interface LoadedKeys {
  readonly security: SecurityModule;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vaultKeys: CardVaultKeys;
}

const algorithms: ReadonlySet<string> = new Set(['2TDEA', '3TDEA', 'AES128', 'AES192', 'AES256']);

function keyBytes(hex: unknown, place: string): Uint8Array {
  // The error names the place, never the text.
  if (typeof hex !== 'string' || firstNonHex(hex) >= 0) throw new ConfigError(place, 'must be hex');
  return fromHex(hex);
}

function readKeyFile(path: string): KeyFile {
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new ConfigError(path, 'others may read this key file: chmod 600 it');
    }
    return JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'not JSON';
    throw new ConfigError(path, `cannot be read as a key file (${code})`);
  }
}

/**
 * Loads a key file into a soft module.
 *
 * @throws ConfigError naming the file or the key; no error holds any part of a key.
 */
export function loadKeyFile(path: string): LoadedKeys {
  const file = readKeyFile(path);
  if (!file.allowClearKeysInProcess) {
    throw new ConfigError(`${path}.allowClearKeysInProcess`, 'must be true: these keys are clear');
  }
  const security = createSoftModule({ allowClearKeysInProcess: true });
  const keys = new Map<string, KeyRef>();
  for (const [i, key] of file.keys.entries()) {
    const place = `${path}.keys[${i}]`;
    if (!keyUsages.includes(key.usage as KeyUsage)) throw new ConfigError(place, 'unknown usage');
    if (!algorithms.has(key.algorithm)) throw new ConfigError(place, 'unknown algorithm');
    const bytes = keyBytes(key.hex, `${place}.hex`);
    const algorithm = key.algorithm as KeyAlgorithm;
    try {
      const usage = key.usage as KeyUsage;
      keys.set(key.id, security.loadClearKey({ id: key.id, usage, algorithm, bytes }));
    } catch (error) {
      throw new ConfigError(place, (error as { code?: string }).code ?? 'cannot be loaded');
    } finally {
      bytes.fill(0);
    }
  }
  const vaultKeys = {
    hmac: keyBytes(file.panHmacKey, `${path}.panHmacKey`),
    data: keyBytes(file.panDataKey, `${path}.panDataKey`),
  };
  return { security, keys, vaultKeys };
}
