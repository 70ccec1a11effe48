// The connection to Redis for the nightly trigger: one server or a cluster, and never one that cannot serve.
import { SettingError } from '@chipswitch/program';
import { Cluster, Redis } from 'ioredis';

/** What the trigger talks to. */
export type RedisConnection = Redis | Cluster;

function infoValue(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

async function infoOf(redisUrl: string): Promise<string> {
  const asked = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let said: Error | undefined;
  asked.on('error', (error) => {
    said = error;
  });
  try {
    await asked.connect();
    return await asked.info();
  } catch (error) {
    // The event says why (refused, no such host); the promise only that there is no connection.
    throw said ?? error;
  } finally {
    asked.disconnect();
  }
}

/**
 * Opens a connection that can carry the queue.
 *
 * @param prefix of every key; in a cluster all keys must lie in one slot, which a hash tag brings about.
 * @throws SettingError for a server that can never do; what the driver throws when it does not answer.
 */
export async function connectRedis(redisUrl: string, prefix: string): Promise<RedisConnection> {
  const info = await infoOf(redisUrl);
  const readOnly = infoValue(info, 'slave_read_only') === '1';
  if (infoValue(info, 'role') === 'slave' && readOnly) {
    throw new SettingError('REDIS_URL', 'is a read-only replica: give its primary');
  }
  const options = { maxRetriesPerRequest: null };
  if (infoValue(info, 'redis_mode') !== 'cluster') return new Redis(redisUrl, options);
  if (!/\{[^}]+\}/.test(prefix)) {
    const problem = `is a cluster: the prefix "${prefix}" needs a hash tag, as in "{${prefix}}"`;
    throw new SettingError('REDIS_URL', problem);
  }
  const { hostname, port, username, password, protocol } = new URL(redisUrl);
  return new Cluster([{ host: hostname, port: Number(port === '' ? 6379 : port) }], {
    redisOptions: {
      ...options,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}
