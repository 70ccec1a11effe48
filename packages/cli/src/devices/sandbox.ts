// What a running sandbox (`npm start`) says of itself: where its switch listens, and the test key of its PIN pads.
import { join } from 'node:path';
import type { Surroundings } from '../frame/verb.ts';
import { chipswitchFolder, readJson } from './folder.ts';

/** What could be found out; both absent when no sandbox was ever started here. */
export interface SandboxFacts {
  readonly address: { readonly host: string; readonly port: number } | undefined;
  /** Hex; a test key that protects nothing. */
  readonly terminalPinKey: string | undefined;
}

/**
 * Terminals that the sandbox's switch knows. The first is the command line's own: the sandbox pays with the
 * others, and two writers of one terminal would not agree on its batch.
 */
export const sandboxTerminals = [
  { terminalId: 'CLI00001', acceptorId: 'CHIPSWITCH00003', merchantName: 'CHIPSWITCH COUNTER' },
  { terminalId: 'SBX00001', acceptorId: 'CHIPSWITCH00001', merchantName: 'CHIPSWITCH BAKERY' },
  { terminalId: 'SBX00002', acceptorId: 'CHIPSWITCH00002', merchantName: 'CHIPSWITCH BOOKS' },
] as const;

/** Reads the sandbox's files. */
export function sandboxFacts(from: Surroundings): SandboxFacts {
  const folder = join(chipswitchFolder(from), 'sandbox');
  const config = readJson(join(folder, 'switch.json')) as
    | { listen?: { host?: string; port?: number } }
    | null
    | undefined;
  const keys = readJson(join(folder, 'keys.json')) as
    | { terminalPinKey?: string }
    | null
    | undefined;
  const { host, port } = config?.listen ?? {};
  return {
    address: typeof port === 'number' && port > 0 ? { host: host ?? '127.0.0.1', port } : undefined,
    terminalPinKey: keys?.terminalPinKey,
  };
}
