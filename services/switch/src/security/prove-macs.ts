// Asks the security module for a MAC of every kind that the configuration wants, before the first message: what a module
// cannot do is refused by its place.
import { fromHex, given } from '@chipswitch/bytes';
import { SettingError } from '@chipswitch/program';
import type { KeyRef, SecurityModule } from '@chipswitch/security-module';
import { type MacKey, macInput } from './mac-method.ts';
import type { HostMacConfig, TerminalMacConfig } from './mac-settings.ts';

/** What is proved. */
export interface MacUsers {
  readonly terminals: readonly { readonly mac?: TerminalMacConfig | 'ignored' }[];
  readonly hosts: readonly { readonly name: string; readonly mac?: HostMacConfig }[];
}

// A serial number of each form, its counter at one.
const tdesKsn = fromHex('FFFF9876543210E00001');
const aesKsn = fromHex('123456789012345600000001');

interface Wanted {
  readonly place: string;
  readonly mac: HostMacConfig | TerminalMacConfig;
  readonly keys: readonly MacKey[];
}

function keysOf(
  mac: HostMacConfig | TerminalMacConfig,
  keys: ReadonlyMap<string, KeyRef>,
): readonly MacKey[] {
  const dukpt = 'dukpt' in mac ? mac.dukpt : undefined;
  const key = keys.get(dukpt?.key ?? mac.key ?? '');
  if (key === undefined) return [];
  if (dukpt === undefined) return [{ key }];
  const ksn = key.algorithm.startsWith('AES') ? aesKsn : tdesKsn;
  const { answers } = dukpt;
  const directions = ['request', ...(answers === 'none' ? [] : [answers])] as const;
  return directions.map((direction) => ({ key, ksn, direction }));
}

/**
 * Proves every MAC that the configuration names a key for.
 *
 * @throws SettingError with the place of the first one that the module does not make.
 */
export async function proveMacs(
  { terminals, hosts }: MacUsers,
  {
    security,
    keys,
  }: { readonly security: SecurityModule; readonly keys: ReadonlyMap<string, KeyRef> },
): Promise<void> {
  const proved = new Set<string>();
  const wanted: Wanted[] = [
    ...terminals.map(({ mac }, i) => ({ place: `config.terminals[${i}].mac`, mac })),
    ...hosts.map(({ mac }, i) => ({ place: `config.hosts[${i}].mac`, mac })),
  ].flatMap(({ place, mac }) =>
    mac === undefined || mac === 'ignored' ? [] : [{ place, mac, keys: keysOf(mac, keys) }],
  );
  for (const { place, mac, keys: used } of wanted) {
    for (const key of used) {
      const name = `${mac.algorithm}/${mac.padding}/${key.key.id}/${key.direction}`;
      if (proved.has(name)) continue;
      proved.add(name);
      const made = await security.generateMac(macInput(mac, key, new Uint8Array(16)));
      if (made.ok) continue;
      const { code, detail } = made.error;
      const what = [code, ...Object.values(given({ detail }))].join(': ');
      throw new SettingError(place, `the security module makes no such MAC (${what})`);
    }
  }
}
