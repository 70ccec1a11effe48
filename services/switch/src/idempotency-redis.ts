// The idempotency fast path in Redis, shared by all switch processes.
import { type IdempotencyStore } from '@chipswitch/transaction';
import { connectRedis } from './redis-connection.ts';

/** What the store is made of. */
export interface RedisIdempotencyOptions {
  /** One server, Sentinels or a cluster, as `readRedisAddress` reads it. */
  readonly url: string;
  /** Longest time a payment waits for Redis before going on without. */
  readonly answerMs: number;
  /** Told about failures, once a minute at the most; error texts of the driver hold no key. */
  readonly onFault: (fault: Error) => void;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
}

// What belongs to one key lies in one slot of a cluster.
const nameOf = (key: string): string => `chipswitch:key:{${key}}`;
const faultsInARow = 3;
const leaveAloneMs = 5_000;
const tellEveryMs = 60_000;

/** Tells the first fault, then one a minute with how many there were. */
function oncePerMinute(tell: (fault: Error) => void, nowMs: () => number): (fault: Error) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (fault) => {
    if (nowMs() - toldMs < tellEveryMs) {
      untold++;
      return;
    }
    toldMs = nowMs();
    tell(untold === 0 ? fault : new Error(`${fault.message} (${untold} more before)`));
    untold = 0;
  };
}

/** Connects; the store works from the start and says `unavailable` until Redis is there. */
export function createRedisIdempotency(options: RedisIdempotencyOptions): IdempotencyStore {
  const { answerMs, nowMs = () => performance.now() } = options;
  const onFault = oncePerMinute(options.onFault, nowMs);
  const redis = connectRedis(options.url, answerMs);
  redis.on('error', onFault);
  // After a few faults in a row no payment waits for it: it is left alone for a while, then one asks again, over
  // a new connection: the old one may lead nowhere without ever being reset.
  let faults = 0;
  let askAgainMs = Number.NEGATIVE_INFINITY;
  const isLeftAlone = (): boolean => {
    if (faults < faultsInARow) return false;
    if (nowMs() < askAgainMs) return true;
    askAgainMs = nowMs() + leaveAloneMs;
    return false;
  };
  return {
    claim: async (key, ttlMs) => {
      if (isLeftAlone()) return 'unavailable';
      try {
        const set = await redis.set(nameOf(key), '1', 'PX', ttlMs, 'NX');
        faults = 0;
        return set === null ? 'seen' : 'fresh';
      } catch (error) {
        if (++faults === faultsInARow) askAgainMs = nowMs() + leaveAloneMs;
        if (faults % faultsInARow === 0 && redis.status === 'ready') redis.disconnect(true);
        onFault(error instanceof Error ? error : new Error('redis failed'));
        return 'unavailable';
      }
    },
    close: async () => redis.disconnect(),
  };
}
