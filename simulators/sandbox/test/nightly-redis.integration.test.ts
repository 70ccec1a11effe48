// The nightly trigger on Redis servers that cannot serve it as they are: a cluster, a replica, none at all.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agreeOnCalendar } from '@chipswitch/ledger/postgres';
import { type NightlyTerms, migrateSettlement, startNightly } from '@chipswitch/settlement';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../src/free-port.ts';
import { type RedisServer, startRedis } from '../src/redis-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightly-'));
const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
const main = fileURLToPath(new URL('../../../services/settlement/src/main.ts', import.meta.url));
const servers: RedisServer[] = [];
const start = async (name: string, ...flags: string[]): Promise<RedisServer | undefined> => {
  const server = await startRedis(join(folder, name), flags);
  if (server !== undefined) servers.push(server);
  return server;
};
const primary = await start('primary');
const where = primary === undefined ? ' (skipped: no redis-server on this machine)' : '';
const portOf = (server: RedisServer): string => new URL(server.url).port;

async function command(server: RedisServer, ...words: [string, ...string[]]): Promise<void> {
  const client = new Redis(server.url);
  await client.call(...words);
  await client.quit();
}

const terms = (redisUrl: string, prefix?: string): NightlyTerms => ({
  redisUrl,
  terms: () => Promise.resolve({ timeZone: 'UTC', cutOff: '24:00' }),
  ...(prefix === undefined ? {} : { prefix }),
});

beforeAll(async () => {
  const pool = new Pool({ connectionString: databaseUrl });
  await migrateSettlement(pool);
  const utc = { timeZone: 'UTC', cutOff: '24:00:00' };
  await agreeOnCalendar(pool, utc, { nowMs: Date.now(), writtenBy: 'test' });
  await pool.end();
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true });
});

function nightly(redisUrl: string): Promise<{ code: number | null; err: string }> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, 'nightly'], { env }, (_fault, _out, err) => {
      resolve({ code: child.exitCode, err });
    });
  });
}

describe.skipIf(primary === undefined)(`R40 = R41: nightly${where}`, () => {
  it('runs on a cluster, all keys in one slot', async () => {
    const bus = ['--cluster-port', String(await freePort()), '--cluster-announce-ip', '127.0.0.1'];
    const cluster = await start('cluster', '--cluster-enabled', 'yes', ...bus);
    await command(cluster!, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    const state = async (): Promise<string> => {
      const client = new Redis(cluster!.url);
      const info = String(await client.call('CLUSTER', 'INFO'));
      await client.quit();
      return info;
    };
    await expect.poll(state, { timeout: 10_000 }).toContain('cluster_state:ok');
    const faults: string[] = [];
    let runs = 0;
    const run = (): Promise<boolean> => {
      runs++;
      return Promise.resolve(true);
    };
    const trigger = await startNightly(terms(cluster!.url), run, (f) => faults.push(f.message));
    await trigger.runNow();
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(1);
    await trigger.close();
    expect(faults).toEqual([]);
    const untagged = startNightly(terms(cluster!.url, 'bare'), run, () => undefined);
    await expect(untagged).rejects.toThrow('is a cluster: the prefix "bare" needs a hash tag');
  });
  it('ends with exit code 2 and one line on a read-only replica', async () => {
    const replica = await start('replica', '--replicaof', '127.0.0.1', portOf(primary!));
    expect(await nightly(replica!.url)).toEqual({
      code: 2,
      err: 'settlement: REDIS_URL: is a read-only replica: give its primary\n',
    });
  });
  it('ends when its server is made a replica while it runs, with one line on the way', async () => {
    const demoted = await start('demoted');
    const faults: string[] = [];
    const trigger = await startNightly(
      terms(demoted!.url),
      () => Promise.resolve(true),
      (fault) => faults.push(fault.message),
    );
    await command(demoted!, 'REPLICAOF', '127.0.0.1', portOf(primary!));
    await trigger.runNow().catch((fault: Error) => expect(fault.message).toContain('READONLY'));
    await expect(trigger.ended).rejects.toThrow('is a read-only replica');
    expect(faults).toHaveLength(1);
    await trigger.close();
  });
});
