// Switch processes on one database and one host simulator, for tests that kill them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Acquirer, HostBook, openAcquirer } from '@chipswitch/acquirer';
import { TerminalLink } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { Pool } from 'pg';
import { type RunningProcess, startProcess } from '../src/child-process.ts';
import {
  type StandOptions,
  configOf,
  openIssuers,
  terminalPinKey,
  zonePinKey,
} from './switch-stand.ts';

export type SwitchProcess = RunningProcess<{ readonly port: number }>;

/** How a process is started. */
export interface ProcessOptions extends Pick<StandOptions, 'answerMs' | 'listen' | 'host'> {
  readonly instance: string;
  readonly node: number;
  /** Settings over those of the stand. */
  readonly settings?: object;
  /** Environment over that of the stand. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The stand. */
export interface SwitchProcesses {
  readonly folder: string;
  readonly book: HostBook;
  readonly acquirer: Acquirer;
  /** Straight to the database. */
  readonly pool: Pool;
  readonly start: (options: ProcessOptions) => Promise<SwitchProcess>;
  readonly logOf: (instance: string) => string;
  readonly close: () => Promise<void>;
}

/** Opens a stand; what it starts and was not ended is killed when it closes. */
export async function openSwitchProcesses(databaseUrl: string): Promise<SwitchProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'switches-'));
  const keyFile = join(folder, 'keys.json');
  const key = (id: string, hex: string) => ({ id, usage: 'P0', algorithm: '2TDEA', hex });
  const keys = {
    allowClearKeysInProcess: true,
    keys: [key('tpk', terminalPinKey), key('zpk', zonePinKey)],
    panHmacKey: '01'.repeat(32),
    panDataKey: '02'.repeat(32),
  };
  writeFileSync(keyFile, JSON.stringify(keys), { mode: 0o600 });
  const book = new HostBook();
  const acquirer = await openAcquirer({
    name: 'acquirer-a',
    dialect: 'iso1987Ascii',
    port: 0,
    lateMs: 900,
    issuers: openIssuers(),
    book,
  });
  const pool = new Pool({ connectionString: databaseUrl });
  pool.on('error', () => undefined); // The server may be stopped under it.
  const running: SwitchProcess[] = [];
  const logFileOf = (instance: string): string => join(folder, `${instance}.log`);
  return {
    folder,
    book,
    acquirer,
    pool,
    start: async ({ node, settings, env, ...options }) => {
      const file = join(folder, `${options.instance}-${node}.json`);
      const config = configOf(options, acquirer.port) as object;
      const security = { kind: 'soft', keyFile };
      writeFileSync(file, JSON.stringify({ ...config, node, security, ...settings }));
      const started = await startProcess<{ readonly port: number }>({
        name: options.instance,
        script: new URL('../../../services/switch/src/main.ts', import.meta.url),
        args: [file],
        env: { DATABASE_URL: databaseUrl, ...env },
        logFile: logFileOf(options.instance),
      });
      running.push(started);
      return started;
    },
    logOf: (instance) => readFileSync(logFileOf(instance), 'utf8'),
    close: async () => {
      for (const one of running) await one.kill();
      await acquirer.close();
      await pool.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a terminal hears over a link of its own: a response code, or why there is none. */
export async function codeAt(
  { ready }: SwitchProcess,
  message: IsoMessage,
  ms: number = 20_000,
): Promise<string> {
  const link = new TerminalLink({ host: '127.0.0.1', port: ready.port });
  const result = await link.exchange(message, ms);
  link.close();
  return result.ok ? (textOf(result.message, 39) ?? '') : result.error.code;
}

/** Approvals in the host's book that are not reversed. */
export function liveEffects({ entries }: HostBook): number {
  const of = (effect: string) => entries.filter((entry) => entry.effect === effect).length;
  return of('approved') - of('reversed');
}
