// The idempotency fast path in Redis, shared by all switch processes.
import { type IdempotencyStore } from '@chipswitch/transaction';
import { Redis } from 'ioredis';

/** What the store is made of. */
export interface RedisIdempotencyOptions {
  readonly url: string;
  /** Longest time a payment waits for Redis before going on without. */
  readonly answerMs: number;
  /** Told about every failure; error texts of the driver hold no key. */
  readonly onFault: (fault: Error) => void;
}

const prefix = 'chipswitch:key:';

/** Connects; the store works from the start and says `unavailable` until Redis is there. */
export function createRedisIdempotency(options: RedisIdempotencyOptions): IdempotencyStore {
  const { answerMs, onFault } = options;
  const redis = new Redis(options.url, {
    commandTimeout: answerMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  });
  redis.on('error', onFault);
  return {
    claim: async (key, ttlMs) => {
      try {
        const set = await redis.set(prefix + key, '1', 'PX', ttlMs, 'NX');
        return set === null ? 'seen' : 'fresh';
      } catch (error) {
        onFault(error instanceof Error ? error : new Error('redis failed'));
        return 'unavailable';
      }
    },
    close: async () => redis.disconnect(),
  };
}
