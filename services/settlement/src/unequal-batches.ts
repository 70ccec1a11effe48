// The list of terminal batches whose totals or items do not agree, and how a person ends one.
import type { Pool } from 'pg';
import { sql } from './sql.ts';

/** A batch that waits for a person. */
export interface UnequalBatch {
  readonly batchId: string;
  /** The business date of its close. */
  readonly businessDate: string;
  readonly terminalId: string;
  readonly batchKey: string;
  readonly responseCode: string;
}

/** At most so many are listed at once. */
export const unequalBatchesMax = 1_000;

/** Batches that nobody has ended yet, the oldest first; a database without any batch table has none. */
export async function unequalBatches(pool: Pool): Promise<UnequalBatch[]> {
  const { rows: table } = await pool.query<{ there: boolean }>(sql('terminal-batch-there'));
  if (!table[0].there) return [];
  const { rows } = await pool.query<{
    batch_id: string;
    business_date: string;
    terminal_id: string;
    batch_key: string;
    response_code: string;
  }>(sql('unequal-batches'), [unequalBatchesMax]);
  return rows.map((row) => ({
    batchId: row.batch_id,
    businessDate: row.business_date,
    terminalId: row.terminal_id,
    batchKey: row.batch_key,
    responseCode: row.response_code,
  }));
}

/** Who ends a batch, and why. */
export interface BatchEnd {
  readonly batchId: string;
  readonly by: string;
  readonly reason: string;
}

/** Why a batch is not ended. */
export type EndBatchErrorCode = 'not-a-batch' | 'no-name' | 'no-reason' | 'not-listed';

/** Takes a batch off the list for good; nothing is booked by it. */
export async function endBatch(
  pool: Pool,
  { batchId, by, reason }: BatchEnd,
): Promise<
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: EndBatchErrorCode } }
> {
  const no = (code: EndBatchErrorCode) => ({ ok: false, error: { code } }) as const;
  if (!/^\d{1,18}$/.test(batchId)) return no('not-a-batch');
  if (by.trim() === '') return no('no-name');
  if (reason.trim() === '') return no('no-reason');
  const { rows: table } = await pool.query<{ there: boolean }>(sql('terminal-batch-there'));
  if (!table[0].there) return no('not-listed');
  const { rows } = await pool.query(sql('end-batch'), [batchId, by.trim(), reason.trim()]);
  return rows.length === 1 ? { ok: true } : no('not-listed');
}
