// The idempotency fast path on a Redis with Sentinels and on a cluster, real servers that fail over.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedisIdempotency } from '@chipswitch/switch';
import type { IdempotencyStore } from '@chipswitch/transaction';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../src/free-port.ts';
import { type RedisServer, startRedis } from '../src/redis-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'topologies-'));
const closes: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true });
});

async function start(name: string, ...flags: string[]): Promise<RedisServer | undefined> {
  const server = await startRedis(join(folder, name), flags);
  if (server !== undefined) closes.push(server.stop);
  return server;
}

const primary = await start('primary');
const where = primary === undefined ? ' (skipped: no redis-server on this machine)' : '';
const portOf = ({ url }: RedisServer): string => new URL(url).port;

async function call(server: RedisServer, ...words: [string, ...string[]]): Promise<string> {
  const client = new Redis(server.url);
  const said = await client.call(...words);
  client.disconnect();
  return String(said);
}

function storeOf(url: string): IdempotencyStore {
  const store = createRedisIdempotency({ url, answerMs: 2_000, onFault: () => undefined });
  closes.push(() => store.close());
  return store;
}

let count = 0;
const nextKey = (): string => `M1/T1/${count++}`;

describe.skipIf(primary === undefined)(`Redis with Sentinels${where}`, { timeout: 60_000 }, () => {
  it('is asked at the primary, and at the next one once the first is dead', async () => {
    const first = primary!;
    const replica = await start('replica', '--replicaof', '127.0.0.1', portOf(first));
    mkdirSync(join(folder, 'sentinel'));
    const file = join(folder, 'sentinel', 'sentinel.conf');
    appendFileSync(
      file,
      [
        `sentinel monitor main 127.0.0.1 ${portOf(first)} 1`,
        'sentinel down-after-milliseconds main 500',
        'sentinel failover-timeout main 3000',
        '',
      ].join('\n'),
    );
    const sentinel = await startRedis(join(folder, 'sentinel'), [], file);
    closes.push(sentinel!.stop);
    const replicas = (): Promise<string> => call(sentinel!, 'SENTINEL', 'REPLICAS', 'main');
    await expect.poll(replicas, { timeout: 30_000 }).toContain(portOf(replica!));
    const store = storeOf(`redis-sentinel://127.0.0.1:${portOf(sentinel!)}#main`);
    await expect.poll(() => store.claim(nextKey(), 60_000), { timeout: 10_000 }).toBe('fresh');
    const known = nextKey();
    expect(await store.claim(known, 60_000)).toBe('fresh');
    expect(await store.claim(known, 60_000)).toBe('seen');
    await first.stop();
    await expect.poll(() => store.claim(nextKey(), 60_000), { timeout: 40_000 }).toBe('fresh');
    expect(await call(replica!, 'ROLE')).toContain('master');
  });
});

describe.skipIf(primary === undefined)(`a Redis cluster${where}`, { timeout: 60_000 }, () => {
  it('is asked at whichever node has the key', async () => {
    const cluster = async (name: string): Promise<RedisServer> => {
      const bus = [
        '--cluster-port',
        String(await freePort()),
        '--cluster-announce-ip',
        '127.0.0.1',
      ];
      return (await start(name, '--cluster-enabled', 'yes', ...bus))!;
    };
    const nodes = [await cluster('node-1'), await cluster('node-2')];
    await call(nodes[0], 'CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
    await call(nodes[1], 'CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
    const bus = await call(nodes[1], 'CONFIG', 'GET', 'cluster-port');
    await call(nodes[0], 'CLUSTER', 'MEET', '127.0.0.1', portOf(nodes[1]), bus.split(',')[1]);
    for (const node of nodes) {
      await expect
        .poll(() => call(node, 'CLUSTER', 'INFO'), { timeout: 20_000 })
        .toMatch(/cluster_state:ok[^]*cluster_known_nodes:2/);
    }
    const store = storeOf(`redis-cluster://127.0.0.1:${portOf(nodes[0])}`);
    await expect.poll(() => store.claim(nextKey(), 60_000), { timeout: 20_000 }).toBe('fresh');
    const keys = Array.from({ length: 40 }, nextKey);
    const claims = (): Promise<string[]> =>
      Promise.all(keys.map((key) => store.claim(key, 60_000)));
    expect(new Set(await claims())).toEqual(new Set(['fresh']));
    expect(new Set(await claims())).toEqual(new Set(['seen']));
    for (const node of nodes) expect(Number(await call(node, 'DBSIZE'))).toBeGreaterThan(0);
  });
});
