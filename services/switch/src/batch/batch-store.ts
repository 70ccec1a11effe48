// Terminal batches in Postgres: what a terminal did since its last close, and the close itself.
import { sqlFiles } from '@chipswitch/ledger/postgres';
import { type BatchItemKind, type BatchTotals } from '@chipswitch/transaction';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const totalsSql = sql('batch-totals');
const closeSql = sql('close-batch');
const keepItemSql = sql('keep-batch-item');
const isClosedSql = sql('is-batch-closed');
const findSql = sql('find-batch');
const byNumberSql = sql('find-batch-by-number');

/** A batch as it stands. */
export interface OpenBatch {
  readonly totals: BatchTotals;
  /** The last payment in it; 0 when there is none yet. */
  readonly lastPaymentId: string;
}

/** A batch that was closed. */
export interface ClosedBatch {
  readonly responseCode: string;
  readonly hostTotals: Readonly<Record<string, string>>;
}

/** What the journal says to an item that a terminal uploads. */
export type BatchItemFinding =
  | 'matched'
  | 'not-in-journal'
  | 'other-amount'
  | 'not-approved'
  | 'reversed';

/** The store. */
export interface BatchStore {
  open(terminalId: string): Promise<OpenBatch>;
  /** Closes a batch once; closing it again gives what the first close gave. */
  close(batch: {
    readonly terminalId: string;
    readonly batchKey: string;
    readonly lastPaymentId: string;
    readonly responseCode: string;
    readonly hostTotals: Readonly<Record<string, string>>;
    readonly terminalTotals: Readonly<Record<string, string>>;
  }): Promise<ClosedBatch>;
  /** Whether the batch that a payment of the terminal is in was closed. */
  isClosed(terminalId: string, paymentId: string): Promise<boolean>;
  find(terminalId: string, batchKey: string): Promise<ClosedBatch | undefined>;
  /** The last close of a batch of this number: what a trailing 0500 is answered by. */
  findByNumber(terminalId: string, batchNumber: string): Promise<ClosedBatch | undefined>;
  keepItem(item: {
    readonly terminalId: string;
    readonly batchNumber: string;
    readonly itemKey: string;
    readonly finding: BatchItemFinding;
    readonly amountMinor: bigint;
    readonly journalAmountMinor?: bigint;
  }): Promise<void>;
}

interface BatchRow {
  response_code: string;
  host_totals: Record<string, string>;
}

const closedOf = (row: BatchRow): ClosedBatch => ({
  responseCode: row.response_code,
  hostTotals: row.host_totals,
});

/** The store over a pool; the pool belongs to the caller. */
export function createBatchStore(pool: Pool): BatchStore {
  const find = async (terminalId: string, batchKey: string): Promise<ClosedBatch | undefined> => {
    const found = await pool.query<BatchRow>(findSql, [terminalId, batchKey]);
    return found.rows[0] === undefined ? undefined : closedOf(found.rows[0]);
  };
  return {
    find,
    isClosed: async (terminalId, paymentId) => {
      const rows = await pool.query<{ closed: boolean }>(isClosedSql, [terminalId, paymentId]);
      return rows.rows[0].closed;
    },
    findByNumber: async (terminalId, batchNumber) => {
      const found = await pool.query<BatchRow>(byNumberSql, [terminalId, batchNumber]);
      return found.rows[0] === undefined ? undefined : closedOf(found.rows[0]);
    },
    keepItem: async (item) => {
      await pool.query(keepItemSql, [
        item.terminalId,
        item.batchNumber,
        item.itemKey,
        item.finding,
        item.amountMinor,
        item.journalAmountMinor ?? null,
      ]);
    },
    open: async (terminalId) => {
      const rows = await pool.query<{
        bucket: BatchItemKind;
        count: string;
        amount_minor: string;
        last_payment_id: string;
      }>(totalsSql, [terminalId]);
      const bucket = (kind: BatchItemKind): { count: bigint; amountMinor: bigint } => {
        const row = rows.rows.find((candidate) => candidate.bucket === kind);
        return { count: BigInt(row?.count ?? 0), amountMinor: BigInt(row?.amount_minor ?? 0) };
      };
      return {
        lastPaymentId: rows.rows[0]?.last_payment_id ?? '0',
        totals: {
          sale: bucket('sale'),
          'sale-reversal': bucket('sale-reversal'),
          refund: bucket('refund'),
          'refund-reversal': bucket('refund-reversal'),
        },
      };
    },
    close: async (batch) => {
      const closed = await pool.query<BatchRow>(closeSql, [
        batch.terminalId,
        batch.batchKey,
        batch.lastPaymentId,
        batch.responseCode,
        JSON.stringify(batch.hostTotals),
        JSON.stringify(batch.terminalTotals),
      ]);
      const [row] = closed.rows;
      const done = row === undefined ? await find(batch.terminalId, batch.batchKey) : closedOf(row);
      if (done === undefined) throw new Error('a batch was neither closed nor found');
      return done;
    },
  };
}
