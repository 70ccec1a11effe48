// A switch process whose database hangs: behind a proxy that swallows everything, or stopped by SIGSTOP.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Acquirer, HostBook, openAcquirer } from '@chipswitch/acquirer';
import { TerminalLink } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProcess, startProcess } from '../src/child-process.ts';
import { type PostgresServer, startPostgres } from '../src/postgres-server.ts';
import { configOf, openIssuers, purchase, terminalPinKey, zonePinKey } from './switch-stand.ts';
import { type TcpProxy, openTcpProxy } from './tcp-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
const book = new HostBook();
let server: PostgresServer;
let proxy: TcpProxy;
let acquirer: Acquirer;
let pool: Pool;
let running: RunningProcess<{ readonly port: number }>;

beforeAll(async () => {
  // A server of its own: it is stopped, and nobody else may be.
  server = await startPostgres(join(folder, 'postgres'));
  const direct = new URL(server.url);
  proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(direct.port) });
  pool = new Pool({ connectionString: server.url });
  pool.on('error', () => undefined); // The server is stopped under it.
  const key = (id: string, hex: string) => ({ id, usage: 'P0', algorithm: '2TDEA', hex });
  const keyFile = join(folder, 'keys.json');
  writeFileSync(
    keyFile,
    JSON.stringify({
      allowClearKeysInProcess: true,
      keys: [key('tpk', terminalPinKey), key('zpk', zonePinKey)],
      panHmacKey: '01'.repeat(32),
      panDataKey: '02'.repeat(32),
    }),
    { mode: 0o600 },
  );
  acquirer = await openAcquirer({
    name: 'acquirer-a',
    dialect: 'iso1987Ascii',
    port: 0,
    lateMs: 900,
    issuers: openIssuers(),
    book,
  });
  const config = configOf({ listen: { terminalMs: 3_000 } }, acquirer.port) as object;
  const file = join(folder, 'switch.json');
  writeFileSync(file, JSON.stringify({ ...config, security: { kind: 'soft', keyFile } }));
  const through = new URL(server.url);
  through.port = String(proxy.port);
  running = await startProcess({
    name: 'frozen',
    script: new URL('../../../services/switch/src/main.ts', import.meta.url),
    args: [file],
    env: { DATABASE_URL: through.href },
    logFile: join(folder, 'switch.log'),
  });
});
afterAll(async () => {
  await running.kill();
  await acquirer.close();
  await pool.end();
  await proxy.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const dial = (): TerminalLink => new TerminalLink({ host: '127.0.0.1', port: running.ready.port });

async function codeOf(message: IsoMessage): Promise<string> {
  const link = dial();
  const result = await link.exchange(message, 20_000);
  link.close();
  return result.ok ? (textOf(result.message, 39) ?? '') : result.error.code;
}

/** Every payment has come to an end, and the host's book holds only what the terminals were told. */
async function untilClosed(): Promise<void> {
  const open = `select count(*)::int as open from payment
    where state not in ('ANSWERED', 'REVERSED', 'REFUSED', 'DECLINED')`;
  await expect
    .poll(async () => (await pool.query(open)).rows[0], { timeout: 50_000, interval: 200 })
    .toEqual({ open: 0 });
}

function live(): number {
  const of = (effect: string) => book.entries.filter((entry) => entry.effect === effect).length;
  return of('approved') - of('reversed');
}

describe('R37 = A2: a database that hangs', { timeout: 120_000 }, () => {
  it.each(['connections that go silent', 'a server that is stopped'])(
    '%s: closed or 96 within the terminal’s time; taken up without a restart when it heals',
    async (how) => {
      const isSilence = how.startsWith('connections');
      const before = live();
      expect(await codeOf(purchase(51_000))).toBe('00');
      expect(live()).toBe(before + 1);
      // Approved by the host after 400 ms: the freeze meets one payment before its opening, one at its host.
      const [pidLine] = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split(
        '\n',
      );
      const backends = (await pool.query<{ pid: number }>('select pid from pg_stat_activity')).rows;
      const pids = [Number(pidLine), ...backends.map(({ pid }) => pid)];
      const slow = codeOf(purchase(900_104));
      await sleep(50);
      if (isSilence) proxy.goSilent('all');
      else for (const pid of pids) process.kill(pid, 'SIGSTOP');
      const codes = await Promise.all([slow, codeOf(purchase(51_100)), codeOf(purchase(51_200))]);
      for (const code of codes) expect(['link-lost', '96', '91']).toContain(code);
      await sleep(8_000);
      if (isSilence) proxy.heal();
      else for (const pid of pids) process.kill(pid, 'SIGCONT');
      await untilClosed();
      expect(live()).toBe(before + 1);
      await expect.poll(() => codeOf(purchase(51_300)), { timeout: 20_000 }).toBe('00');
    },
  );
});
