// `node main.ts DATE [--json]` settles one day; `over` all days that are over; `nightly` waits for nights.
// Needs DATABASE_URL, BUSINESS_TIME_ZONE and BUSINESS_CUT_OFF; nightly needs REDIS_URL too.
// Exit codes: 0 settled, 1 blocked or failed, 2 a setting or argument, 4 the database is not there.
import { Pool } from 'pg';
import { settleDaysOver } from './catch-up.ts';
import { startNightly } from './nightly.ts';
import { reportLines } from './report.ts';
import {
  type SettlementResult,
  migrateSettlement,
  settleBusinessDay,
} from './settle-business-day.ts';
import { SettingError, type Settings, readSettings } from './settings.ts';

const usage = 'usage: main.ts DATE | over | nightly [--json]';

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
    'not-a-date': `${usage}; DATE is YYYY-MM-DD`,
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

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const [what, ...more] = args.filter((arg) => arg !== '--json');
  if (what === undefined || more.length > 0) throw new SettingError('arguments', usage);
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
    if (what !== 'over') return await settleOne(settings, pool, what, json);
    const parts = { pool, calendar: settings.calendar, nowMs: Date.now() };
    return print(await settleDaysOver(parts), json);
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`settlement: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof SettingError ? 2 : 4;
}
