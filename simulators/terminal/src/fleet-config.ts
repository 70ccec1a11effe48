// A fleet's configuration: how many devices on how many lines, with which cards, how fast.
import {
  type CardProfile,
  type ProfileError,
  type ProfileName,
  ProfileReader,
  profileNames,
  profiles,
} from '@chipswitch/card';
import { type TerminalProfile, parseTerminalProfile } from './profile.ts';

/** A fleet as a process is started with. */
export interface FleetConfig {
  readonly host: string;
  readonly port: number;
  /** Connections the devices share. */
  readonly connections: number;
  readonly terminals: readonly TerminalProfile[];
  readonly cards: readonly CardProfile[];
  readonly interface: 'contact' | 'contactless';
  /** Test keys, hex. */
  readonly pinKey: string;
  readonly ratePerSecond: number;
  readonly payments: number;
  readonly amountMinor: { readonly least: number; readonly most: number };
  readonly seed: number;
  readonly closeBatches: boolean;
}

/** The configuration, or every error found in it. */
export type FleetConfigResult =
  | { readonly ok: true; readonly config: FleetConfig }
  | { readonly ok: false; readonly errors: readonly ProfileError[] };

/** Devices numbered from 1: the number replaces the last digits of the first one's id. */
function numbered(profile: TerminalProfile, count: number): TerminalProfile[] {
  return Array.from({ length: count }, (_, i) => {
    const digits = String(i + 1).padStart(5, '0');
    return { ...profile, terminalId: profile.terminalId.slice(0, 3) + digits };
  });
}

/**
 * Checks a fleet's configuration.
 *
 * @param source parsed JSON: `host`, `port`, `connections`, `terminal` (a profile), `terminals` (how
 * many), `cards` (profile names), `interface`, `pinKey`, `ratePerSecond`, `payments`,
 * `amountMinor.least` and `.most`, `seed`, `closeBatches`
 */
export function parseFleetConfig(source: unknown): FleetConfigResult {
  const errors: ProfileError[] = [];
  const reader = ProfileReader.of(source, errors);
  if (errors.length > 0) return { ok: false, errors };
  const terminal = parseTerminalProfile((source as { terminal?: unknown }).terminal);
  if (!terminal.ok) {
    for (const error of terminal.errors) {
      errors.push({ code: error.code, path: `terminal > ${error.path}`.replace(/ > $/, '') });
    }
  }
  const count = reader.whole('terminals', [1, 10_000], 1);
  const cards = reader.words<ProfileName>('cards', profileNames, ['visa-cvn18']);
  const amounts = reader.child('amountMinor', false);
  const config: FleetConfig = {
    host: reader.text('host', '127.0.0.1'),
    port: reader.whole('port', [1, 65_535]),
    connections: reader.whole('connections', [1, 1_000], 1),
    terminals: terminal.ok ? numbered(terminal.profile, count) : [],
    cards: cards.map((name) => profiles[name]),
    interface: reader.word('interface', ['contact', 'contactless'] as const, 'contact'),
    pinKey: reader.hex('pinKey', [16, 16]),
    ratePerSecond: reader.whole('ratePerSecond', [1, 100_000], 10),
    payments: reader.whole('payments', [1, 100_000_000], 100),
    amountMinor: {
      least: amounts.whole('least', [1, 999_999_999_999], 10_000),
      most: amounts.whole('most', [1, 999_999_999_999], 50_000),
    },
    seed: reader.whole('seed', [0, 0xffff_ffff], 1),
    closeBatches: reader.flag('closeBatches', true),
  };
  return errors.length === 0 ? { ok: true, config } : { ok: false, errors };
}
