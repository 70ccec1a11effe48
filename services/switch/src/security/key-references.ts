// Keys of an HSM as a file names them: references with their check values, and the two keys of stored
// card numbers enciphered under one of them. Nothing in such a file is clear.
import { createHmac } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type KeyAlgorithm,
  type KeyRef,
  type KeyUsage,
  type SecurityModule,
  keyUsages,
} from '@chipswitch/security-module';
import type { CardVaultKeys } from '../card-vault.ts';
import { ConfigError, type Place } from '../config-place.ts';

/** Algorithms of keys in files. */
export const algorithmForm = /^(2TDEA|3TDEA|AES128|AES192|AES256)$/;

const keysMax = 10_000;

/** The `keys` of a file. */
export function keyListOf(file: Place): Place[] {
  const list = file.at('keys').list();
  return list.length > keysMax ? file.at('keys').fail(`must name at most ${keysMax} keys`) : list;
}

/** A key usage of X9.143. */
export function usageAt(place: Place): KeyUsage {
  const usage = place.text();
  return (keyUsages as readonly string[]).includes(usage)
    ? (usage as KeyUsage)
    : place.fail('unknown usage');
}

/** A reference with its check value. */
export function referenceAt(place: Place): KeyRef {
  return {
    id: place.at('id').text(/^[ -~]{1,64}$/),
    usage: usageAt(place.at('usage')),
    algorithm: place.at('algorithm').text(algorithmForm) as KeyAlgorithm,
    kcv: place.at('kcv').text(/^[0-9A-F]{6}$/),
  };
}

/**
 * Asks the module for the check value of a key: so a wrong file, an HSM that is not there and one with
 * another master key are known before the first payment.
 */
export async function holdAgainstModule(
  security: SecurityModule,
  key: KeyRef,
  place: Place,
): Promise<void> {
  const method = key.algorithm.startsWith('AES') ? 'cmac' : 'legacy';
  const asked = await security.kcv({ key, method });
  if (asked.ok) {
    if (toHex(asked.kcv) !== key.kcv)
      place.at('kcv').fail('is not what the module says of this key');
    return;
  }
  const { code, detail } = asked.error;
  // A module that tells no check value of such a key tells it at the first use.
  if (code !== 'unsupported') place.fail(detail === undefined ? code : `${code} (${detail})`);
}

/** First three bytes of HMAC-SHA-256 of nothing under a key: tells a key that was deciphered wrongly. */
export function vaultKeyCheck(key: Uint8Array): string {
  return createHmac('sha256', key).digest('hex').slice(0, 6).toUpperCase();
}

/** The keys of stored card numbers, deciphered (CBC, IV zero) under a data key of the module. */
export async function vaultKeysAt(
  place: Place,
  security: SecurityModule,
  keys: ReadonlyMap<string, KeyRef>,
): Promise<CardVaultKeys> {
  const under = place.at('under');
  const key = keys.get(under.text());
  if (key?.usage !== 'D0') return under.fail('must name a data key (usage D0) of this file');
  const open = async (one: Place): Promise<Uint8Array> => {
    const data = fromHex(one.at('enciphered').text(/^[0-9A-F]{64}$/));
    const opened = await security.decrypt({ key, mode: 'cbc', data });
    if (!opened.ok) return one.fail(opened.error.code);
    if (vaultKeyCheck(opened.data) !== one.at('check').text(/^[0-9A-F]{6}$/)) {
      opened.data.fill(0);
      one.at('check').fail('is not that of the deciphered key');
    }
    return opened.data;
  };
  return { hmac: await open(place.at('panHmacKey')), data: await open(place.at('panDataKey')) };
}

interface NamedKeys {
  readonly hosts: readonly { readonly pinKey?: string }[];
  readonly terminals: readonly { readonly pinKey?: string }[];
  readonly routes: readonly { readonly issuerKey?: string }[];
}

/**
 * Holds every key that the configuration names against the keys that are there.
 *
 * @throws ConfigError naming the first place whose key is missing or of another usage.
 */
export function checkNamedKeys(config: NamedKeys, keys: ReadonlyMap<string, KeyRef>): void {
  const named = (
    [
      ['hosts', 'pinKey', 'P0', config.hosts.map((host) => host.pinKey)],
      ['terminals', 'pinKey', 'P0', config.terminals.map((terminal) => terminal.pinKey)],
      ['routes', 'issuerKey', 'E0', config.routes.map((route) => route.issuerKey)],
    ] as const
  ).flatMap(([list, name, usage, ids]) =>
    ids.map((id, i) => ({ place: `config.${list}[${i}].${name}`, usage, id })),
  );
  for (const { place, usage, id } of named) {
    if (id === undefined) continue;
    const key = keys.get(id);
    if (key === undefined) throw new ConfigError(place, `there is no key "${id}" in the key file`);
    if (key.usage !== usage) {
      throw new ConfigError(place, `key "${id}" has usage ${key.usage}, not ${usage}`);
    }
  }
}
