// Servers for the integration tests, once a run: DATABASE_URL / REDIS_URL, else containers where a Docker
// engine answers, else our own.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres, stopLeftover } from '../src/postgres-server.ts';
import { startRedis } from '../src/redis-server.ts';
import { dockerAnswers, startContainers } from './vitest-containers.ts';

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

interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly stop: () => Promise<void>;
}

async function startLocal(own: string): Promise<Servers> {
  const given = process.env['DATABASE_URL'];
  const postgres = given === undefined ? await startPostgres(join(own, 'postgres')) : undefined;
  const givenRedis = process.env['REDIS_URL'];
  const redis = givenRedis === undefined ? await startRedis(join(own, 'redis')) : undefined;
  return {
    databaseUrl: given ?? postgres?.url ?? '',
    redisUrl: givenRedis ?? redis?.url,
    stop: async () => {
      await postgres?.stop();
      await redis?.stop();
    },
  };
}

/** Starts what is not given; the test files find the addresses in their environment. */
export async function setup(): Promise<() => Promise<void>> {
  await clearDeadRuns();
  const own = join(folder, `${prefix}${process.pid}`);
  const nothingGiven =
    process.env['DATABASE_URL'] === undefined && process.env['REDIS_URL'] === undefined;
  const servers: Servers =
    nothingGiven && (await dockerAnswers()) ? await startContainers() : await startLocal(own);
  process.env['CHIPSWITCH_TEST_SERVER_URL'] = servers.databaseUrl;
  if (servers.redisUrl !== undefined) process.env['CHIPSWITCH_TEST_REDIS_URL'] = servers.redisUrl;
  else if (process.env['REQUIRE_SERVERS'] === '1') {
    throw new Error(
      'REQUIRE_SERVERS=1, but there is no Redis: install redis-server or set REDIS_URL',
    );
  }
  return async () => {
    await servers.stop();
    rmSync(own, { recursive: true, force: true });
  };
}
