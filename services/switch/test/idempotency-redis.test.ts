// The Redis fast path when Redis is there and says nothing.
import { once } from 'node:events';
import { type Socket, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRedisIdempotency } from '../src/idempotency-redis.ts';

const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
});

interface FakeRedis {
  readonly port: number;
  readonly sets: () => number;
  readonly connections: () => number;
  speaks: boolean;
}

/** Answers the driver's greeting and, on connections that began while it spoke, every SET. */
async function openRedis(): Promise<FakeRedis> {
  let sets = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let isSilent = false;
    socket.on('error', () => undefined); // The driver hangs up.
    socket.on('data', (bytes) => {
      for (const [, name] of bytes.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g)) {
        if (name.toLowerCase() !== 'set') socket.write('$-1\r\n');
        else {
          sets++;
          // Half-open: a connection that fell silent stays so.
          isSilent ||= !redis.speaks;
          if (!isSilent) socket.write('+OK\r\n');
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closes.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const redis = { port, sets: () => sets, connections: () => connections, speaks: true };
  return redis;
}

describe('A11: a Redis that says nothing', () => {
  it('is asked a few times, then left alone, then asked once, over a connection of its own', async () => {
    const redis = await openRedis();
    const faults: string[] = [];
    let nowMs = 0;
    const store = createRedisIdempotency({
      url: `redis://127.0.0.1:${redis.port}`,
      answerMs: 40,
      onFault: ({ message }) => faults.push(message),
      nowMs: () => nowMs,
    });
    closes.push(() => store.close());
    await expect.poll(() => store.claim('first', 1_000), { timeout: 5_000 }).toBe('fresh');
    redis.speaks = false;
    nowMs += 60_000;
    const before = redis.sets();
    faults.length = 0;
    for (let i = 0; i < 20; i++) expect(await store.claim(`k${i}`, 1_000)).toBe('unavailable');
    expect(redis.sets() - before).toBe(3);
    // One line a minute, with how many there were.
    expect(faults.length).toBe(1);
    await expect.poll(redis.connections, { timeout: 5_000 }).toBeGreaterThan(1);
    nowMs += 5_001;
    expect(await Promise.all(['a', 'b'].map((key) => store.claim(key, 1_000)))).toEqual([
      'unavailable',
      'unavailable',
    ]);
    expect(redis.sets() - before).toBeLessThanOrEqual(4);
    expect(faults.length).toBe(1);
    nowMs += 60_000;
    expect(await store.claim('c', 1_000)).toBe('unavailable');
    expect(faults.length).toBe(2);
    expect(faults[1]).toContain('3 more before');
    redis.speaks = true;
    const claimLater = (): ReturnType<typeof store.claim> => {
      nowMs += 5_001;
      return store.claim(`later ${nowMs}`, 1_000);
    };
    await expect.poll(claimLater, { timeout: 5_000 }).toBe('fresh');
    expect(await store.claim('e', 1_000)).toBe('fresh');
  });
});
