// Settles one business date: proves its books, checks its batches, writes what each merchant is owed; once.
import { fileURLToPath } from 'node:url';
import { type BusinessCalendar, parseCalendarDate } from '@chipswitch/ledger';
import { migrate } from '@chipswitch/ledger/postgres';
import type { Pool, PoolClient } from 'pg';
import { checkBatches } from './check-batches.ts';
import { underDayLock } from './day-lock.ts';
import { type Finding, type RunStatus, statusOf } from './finding.ts';
import { type TrialBalanceRow, proveBooks } from './prove-books.ts';
import { sql } from './sql.ts';

/** Name of the job in the rows of its runs. */
export const settleJob = 'settle-business-day';
const migrations = fileURLToPath(new URL('../migrations', import.meta.url));

/** What merchants are owed in one currency; amounts are text, in minor units. */
export interface PositionTotal {
  readonly currency: string;
  readonly merchants: string;
  readonly amountMinor: string;
}

/** What a run found and did. */
export interface SettlementResult {
  readonly businessDate: string;
  readonly status: RunStatus;
  /** True when the day was settled before, and this run only looked whether it still is as it was. */
  readonly repeated: boolean;
  readonly postings: string;
  readonly checksum: string;
  readonly batches: number;
  readonly trialBalance: readonly TrialBalanceRow[];
  readonly positions: readonly PositionTotal[];
  readonly findings: readonly Finding[];
}

/** Why a day was not looked at. */
export type SettleErrorCode = 'not-a-date' | 'day-not-over';

/** Result of {@link settleBusinessDay}. */
export type SettleOutcome =
  | { readonly ok: true; readonly result: SettlementResult }
  | { readonly ok: false; readonly error: { readonly code: SettleErrorCode } };

/** What a run needs. */
export interface SettleParts {
  readonly pool: Pool;
  /** The same cut-off and time zone as the switch stamps business dates by. */
  readonly calendar: BusinessCalendar;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Makes the tables of this service; the ledger's own must be there. */
export async function migrateSettlement(pool: Pool): Promise<void> {
  await migrate(pool);
  await migrate(pool, 'settlement', migrations);
}

interface RunRow {
  status: RunStatus;
  checksum: string;
  result: SettlementResult;
}

// A settled day is proved again, and its postings must be those that were settled. Payments of it that
// moved on since (a refund's reversal, an advice) are the business of the days they are booked on.
async function lookAgain(client: PoolClient, row: RunRow, date: string): Promise<SettlementResult> {
  const proof = await proveBooks(client, date);
  const findings = proof.findings.filter((finding) => !finding.code.startsWith('payments-'));
  if (proof.checksum !== row.checksum) {
    findings.push({
      code: 'changed-after-settlement',
      subject: date,
      detail: `${row.result.postings} postings were settled, ${proof.postings} are there`,
    });
  }
  if (findings.length === 0) return { ...row.result, repeated: true };
  const { checksum, postings, trialBalance } = proof;
  const seen = { checksum, postings, trialBalance, findings, status: statusOf(findings) };
  return { ...row.result, ...seen, repeated: true };
}

async function writePositions(client: PoolClient, date: string): Promise<PositionTotal[]> {
  const written = await client.query<{
    currency: string;
    merchants: string;
    amount_minor: string;
  }>(sql('positions'), [date]);
  return written.rows.map((row) => ({
    currency: row.currency,
    merchants: row.merchants,
    amountMinor: row.amount_minor,
  }));
}

async function settleNow(client: PoolClient, date: string): Promise<SettlementResult> {
  const proof = await proveBooks(client, date);
  const { batches, findings: batchFindings } = await checkBatches(client, date);
  const findings = [...proof.findings, ...batchFindings];
  const status = statusOf(findings);
  const positions = status === 'settled' ? await writePositions(client, date) : [];
  const result = {
    businessDate: date,
    status,
    repeated: false,
    postings: proof.postings,
    checksum: proof.checksum,
    batches,
    trialBalance: proof.trialBalance,
    positions,
    findings,
  };
  await client.query(sql('keep-run'), [
    settleJob,
    date,
    status,
    proof.checksum,
    JSON.stringify(result),
  ]);
  return result;
}

/**
 * Settles a business date. Running it again is safe: a settled day is only compared with what was
 * settled; a blocked or failed one is tried again. Two runs at once wait for each other, and a run
 * killed anywhere leaves nothing behind.
 *
 * @param businessDate YYYY-MM-DD.
 * @returns `not-a-date`, or `day-not-over` while the cut-off has not passed; else what was found.
 * @throws what the database driver throws when it cannot be reached.
 */
export async function settleBusinessDay(
  parts: SettleParts,
  businessDate: string,
): Promise<SettleOutcome> {
  if (parseCalendarDate(businessDate) === undefined) {
    return { ok: false, error: { code: 'not-a-date' } };
  }
  const cutOffMs = parts.calendar.cutOffMs(businessDate);
  if (cutOffMs === undefined || parts.nowMs < cutOffMs) {
    return { ok: false, error: { code: 'day-not-over' } };
  }
  const work = async (client: PoolClient): Promise<SettlementResult> => {
    const found = await client.query<RunRow>(sql('find-run'), [settleJob, businessDate]);
    const [row] = found.rows;
    return row?.status === 'settled'
      ? lookAgain(client, row, businessDate)
      : settleNow(client, businessDate);
  };
  // Closed first, in a commit of its own: from here on a booking goes to a day that is open.
  const close = (client: PoolClient) => client.query(sql('close-day'), [businessDate]);
  return { ok: true, result: await underDayLock(parts.pool, businessDate, work, close) };
}
