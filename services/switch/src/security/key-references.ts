// Keys of an HSM as a file names them: references with their check values, and the two keys of stored
// card numbers enciphered under one of them. Nothing in such a file is clear.
import { createHmac } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import { SettingError, listOf, textOf, wordOf } from '@chipswitch/program';
import {
  type KeyRef,
  type KeyUsage,
  type SecurityModule,
  keyUsages,
} from '@chipswitch/security-module';
import * as v from 'valibot';
import type { CardVaultKeys } from '../card-vault.ts';
import { type HostMacConfig, type TerminalMacConfig, macKeyUsage } from './mac-settings.ts';

/** What a file says of every key: usage of X9.143 and algorithm. */
const keyEntries = {
  id: textOf(/^[ -~]{1,64}$/),
  usage: wordOf(keyUsages),
  algorithm: wordOf(['2TDEA', '3TDEA', 'AES128', 'AES192', 'AES256']),
};

/** The `keys` of a file. */
export function keyList<const Entries extends v.ObjectEntries>(more: Entries) {
  return listOf(v.strictObject({ ...keyEntries, ...more }), 10_000);
}

/** A check value, three bytes. */
export const checkValue = textOf(/^[0-9A-F]{6}$/);

const vaultKey = v.strictObject({ enciphered: textOf(/^[0-9A-F]{64}$/), check: checkValue });

/** What any key file may say besides: a remark to whoever opens it. */
export const remark = { warning: v.exactOptional(textOf()) };

/** The two keys of stored card numbers, enciphered under a data key of the module. */
export const vaultEntry = v.strictObject({
  under: textOf(),
  panHmacKey: vaultKey,
  panDataKey: vaultKey,
});

/**
 * Asks the module for the check value of a key: so a wrong file, an HSM that is not there and one with
 * another master key are known before the first payment.
 */
export async function holdAgainstModule(
  security: SecurityModule,
  key: KeyRef,
  place: string,
): Promise<void> {
  const method = key.algorithm.startsWith('AES') ? 'cmac' : 'legacy';
  const asked = await security.kcv({ key, method });
  if (asked.ok) {
    if (toHex(asked.kcv) === key.kcv) return;
    throw new SettingError(`${place}.kcv`, 'is not what the module says of this key');
  }
  const { code, detail } = asked.error;
  // A module that tells no check value of such a key tells it at the first use.
  if (code === 'unsupported') return;
  throw new SettingError(place, detail === undefined ? code : `${code} (${detail})`);
}

/** First three bytes of HMAC-SHA-256 of nothing under a key: tells a key that was deciphered wrongly. */
export function vaultKeyCheck(key: Uint8Array): string {
  return createHmac('sha256', key).digest('hex').slice(0, 6).toUpperCase();
}

/** The keys of stored card numbers, deciphered (CBC, IV zero) under a data key of the module. */
export async function openVaultKeys(
  vault: v.InferOutput<typeof vaultEntry>,
  place: string,
  module: { readonly security: SecurityModule; readonly keys: ReadonlyMap<string, KeyRef> },
): Promise<CardVaultKeys> {
  const key = module.keys.get(vault.under);
  if (key?.usage !== 'D0') {
    throw new SettingError(`${place}.under`, 'must name a data key (usage D0) of this file');
  }
  const open = async (name: 'panHmacKey' | 'panDataKey'): Promise<Uint8Array> => {
    const data = fromHex(vault[name].enciphered);
    const opened = await module.security.decrypt({ key, mode: 'cbc', data });
    if (!opened.ok) throw new SettingError(`${place}.${name}`, opened.error.code);
    if (vaultKeyCheck(opened.data) === vault[name].check) return opened.data;
    opened.data.fill(0);
    throw new SettingError(`${place}.${name}.check`, 'is not that of the deciphered key');
  };
  return { hmac: await open('panHmacKey'), data: await open('panDataKey') };
}

// What a key of zeros has as check value: DEA and TDEA (zero block), AES of 16, 24 and 32 bytes (CMAC).
const zeroCheckValues: ReadonlySet<string> = new Set(['8CA64D', '763CBC', '0B50E6', '921105']);

/** A key of nothing but zeros protects nothing. */
export function isZeroKey({ kcv }: Pick<KeyRef, 'kcv'>): boolean {
  return zeroCheckValues.has(kcv);
}

interface NamedKeys {
  readonly hosts: readonly {
    readonly pinKey?: string;
    readonly mac?: HostMacConfig;
    readonly keys?: { readonly masterKey: string };
  }[];
  readonly terminals: readonly {
    readonly pinKey?: string;
    readonly mac?: TerminalMacConfig | 'ignored';
    readonly pin?: { readonly dukpt?: { readonly key: string } };
    readonly keys?: { readonly masterKey: string };
  }[];
  readonly routes: readonly { readonly issuerKey?: string }[];
}

interface NamedKey {
  readonly place: string;
  readonly usage: KeyUsage;
  readonly id: string | undefined;
}

function macKeysNamed({ hosts, terminals }: NamedKeys): NamedKey[] {
  const macs = [
    ...hosts.map(({ mac }, i) => ({ place: `config.hosts[${i}].mac`, mac })),
    ...terminals.map(({ mac }, i) => ({ place: `config.terminals[${i}].mac`, mac })),
  ];
  return macs.flatMap(({ place, mac }): NamedKey[] => {
    if (mac === undefined || mac === 'ignored') return [];
    const dukpt = 'dukpt' in mac ? mac.dukpt?.key : undefined;
    return [
      { place: `${place}.key`, usage: macKeyUsage[mac.algorithm], id: mac.key },
      { place: `${place}.dukpt.key`, usage: 'B0', id: dukpt },
    ];
  });
}

/**
 * Holds every key that the configuration names against the keys that are there.
 *
 * @throws SettingError naming the first place whose key is missing or of another usage.
 */
export function checkNamedKeys(config: NamedKeys, keys: ReadonlyMap<string, KeyRef>): void {
  const others = (
    [
      ['hosts', 'pinKey', 'P0', config.hosts.map((host) => host.pinKey)],
      ['terminals', 'pinKey', 'P0', config.terminals.map((terminal) => terminal.pinKey)],
      ['hosts', 'keys.masterKey', 'K0', config.hosts.map((host) => host.keys?.masterKey)],
      ['terminals', 'keys.masterKey', 'K0', config.terminals.map((one) => one.keys?.masterKey)],
      ['terminals', 'pin.dukpt.key', 'B0', config.terminals.map((one) => one.pin?.dukpt?.key)],
      ['routes', 'issuerKey', 'E0', config.routes.map((route) => route.issuerKey)],
    ] as const
  ).flatMap(([list, name, usage, ids]) =>
    ids.map((id, i) => ({ place: `config.${list}[${i}].${name}`, usage, id })),
  );
  for (const { place, usage, id } of [...others, ...macKeysNamed(config)]) {
    if (id === undefined) continue;
    const key = keys.get(id);
    if (key === undefined) throw new SettingError(place, `there is no key "${id}" in the key file`);
    if (isZeroKey(key)) throw new SettingError(place, `key "${id}" is a key of zeros`);
    if (key.usage !== usage) {
      throw new SettingError(place, `key "${id}" has usage ${key.usage}, not ${usage}`);
    }
  }
}
