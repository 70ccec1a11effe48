// Reconciles a settled business date with a source's clearing file: switch, ledger, clearing; once.
import {
  type LineType,
  type MoneyLine,
  type Reconciliation,
  type SwitchLine,
  parseCalendarDate,
  reconcile,
} from '@chipswitch/ledger';
import type { Pool, PoolClient } from 'pg';
import { underDayLock } from './day-lock.ts';
import { settleJob } from './settle-business-day.ts';
import { sql } from './sql.ts';

/** Why a day was not reconciled, in the order the checks are made. */
export type ReconcileErrorCode =
  | 'not-a-date'
  /** Settle the day first: until then its books may move. */
  | 'day-not-settled'
  /** The source's day was reconciled with a file of other content. */
  | 'other-file-taken';

/** A file for a source's day. */
export interface ClearingDelivery {
  /** The host, as the switch's configuration names it. */
  readonly source: string;
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  readonly lines: readonly MoneyLine[];
  readonly sha256: string;
}

/** What came of it; exceptions as they stand in the queue. */
export interface DayReconciliation {
  readonly source: string;
  readonly businessDate: string;
  /** True when this very file was taken before. */
  readonly repeated: boolean;
  readonly lines: number;
  readonly matched: number;
  readonly exceptions: Reconciliation['exceptions'];
}

/** Result of {@link reconcileDay}. */
export type ReconcileOutcome =
  | { readonly ok: true; readonly result: DayReconciliation }
  | { readonly ok: false; readonly error: { readonly code: ReconcileErrorCode } };

interface LineRow {
  ref: string;
  amount_minor: string;
  type: LineType;
}

async function readSides(
  client: PoolClient,
  delivery: ClearingDelivery,
): Promise<{ switchLines: SwitchLine[]; ledgerLines: MoneyLine[] }> {
  const { businessDate, source } = delivery;
  const seen = await client.query<LineRow & { status: SwitchLine['status'] }>(sql('switch-lines'), [
    businessDate,
    source,
  ]);
  const booked = await client.query<LineRow & { currency: string }>(sql('ledger-lines'), [
    businessDate,
    source,
  ]);
  const common = ({ ref, amount_minor, type }: LineRow) => ({
    ref,
    amountMinor: BigInt(amount_minor),
    type,
  });
  return {
    switchLines: seen.rows.map((row) => ({ ...common(row), status: row.status, businessDate })),
    ledgerLines: booked.rows.map((row) => ({ ...common(row), currency: row.currency })),
  };
}

async function keep(
  client: PoolClient,
  delivery: ClearingDelivery,
  found: Reconciliation,
): Promise<void> {
  const { source, businessDate, sha256, lines } = delivery;
  await client.query(sql('keep-file'), [
    source,
    businessDate,
    sha256,
    lines.length,
    found.matched.length,
  ]);
  await client.query(sql('keep-exceptions'), [
    source,
    businessDate,
    found.exceptions.map((one) => one.code),
    found.exceptions.map((one) => one.ref),
    found.exceptions.map((one) => String(one.amountMinor)),
  ]);
}

interface TakenRow {
  sha256: string;
  lines: string;
  matched: string;
}

async function taken(
  client: PoolClient,
  delivery: ClearingDelivery,
  row: TakenRow,
): Promise<ReconcileOutcome> {
  const { source, businessDate } = delivery;
  if (row.sha256 !== delivery.sha256) return { ok: false, error: { code: 'other-file-taken' } };
  const kept = await client.query<{
    code: Reconciliation['exceptions'][number]['code'];
    ref: string;
    amount_minor: string;
  }>(sql('find-exceptions'), [source, businessDate]);
  const exceptions = kept.rows.map(({ code, ref, amount_minor }) => ({
    code,
    ref,
    amountMinor: BigInt(amount_minor),
  }));
  const [lines, matched] = [Number(row.lines), Number(row.matched)];
  return { ok: true, result: { source, businessDate, repeated: true, lines, matched, exceptions } };
}

/**
 * Reconciles one source's day. The same file again gives the stored result; a file of other content
 * for the same day is refused, since what was matched may have been acted on.
 *
 * @throws what the database driver throws when it cannot be reached.
 */
export async function reconcileDay(
  pool: Pool,
  delivery: ClearingDelivery,
): Promise<ReconcileOutcome> {
  const { source, businessDate } = delivery;
  if (parseCalendarDate(businessDate) === undefined) {
    return { ok: false, error: { code: 'not-a-date' } };
  }
  return underDayLock(pool, businessDate, async (client) => {
    const run = await client.query<{ status: string }>(sql('find-run'), [settleJob, businessDate]);
    if (run.rows[0]?.status !== 'settled') return { ok: false, error: { code: 'day-not-settled' } };
    const found = await client.query<TakenRow>(sql('find-file'), [source, businessDate]);
    if (found.rows[0] !== undefined) return taken(client, delivery, found.rows[0]);
    const sides = await readSides(client, delivery);
    const clearingLines = delivery.lines;
    const reconciled = reconcile({ businessDate, ...sides, clearingLines });
    await keep(client, delivery, reconciled);
    const result = {
      source,
      businessDate,
      repeated: false,
      lines: clearingLines.length,
      matched: reconciled.matched.length,
      exceptions: reconciled.exceptions,
    };
    return { ok: true, result };
  });
}
