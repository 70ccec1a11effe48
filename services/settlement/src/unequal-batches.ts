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

/** Who proposes to end a batch, and why. */
export interface BatchEnd {
  readonly batchId: string;
  readonly by: string;
  readonly reason: string;
}

/** Why a batch is not ended. */
export type EndBatchErrorCode =
  | 'not-a-batch'
  | 'no-name'
  | 'no-reason'
  | 'not-listed'
  | 'no-proposal'
  | 'same-person';

/** Result of a proposal or a confirmation. */
export type EndBatchResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: EndBatchErrorCode } };

const no = (code: EndBatchErrorCode): EndBatchResult => ({ ok: false, error: { code } });

function faultOf(batchId: string, by: string): EndBatchErrorCode | undefined {
  if (!/^\d{1,18}$/.test(batchId)) return 'not-a-batch';
  return by.trim() === '' ? 'no-name' : undefined;
}

async function hasBatches(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>(sql('terminal-batch-there'));
  return rows[0].there;
}

/** A person proposes to take a batch off the list; nothing is booked by it. */
export async function proposeBatchEnd(
  pool: Pool,
  { batchId, by, reason }: BatchEnd,
): Promise<EndBatchResult> {
  const fault = faultOf(batchId, by);
  if (fault !== undefined) return no(fault);
  if (reason.trim() === '') return no('no-reason');
  if (!(await hasBatches(pool))) return no('not-listed');
  const { rows } = await pool.query(sql('propose-end'), [batchId, by.trim(), reason.trim()]);
  return rows.length === 1 ? { ok: true } : no('not-listed');
}

/** Another person confirms it: the batch is off the list for good. */
export async function confirmBatchEnd(
  pool: Pool,
  { batchId, by }: Pick<BatchEnd, 'batchId' | 'by'>,
): Promise<EndBatchResult> {
  const fault = faultOf(batchId, by);
  if (fault !== undefined) return no(fault);
  if (!(await hasBatches(pool))) return no('not-listed');
  const { rows } = await pool.query<{
    is_listed: boolean;
    is_proposed: boolean;
    is_same_person: boolean;
    is_ended: boolean;
  }>(sql('end-batch'), [batchId, by.trim()]);
  const [found] = rows;
  if (!found.is_listed) return no('not-listed');
  if (!found.is_proposed) return no('no-proposal');
  if (found.is_same_person) return no('same-person');
  return found.is_ended ? { ok: true } : no('not-listed');
}
