// The switch as a process: `node main.ts CONFIG.json`, with DATABASE_URL and, where there is one,
// REDIS_URL. A setting that cannot be used is one line on standard error and exit code 2.
import { fileURLToPath } from 'node:url';
import { createPostgresJournal, journalPoolOptions, migrate } from '@chipswitch/ledger/postgres';
import { commandLine, stopOnSignal } from '@chipswitch/program';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createBatchStore } from './batch-store.ts';
import { createCardVault } from './card-vault.ts';
import { ConfigError, readSwitchConfig } from './config.ts';
import type { LogLine } from './desk.ts';
import { createMemoryIdempotency } from './idempotency-memory.ts';
import { createRedisIdempotency } from './idempotency-redis.ts';
import { loadKeyFile } from './key-file.ts';
import { type Switch, createSwitch } from './switch.ts';

const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
const partitionsAheadDays = 8;

function requiredUrl(name: string): string {
  const value = process.env[name];
  if (value === undefined || !URL.canParse(value)) throw new ConfigError(name, 'must be a URL');
  return value;
}

async function openDatabase(url: string, log: (line: LogLine) => void): Promise<Pool> {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    ...journalPoolOptions,
  });
  pool.on('error', (error) => log({ event: 'problem', problem: `database: ${error.message}` }));
  try {
    await migrate(pool);
    await migrate(pool, 'switch', migrations);
    await pool.query(
      `select ensure_business_days(current_date - 1, current_date + ${partitionsAheadDays})`,
    );
    return pool;
  } catch (error) {
    await pool.end();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ConfigError('DATABASE_URL', cause instanceof Error ? cause.message : String(cause));
  }
}

/** Numbers go on where the last run ended, so that its late answers match nothing new. */
async function lastNumbers(
  pool: Pool,
  owner: string,
): Promise<{ firstTraceNumber: number; lastRetrievalReference?: string }> {
  const last = await pool.query<{ stan: string; reference: string }>(
    `select facts -> 'outgoing' ->> 'stan' as stan,
       facts -> 'outgoing' ->> 'retrievalReference' as reference
     from payment where owner = $1 and host is not null order by payment_id desc limit 1`,
    [owner],
  );
  const [row] = last.rows;
  if (row === undefined) return { firstTraceNumber: 1 };
  const firstTraceNumber = (Number(row.stan) % 999_999) + 1;
  return { firstTraceNumber, lastRetrievalReference: row.reference };
}

async function start(log: (line: LogLine) => void): Promise<() => Promise<void>> {
  const { words } = commandLine({
    name: 'switch',
    usage: [
      'node services/switch/src/main.ts CONFIG',
      'The switch; DATABASE_URL and, where there is one, REDIS_URL in the environment.',
    ],
    options: {},
    argumentsMax: 1,
  });
  const [path] = words;
  if (path === undefined) throw new ConfigError('CONFIG', 'give the configuration file');
  const config = readSwitchConfig(path);
  const { security, keys, vaultKeys } = loadKeyFile(config.keyFile);
  const vault = createCardVault(vaultKeys);
  const pool = await openDatabase(requiredUrl('DATABASE_URL'), log);
  const redisUrl = process.env['REDIS_URL'];
  const onFault = (fault: Error): void =>
    log({ event: 'problem', problem: `redis: ${fault.message}` });
  const idempotency =
    redisUrl === undefined
      ? createMemoryIdempotency()
      : createRedisIdempotency({ url: requiredUrl('REDIS_URL'), answerMs: 250, onFault });
  const journal = createPostgresJournal({
    pool,
    onFault: (fault) => log({ event: 'problem', problem: `journal: ${fault.message}` }),
  });
  let running: Switch;
  try {
    running = await createSwitch({
      config,
      journal,
      batches: createBatchStore(pool),
      idempotency,
      security,
      keys,
      vault,
      log,
      ...(await lastNumbers(pool, config.instance)),
    });
  } catch (error) {
    await idempotency.close();
    await pool.end();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new ConfigError('config.listen.port', message);
  }
  await running.untilLinksUp(5_000);
  const status = running.status();
  log({
    event: 'ready',
    port: running.port,
    tlsPort: running.tlsPort,
    links: status.links,
    securityModule: 'soft (clear keys in this process: for test and development)',
    idempotency: redisUrl === undefined ? 'in this process' : 'redis',
    recovered: status.counters.recovered,
  });
  process.send?.({ type: 'ready', port: running.port, tlsPort: running.tlsPort });
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'status') process.send?.({ type: 'status', status: running.status() });
  });
  return async () => {
    await running.close();
    log({ event: 'stopped', ...running.status() });
    await idempotency.close();
    await pool.end();
  };
}

const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
const log = (line: LogLine): void => logger.info(line);

try {
  stopOnSignal('switch', await start(log));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`switch: ${error.message}`);
  process.exit(2);
}
