// Servers for the integration tests, once a run: DATABASE_URL / REDIS_URL, else our own.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres, stopLeftover } from './postgres-server.ts';
import { startRedis } from './redis-server.ts';

const folder = fileURLToPath(new URL('../../../.chipswitch/test/', import.meta.url));
const prefix = 'run-';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Runs beside each other have folders of their own; those of killed runs are cleared away.
async function clearDeadRuns(): Promise<void> {
  const runs = existsSync(folder) ? readdirSync(folder) : [];
  for (const run of runs) {
    if (!run.startsWith(prefix) || isAlive(Number(run.slice(prefix.length)))) continue;
    await stopLeftover(join(folder, run, 'postgres'));
    rmSync(join(folder, run), { recursive: true, force: true });
  }
}

/** Starts what is not given; the test files find the addresses in their environment. */
export async function setup(): Promise<() => Promise<void>> {
  await clearDeadRuns();
  const own = join(folder, `${prefix}${process.pid}`);
  const stops: (() => Promise<void>)[] = [];
  if (process.env['DATABASE_URL'] === undefined) {
    const server = await startPostgres(join(own, 'postgres'));
    stops.push(server.stop);
    process.env['CHIPSWITCH_TEST_SERVER_URL'] = server.url;
  } else process.env['CHIPSWITCH_TEST_SERVER_URL'] = process.env['DATABASE_URL'];
  const redisUrl = process.env['REDIS_URL'];
  const redis = redisUrl === undefined ? await startRedis(join(own, 'redis')) : undefined;
  if (redis !== undefined) stops.push(redis.stop);
  const url = redisUrl ?? redis?.url;
  if (url !== undefined) process.env['CHIPSWITCH_TEST_REDIS_URL'] = url;
  else if (process.env['REQUIRE_SERVERS'] === '1') {
    throw new Error(
      'REQUIRE_SERVERS=1, but there is no Redis: install redis-server or set REDIS_URL',
    );
  }
  return async () => {
    for (const stop of stops) await stop();
    rmSync(own, { recursive: true, force: true });
  };
}
