// Opens the security module that the configuration chooses. A module's own package is loaded only where
// it is chosen, and everything behind this file knows keys by reference.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { given } from '@chipswitch/bytes';
import type { PayshieldClient, PayshieldModule } from '@chipswitch/payshield';
import type { openPkcs11Module } from '@chipswitch/pkcs11';
import { SettingError, parseSettings, textOf } from '@chipswitch/program';
import { type KeyRef, type SecurityModule, SecurityFault } from '@chipswitch/security-module';
import * as v from 'valibot';
import type { CardVaultKeys } from '../card-vault.ts';
import {
  checkValue,
  holdAgainstModule,
  keyList,
  openVaultKeys,
  remark,
  vaultEntry,
} from './key-references.ts';
import { readOwnedFile, readOwnedJson } from './owned-file.ts';
import type {
  HsmConfig,
  Pkcs11SecurityConfig,
  PayshieldSecurityConfig,
  SecurityConfig,
} from './security-config.ts';
import { loadKeyFile } from './soft-keys.ts';

/** A module with its keys. */
export interface OpenedSecurity {
  readonly security: SecurityModule;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly vaultKeys: CardVaultKeys;
  /** What answers, for the log and the status. */
  readonly description: string;
  readonly close: () => void;
}

const payshieldKeyFile = v.strictObject({
  ...remark,
  keys: keyList({
    kcv: checkValue,
    field: textOf(),
    keyType: v.exactOptional(textOf(/^[0-9A-F]{3}$/)),
  }),
  vault: vaultEntry,
});

const pkcs11KeyFile = v.strictObject({
  ...remark,
  keys: keyList({ kcv: checkValue, label: v.exactOptional(textOf()) }),
  vault: vaultEntry,
});

function addressOf({ host, port, tls }: HsmConfig) {
  if (tls === undefined) return { host, port };
  const { authorityFile, certificateFile, keyFile } = tls;
  const pem = (path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new SettingError(path, `cannot be read (${code})`);
    }
  };
  const own =
    certificateFile === undefined || keyFile === undefined
      ? {}
      : { cert: pem(certificateFile), key: readOwnedFile(keyFile) };
  return { host, port, tls: { ca: pem(authorityFile), ...own } };
}

/** What the HSMs say of themselves; that none answers is known before any key is asked for. */
async function descriptionOf(client: PayshieldClient, module: PayshieldModule): Promise<string> {
  const said = await module.health();
  if (said.ok) {
    const { firmware, masterKey = '' } = said.health;
    return `payShield (firmware ${firmware}, LMK check value ${masterKey})`;
  }
  if (client.statistics.failed['lmk-mismatch'] !== undefined) {
    const place = 'config.security.lmkCheckValue';
    throw new SettingError(place, 'is not that of the local master key in the HSM');
  }
  const { code, detail = '' } = said.error;
  throw new SettingError('config.security.hsms', `no HSM answers: ${code} (${detail})`);
}

async function openPayshield(config: PayshieldSecurityConfig): Promise<OpenedSecurity> {
  const { createPayshieldClient, createPayshieldModule } = await import('@chipswitch/payshield');
  const { keyFile } = config;
  const file = parseSettings(payshieldKeyFile, readOwnedJson(keyFile), keyFile);
  const { policy, headerLength, connectionsPerHsm, timeoutMs, attemptsMax, lmkCheckValue } = config;
  const client = createPayshieldClient({
    hsms: config.hsms.map(addressOf),
    policy,
    headerLength,
    connectionsPerHsm,
    timeoutMs,
    attemptsMax,
    ...given({ lmkCheckValue }),
  });
  try {
    const { lmk, lmkIdentifier } = config;
    const module = createPayshieldModule({
      client,
      lmk,
      ...given({ lmkIdentifier }),
    });
    const description = await descriptionOf(client, module);
    const keys = new Map<string, KeyRef>();
    for (const [i, key] of file.keys.entries()) {
      const place = `${keyFile}.keys[${i}]`;
      keys.set(
        key.id,
        loaded(place, () => module.loadKey(key)),
      );
      await holdAgainstModule(module, key, place);
    }
    const opened = { security: module, keys };
    const vaultKeys = await openVaultKeys(file.vault, `${keyFile}.vault`, opened);
    return { security: module, keys, vaultKeys, description, close: () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** What the module takes in; its own fault becomes the place's. */
function loaded(place: string, load: () => KeyRef): KeyRef {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof SecurityFault)) throw error;
    throw new SettingError(place, `${error.code}: ${error.message}`);
  }
}

type TokenSettings = Parameters<typeof openPkcs11Module>[0];

/** pkcs11js, and koffi for cryptograms, which need a memory's address: where they are installed. */
function tokenLibraries(folder: string | undefined): Pick<TokenSettings, 'cryptoki' | 'addressOf'> {
  const load = createRequire(folder === undefined ? import.meta.url : join(folder, 'package.json'));
  const optional = (name: string): unknown => {
    try {
      return load(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
      throw error;
    }
  };
  const cryptoki = optional('pkcs11js') as TokenSettings['cryptoki'];
  const koffi = optional('koffi') as { address(memory: Buffer): bigint } | undefined;
  return {
    ...given({ cryptoki }),
    ...(koffi === undefined ? {} : { addressOf: (memory: Buffer) => koffi.address(memory) }),
  };
}

async function openPkcs11(config: Pkcs11SecurityConfig): Promise<OpenedSecurity> {
  const pkcs11 = await import('@chipswitch/pkcs11');
  const { modulePath, tokenLabel, keyFile } = config;
  const file = parseSettings(pkcs11KeyFile, readOwnedJson(keyFile), keyFile);
  const userPin = readOwnedFile(config.userPinFile).trim();
  const libraries = tokenLibraries(config.modulesFolder);
  let module: ReturnType<typeof openPkcs11Module>;
  try {
    module = pkcs11.openPkcs11Module({ modulePath, tokenLabel, userPin, ...libraries });
  } catch (error) {
    if (!(error instanceof SecurityFault)) throw error;
    throw new SettingError('config.security', error.message);
  }
  try {
    const keys = new Map<string, KeyRef>();
    for (const [i, { label, ...reference }] of file.keys.entries()) {
      const place = `${keyFile}.keys[${i}]`;
      const key = loaded(place, () => module.openKey(reference, label ?? reference.id));
      if (key.kcv !== reference.kcv) {
        throw new SettingError(`${place}.kcv`, 'is not what the module says of this key');
      }
      keys.set(key.id, key);
    }
    const opened = { security: module, keys };
    const vaultKeys = await openVaultKeys(file.vault, `${keyFile}.vault`, opened);
    const description = `PKCS #11 token "${tokenLabel}"`;
    return { security: module, keys, vaultKeys, description, close: () => module.close() };
  } catch (error) {
    module.close();
    throw error;
  }
}

/**
 * Opens the module of a configuration with its keys.
 *
 * @throws SettingError naming the file, the key or the setting; no error holds any part of a key.
 */
export async function openSecurity(config: SecurityConfig): Promise<OpenedSecurity> {
  if (config.kind === 'payshield') return openPayshield(config);
  if (config.kind === 'pkcs11') return openPkcs11(config);
  const description = 'soft (clear keys in this process: for test and development)';
  return { ...loadKeyFile(config.keyFile), description, close: () => undefined };
}
