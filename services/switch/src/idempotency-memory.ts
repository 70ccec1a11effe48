// The idempotency fast path in this process: used where there is no Redis.
import type { IdempotencyStore } from '@chipswitch/transaction';

/**
 * Makes the store.
 *
 * @param keysMax keys remembered at the most; the oldest are forgotten first, which costs only speed.
 * @param nowMs a monotonic clock.
 */
export function createMemoryIdempotency(
  keysMax: number = 1_000_000,
  nowMs: () => number = () => performance.now(),
): IdempotencyStore {
  const seenUntil = new Map<string, number>();
  return {
    claim: async (key, ttlMs) => {
      const now = nowMs();
      const until = seenUntil.get(key);
      if (until !== undefined && until > now) return 'seen';
      seenUntil.delete(key);
      if (seenUntil.size >= keysMax) {
        const oldest = seenUntil.keys().next();
        if (oldest.done !== true) seenUntil.delete(oldest.value);
      }
      seenUntil.set(key, now + ttlMs);
      return 'fresh';
    },
    close: async () => seenUntil.clear(),
  };
}
