// A switch process whose database hangs: behind a proxy that swallows everything, or stopped by SIGSTOP.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IsoMessage } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../src/postgres-server.ts';
import {
  type SwitchProcess,
  type SwitchProcesses,
  codeAt,
  liveEffects,
  openSwitchProcesses,
} from './switch-processes.ts';
import { purchase } from './switch-stand.ts';
import { type TcpProxy, openTcpProxy } from './tcp-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
let server: PostgresServer;
let proxy: TcpProxy;
let stand: SwitchProcesses;
let running: SwitchProcess;

beforeAll(async () => {
  // A server of its own: it is stopped, and nobody else may be.
  server = await startPostgres(join(folder, 'postgres'));
  proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  stand = await openSwitchProcesses(server.url);
  const through = new URL(server.url);
  through.port = String(proxy.port);
  const env = { DATABASE_URL: through.href };
  running = await stand.start({
    instance: 'frozen',
    node: 1,
    answerMs: 2_000,
    listen: { terminalMs: 3_000 },
    env,
  });
});
afterAll(async () => {
  await stand.close();
  await proxy.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const codeOf = (message: IsoMessage): Promise<string> => codeAt(running, message);

// First the process that would start others, then those there are.
async function stopServer(): Promise<number[]> {
  const file = join(folder, 'postgres', 'postmaster.pid');
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
  await stand.pool.query('select 1');
  process.kill(postmaster, 'SIGSTOP');
  const sql = 'select pid from pg_stat_activity';
  const backends = (await stand.pool.query<{ pid: number }>(sql)).rows.map(({ pid }) => pid);
  for (const pid of backends) process.kill(pid, 'SIGSTOP');
  return [postmaster, ...backends];
}

/** Every payment has come to an end, and the host's book holds only what the terminals were told. */
async function untilClosed(): Promise<void> {
  const open = `select count(*)::int as open from payment
    where state not in ('ANSWERED', 'REVERSED', 'REFUSED', 'DECLINED')`;
  await expect
    .poll(async () => (await stand.pool.query(open)).rows[0], { timeout: 50_000, interval: 200 })
    .toEqual({ open: 0 });
}

const live = (): number => liveEffects(stand.book);

describe('R37 = A2: a database that hangs', { timeout: 120_000 }, () => {
  it.each(['connections that go silent', 'a server that is stopped'])(
    '%s: closed or 96 within the terminal’s time; taken up without a restart when it heals',
    async (how) => {
      const isSilence = how.startsWith('connections');
      const before = live();
      expect(await codeOf(purchase(51_000))).toBe('00');
      expect(live()).toBe(before + 1);
      // Approved by the host after a second and a half: the freeze meets one payment before its opening, one at its host.
      const slow = codeOf(purchase(900_115));
      await sleep(50);
      const pids = isSilence ? [] : await stopServer();
      if (isSilence) proxy.goSilent('all');
      const codes = await Promise.all([slow, codeOf(purchase(51_100)), codeOf(purchase(51_200))]);
      for (const code of codes) expect(['link-lost', '96', '91']).toContain(code);
      // A3: by now nobody else is kept waiting: what comes is refused at once, as nothing of it was tried.
      for (const amountMinor of [51_400, 51_500]) {
        expect(await codeOf(purchase(amountMinor))).toBe('96');
      }
      await sleep(8_000);
      if (isSilence) proxy.heal();
      else for (const pid of pids) process.kill(pid, 'SIGCONT');
      await untilClosed();
      expect(live()).toBe(before + 1);
      await expect.poll(() => codeOf(purchase(51_300)), { timeout: 20_000 }).toBe('00');
    },
  );
});
