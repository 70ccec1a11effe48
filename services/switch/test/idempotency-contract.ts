// What every idempotency fast path must do, run against each implementation.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdempotencyStore } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';

/** The suite. */
export function idempotencyContract(name: string, storeOf: () => IdempotencyStore): void {
  const key = (text: string): string => `${name}/${process.pid}/${text}`;
  describe(`idempotency fast path: ${name}`, () => {
    it('lets the first in and has seen the others', async () => {
      const claims = await Promise.all(
        Array.from({ length: 20 }, () => storeOf().claim(key('many'), 10_000)),
      );
      expect(claims.filter((claim) => claim === 'fresh')).toHaveLength(1);
      expect(claims.filter((claim) => claim === 'seen')).toHaveLength(19);
    });
    it('forgets a key after its time', async () => {
      expect(await storeOf().claim(key('short'), 30)).toBe('fresh');
      expect(await storeOf().claim(key('short'), 30)).toBe('seen');
      await sleep(60);
      expect(await storeOf().claim(key('short'), 30)).toBe('fresh');
    });
  });
}
