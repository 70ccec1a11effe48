// A real Redis of our own where the machine has the program; there is no npm package to fall back on.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '@chipswitch/program';
import { Redis } from 'ioredis';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A running server. */
export interface RedisServer {
  readonly url: string;
  readonly label: string;
  /** Ends when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

async function untilReady(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50 });
  client.on('error', () => undefined); // Refused until it listens; the loop below decides.
  const deadline = performance.now() + 10_000;
  void client.connect().catch(() => undefined);
  while (client.status !== 'ready') {
    if (performance.now() > deadline)
      throw new SettingError('REDIS_URL', 'redis-server does not answer');
    await sleep(20);
  }
  client.disconnect();
}

/**
 * Starts a private Redis in `folder` on a free loopback port, keeping nothing on disk.
 *
 * @param more flags of redis-server besides.
 * @param sentinelFile the configuration of a Sentinel: then it is one.
 * @returns undefined when the machine has no redis-server.
 */
export async function startRedis(
  folder: string,
  more: readonly string[] = [],
  sentinelFile?: string,
): Promise<RedisServer | undefined> {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const ofData = ['--save', '', '--appendonly', 'no'];
  const flags = [
    '--bind',
    '127.0.0.1',
    ...(sentinelFile === undefined ? ofData : ['--sentinel']),
    '--dir',
    folder,
    ...more,
  ];
  const child = spawn(
    program,
    [...(sentinelFile === undefined ? [] : [sentinelFile]), '--port', String(port), ...flags],
    {
      stdio: 'ignore',
      detached: true,
    },
  );
  const url = `redis://127.0.0.1:${port}`;
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await untilReady(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, label: `Redis on 127.0.0.1:${port} (local binary)`, ended, stop };
}
