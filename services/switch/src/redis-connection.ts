// A connection to Redis that never keeps a payment waiting: it answers in time or fails, and comes back by itself.
import { given } from '@chipswitch/bytes';
import { type RedisAddress, readRedisAddress } from '@chipswitch/program';
import { Cluster, Redis } from 'ioredis';

/** One server, the primary of Sentinels, or a cluster. */
export type RedisConnection = Redis | Cluster;

const retryMs = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 2_000);

function optionsOf(address: Exclude<RedisAddress, { kind: 'single' }>) {
  const { isTls, username, password } = address;
  return { ...given({ username, password }), ...(isTls ? { tls: {} } : {}) };
}

/**
 * Connects.
 *
 * @param answerMs longest time that a command takes.
 * @throws SettingError for an address that is none.
 */
export function connectRedis(url: string, answerMs: number): RedisConnection {
  const address = readRedisAddress('REDIS_URL', url);
  const options = {
    commandTimeout: answerMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A primary that has become a replica: the Sentinels, or the name, say who is primary now.
    reconnectOnError: ({ message }: Error) => message.startsWith('READONLY'),
  };
  switch (address.kind) {
    case 'single':
      return new Redis(address.url, { ...options, retryStrategy: retryMs });
    case 'sentinel':
      return new Redis({
        ...options,
        ...optionsOf(address),
        ...given({ sentinelPassword: address.sentinelPassword }),
        sentinels: [...address.nodes],
        name: address.name,
        db: address.database,
        enableTLSForSentinelMode: address.isTls,
        retryStrategy: retryMs,
        sentinelRetryStrategy: retryMs,
      });
    case 'cluster':
      return new Cluster([...address.nodes], {
        enableOfflineQueue: false,
        clusterRetryStrategy: retryMs,
        redisOptions: { ...options, ...optionsOf(address) },
      });
  }
}
