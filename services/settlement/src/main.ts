// `node main.ts DATE [--json]` settles one day; `over` all days that are over; `nightly` waits for nights.
// `reconcile DATE SOURCE FILE` matches a source's clearing file with a settled day (`-` is standard input).
// Needs DATABASE_URL, BUSINESS_TIME_ZONE and BUSINESS_CUT_OFF; nightly needs REDIS_URL too.
// Exit codes: 0 settled or all matched, 1 blocked, failed or exceptions, 2 a setting or argument,
// 3 a clearing file that cannot be taken, 4 the database is not there.
import { createReadStream } from 'node:fs';
import { SettingError, commandLine } from '@chipswitch/program';
import { Pool } from 'pg';
import { settleDaysOver } from './catch-up.ts';
import { readClearingFile } from './clearing-file.ts';
import { startNightly } from './nightly.ts';
import { reconcileDay } from './reconcile-day.ts';
import { reconciliationLines, reportLines } from './report.ts';
import {
  type SettlementResult,
  migrateSettlement,
  settleBusinessDay,
} from './settle-business-day.ts';
import { type Settings, readSettings } from './settings.ts';

const usage = [
  'node services/settlement/src/main.ts DATE [--json]    settles one day, YYYY-MM-DD',
  '  … over [--json]                        settles all days that are over',
  '  … nightly [--json]                     stays and settles every night',
  '  … reconcile DATE SOURCE FILE [--json]  matches a clearing file with a settled day',
  'In the environment: DATABASE_URL, BUSINESS_TIME_ZONE, BUSINESS_CUT_OFF; REDIS_URL for nightly.',
];

function print(results: readonly SettlementResult[], json: boolean): number {
  for (const result of results) {
    if (json) console.log(JSON.stringify(result));
    else for (const line of reportLines(result)) console.log(line);
  }
  return results.every((result) => result.status === 'settled') ? 0 : 1;
}

async function settleOne(settings: Settings, pool: Pool, date: string, json: boolean) {
  const parts = { pool, calendar: settings.calendar, nowMs: Date.now() };
  const outcome = await settleBusinessDay(parts, date);
  if (outcome.ok) return print([outcome.result], json);
  const reason = {
    'not-a-date': 'must be YYYY-MM-DD',
    'day-not-over': `${date} is not over: the cut-off is at ${settings.cutOff} in ${settings.timeZone}`,
  }[outcome.error.code];
  throw new SettingError('DATE', reason);
}

async function nightly(settings: Settings, pool: Pool, json: boolean): Promise<void> {
  if (settings.redisUrl === undefined) throw new SettingError('REDIS_URL', 'is needed for nightly');
  const terms = { ...settings, redisUrl: settings.redisUrl };
  const run = async (): Promise<boolean> => {
    const nowMs = Date.now();
    return print(await settleDaysOver({ pool, calendar: settings.calendar, nowMs }), json) === 0;
  };
  const trigger = await startNightly(terms, run, (fault) => {
    console.error(`settlement: ${fault.message}`);
  });
  await trigger.runNow();
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await trigger.close();
}

/** A clearing file that cannot be taken. */
class FileError extends Error {}

const noAlarm = 'AWAITING_CLEARING';

async function reconcileFile(pool: Pool, args: readonly string[], json: boolean): Promise<number> {
  const [businessDate, source, path] = args;
  const input = path === '-' ? process.stdin : createReadStream(path);
  const file = await readClearingFile(input).catch((error: NodeJS.ErrnoException) => {
    throw new SettingError('FILE', `cannot be read (${error.code ?? error.name})`);
  });
  if (!file.ok) throw new FileError(`${path}, line ${file.error.line}: ${file.error.code}`);
  const { lines, sha256 } = file;
  const outcome = await reconcileDay(pool, { source, businessDate, lines, sha256 });
  if (!outcome.ok && outcome.error.code === 'other-file-taken') {
    throw new FileError(`${source} ${businessDate}: another file was taken for this day`);
  }
  if (!outcome.ok) throw new SettingError('DATE', outcome.error.code);
  const { result } = outcome;
  if (json) {
    const text = (_: string, value: unknown): unknown =>
      typeof value === 'bigint' ? String(value) : value;
    console.log(JSON.stringify(result, text));
  } else for (const line of reconciliationLines(result)) console.log(line);
  return result.exceptions.every((one) => one.code === noAlarm) ? 0 : 1;
}

async function main(): Promise<number> {
  const { values, words } = commandLine({
    name: 'settlement',
    usage,
    options: { json: { type: 'boolean', default: false } },
    argumentsMax: 4,
  });
  const { json } = values;
  const [what, ...more] = words;
  const wanted = what === 'reconcile' ? 3 : 0;
  if (what === undefined || more.length !== wanted) {
    throw new SettingError('arguments', 'give DATE, over, nightly or reconcile; --help tells more');
  }
  const settings = readSettings(process.env);
  const pool = new Pool({
    connectionString: settings.databaseUrl,
    max: 4,
    connectionTimeoutMillis: 5_000,
  });
  pool.on('error', (fault) => console.error(`settlement: database: ${fault.message}`));
  try {
    await migrateSettlement(pool);
    if (what === 'nightly') {
      await nightly(settings, pool, json);
      return 0;
    }
    if (what === 'reconcile') return await reconcileFile(pool, more, json);
    if (what !== 'over') return await settleOne(settings, pool, what, json);
    const parts = { pool, calendar: settings.calendar, nowMs: Date.now() };
    return print(await settleDaysOver(parts), json);
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`settlement: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof SettingError) process.exitCode = 2;
  else process.exitCode = error instanceof FileError ? 3 : 4;
}
