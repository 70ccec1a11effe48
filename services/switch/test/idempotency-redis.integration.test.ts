// The contract against Redis, and what happens when Redis is gone.
import { afterAll, describe, expect, it } from 'vitest';
import { createRedisIdempotency } from '../src/index.ts';
import { idempotencyContract } from './idempotency-contract.ts';

const url = process.env['CHIPSWITCH_TEST_REDIS_URL'];

if (url === undefined) {
  describe('idempotency fast path: Redis', () => {
    it.skip('skipped: no redis-server on this machine and no REDIS_URL', () => undefined);
  });
} else {
  const store = createRedisIdempotency({ url, answerMs: 1_000, onFault: () => undefined });
  afterAll(() => store.close());
  // The first command may come before the connection stands: then the journal alone decides.
  it('gets ready', async () => {
    await expect
      .poll(() => store.claim(`ready-${process.pid}-${Math.random()}`, 1_000))
      .toBe('fresh');
  });
  idempotencyContract('Redis', () => store);
}

it('says unavailable, soon, when there is no Redis, and never throws', async () => {
  const faults: Error[] = [];
  const gone = createRedisIdempotency({
    url: 'redis://127.0.0.1:1',
    answerMs: 100,
    onFault: (fault) => faults.push(fault),
  });
  expect(await gone.claim('key', 1_000)).toBe('unavailable');
  await gone.close();
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.map(String).join()).not.toContain('chipswitch:key');
});
