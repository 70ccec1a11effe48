// `node main.ts DATE [--json]` settles one day; `over` all days that are over; `nightly` waits for nights.
// `reconcile DATE SOURCE FILE` matches a source's clearing file with a settled day (`-` is standard input).
// `batches` lists the terminal batches that do not agree; `end-batch ID NAME REASON` proposes to
// take one off the list, `confirm-end ID OTHER-NAME` does it.
// Needs DATABASE_URL, in which the switch has written the business calendar; nightly needs REDIS_URL too.
// Exit codes: 0 settled or all matched, 1 blocked, failed or exceptions, 2 a setting or argument,
// 3 a clearing file that cannot be taken, 4 the database is not there.
import { createReadStream } from 'node:fs';
import type { CutOffTerms } from '@chipswitch/ledger';
import { SettingError, commandLine } from '@chipswitch/program';
import { Pool } from 'pg';
import { type BusinessDays, readBusinessDays } from './business-days.ts';
import { settleDaysOver } from './catch-up.ts';
import { readClearingFile } from './clearing-file.ts';
import { startNightly } from './nightly.ts';
import { reconcileDay } from './reconcile-day.ts';
import { reconciliationLines, reportLines } from './report.ts';
import { type Settings, readSettings } from './settings.ts';
import {
  type SettleParts,
  type SettlementResult,
  migrateSettlement,
  settleBusinessDay,
} from './settle-business-day.ts';
import { confirmBatchEnd, proposeBatchEnd, unequalBatches } from './unequal-batches.ts';

const usage = [
  'node services/settlement/src/main.ts DATE [--json]    settles one day, YYYY-MM-DD',
  '  … over [--json]                        settles all days that are over',
  '  … nightly [--json]                     stays and settles every night',
  '  … reconcile DATE SOURCE FILE [--json]  matches a clearing file with a settled day',
  '  … batches [--json]                     lists the terminal batches that do not agree',
  '  … end-batch ID NAME REASON             proposes to take one off the list, in your name',
  '  … confirm-end ID NAME                  another person takes it off',
  'In the environment: DATABASE_URL; REDIS_URL for nightly.',
];

function print(results: readonly SettlementResult[], json: boolean): number {
  for (const result of results) {
    if (json) console.log(JSON.stringify(result));
    else for (const line of reportLines(result)) console.log(line);
  }
  return results.every((result) => result.status === 'settled') ? 0 : 1;
}

async function partsOf(settings: Settings, pool: Pool): Promise<SettleParts & BusinessDays> {
  const nowMs = Date.now();
  return { pool, nowMs, ...(await readBusinessDays(pool, settings, nowMs)) };
}

async function settleOne(settings: Settings, pool: Pool, date: string, json: boolean) {
  const parts = await partsOf(settings, pool);
  const outcome = await settleBusinessDay(parts, date);
  if (outcome.ok) return print([outcome.result], json);
  const { cutOff, timeZone } = parts.termsOf(date);
  const reason = {
    'not-a-date': 'must be YYYY-MM-DD',
    'day-not-over': `${date} is not over: the cut-off is at ${cutOff} in ${timeZone}`,
  }[outcome.error.code];
  throw new SettingError('DATE', reason);
}

async function nightly(settings: Settings, pool: Pool, json: boolean): Promise<void> {
  if (settings.redisUrl === undefined) throw new SettingError('REDIS_URL', 'is needed for nightly');
  const { redisUrl } = settings;
  const run = async (): Promise<boolean> =>
    print(await settleDaysOver(await partsOf(settings, pool)), json) === 0;
  const terms = async (): Promise<CutOffTerms> => (await partsOf(settings, pool)).terms;
  const onFault = (fault: Error): void => console.error(`settlement: ${fault.message}`);
  const trigger = await startNightly({ redisUrl, terms }, run, onFault);
  await trigger.runNow();
  const asked = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await Promise.race([asked, trigger.ended]);
  await trigger.close();
}

/** A clearing file that cannot be taken. */
class FileFault extends Error {}

const noAlarm = 'AWAITING_CLEARING';

async function reconcileFile(pool: Pool, args: readonly string[], json: boolean): Promise<number> {
  const [businessDate, source, path] = args;
  const input = path === '-' ? process.stdin : createReadStream(path);
  const file = await readClearingFile(input).catch((error: NodeJS.ErrnoException) => {
    throw new SettingError('FILE', `cannot be read (${error.code ?? error.name})`);
  });
  if (!file.ok) throw new FileFault(`${path}, line ${file.error.line}: ${file.error.code}`);
  const { lines, sha256 } = file;
  const outcome = await reconcileDay(pool, { source, businessDate, lines, sha256 });
  if (!outcome.ok && outcome.error.code === 'other-file-taken') {
    throw new FileFault(`${source} ${businessDate}: another file was taken for this day`);
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

async function listBatches(pool: Pool, json: boolean): Promise<number> {
  const batches = await unequalBatches(pool);
  for (const batch of batches) {
    const { batchId, businessDate, terminalId, batchKey, responseCode } = batch;
    if (json) console.log(JSON.stringify(batch));
    else console.log(`${batchId}  ${businessDate}  ${terminalId}  ${batchKey}  ${responseCode}`);
  }
  return batches.length === 0 ? 0 : 1;
}

async function endOne(pool: Pool, [batchId, by, reason]: readonly string[]): Promise<number> {
  const outcome = await proposeBatchEnd(pool, { batchId, by, reason });
  if (!outcome.ok) throw new SettingError('end-batch', outcome.error.code);
  return 0;
}

async function confirmOne(pool: Pool, [batchId, by]: readonly string[]): Promise<number> {
  const outcome = await confirmBatchEnd(pool, { batchId, by });
  if (!outcome.ok) throw new SettingError('confirm-end', outcome.error.code);
  return 0;
}

// How many arguments follow each word; a date stands alone.
const following: Readonly<Record<string, number>> = {
  reconcile: 3,
  'end-batch': 3,
  'confirm-end': 2,
};

async function main(): Promise<number> {
  const { values, words } = commandLine({
    name: 'settlement',
    usage,
    options: { json: { type: 'boolean', default: false } },
    argumentsMax: 4,
  });
  const { json } = values;
  const [what, ...more] = words;
  if (what === undefined || more.length !== (following[what] ?? 0)) {
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
    if (what === 'batches') return await listBatches(pool, json);
    if (what === 'end-batch') return await endOne(pool, more);
    if (what === 'confirm-end') return await confirmOne(pool, more);
    if (what === 'reconcile') return await reconcileFile(pool, more, json);
    if (what !== 'over') return await settleOne(settings, pool, what, json);
    return print(await settleDaysOver(await partsOf(settings, pool)), json);
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`settlement: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof SettingError) process.exitCode = 2;
  else process.exitCode = error instanceof FileFault ? 3 : 4;
}
