// Terminal batches in Postgres: what is in the open one, closes, uploaded items, and what ended an unequal one.
import { given } from '@chipswitch/bytes';
import { sqlFiles } from '@chipswitch/ledger/postgres';
import { type BatchItemKind, type BatchTotals, batchItemKinds } from '@chipswitch/transaction';
import type { Pool, PoolClient } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));

/** Totals by element, `DE74` to `DE97`, as text. */
export type TotalsTexts = Readonly<Record<string, string>>;

/** The open batch of a terminal as it stands. */
export interface OpenBatch {
  readonly totals: BatchTotals;
  /** How many items are in it, each reversal counted beside what it reversed. */
  readonly items: number;
}

/** A batch that was closed. */
export interface ClosedBatch {
  readonly batchId: string;
  readonly responseCode: string;
  readonly hostTotals: TotalsTexts;
  readonly terminalTotals: TotalsTexts;
  /** Terminal and host did not agree, and nobody has ended it yet. */
  readonly isListed: boolean;
}

/** What a close is judged by. */
export interface BatchesAtClose {
  readonly open: OpenBatch;
  /** The last close under the same key. */
  readonly keyed?: ClosedBatch;
  /** The last close of a batch of the same number. */
  readonly numbered?: ClosedBatch;
}

/** What becomes of a close: the open batch is closed, a listed one is ended, or nothing changes. */
export type CloseVerdict =
  | { readonly type: 'close'; readonly responseCode: string; readonly hostTotals: TotalsTexts }
  | { readonly type: 'end'; readonly batch: ClosedBatch }
  | { readonly type: 'stored'; readonly responseCode: string; readonly hostTotals: TotalsTexts }
  | { readonly type: 'differs' }
  | { readonly type: 'too-wide' };

/** A terminal's close. */
export interface CloseRequest {
  readonly terminalId: string;
  /** Six digits, or empty. */
  readonly batchNumber: string;
  readonly batchKey: string;
  readonly businessDate: string;
  readonly terminalTotals: TotalsTexts;
}

/** What the journal says to an item that a terminal uploads. */
export type BatchItemFinding =
  | 'matched'
  | 'not-in-journal'
  | 'other-amount'
  | 'other-card'
  | 'other-batch'
  | 'not-approved'
  | 'reversed';

/** An item as it was uploaded, and what the journal says to it. */
export interface UploadedItem {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly itemKey: string;
  readonly finding: BatchItemFinding;
  readonly amountMinor: bigint;
  readonly journalAmountMinor?: bigint;
  readonly paymentId?: string;
  readonly panHmac?: string;
  readonly panTruncated?: string;
  readonly currency?: string;
  readonly approvalCode?: string;
  readonly retrievalReference?: string;
}

/** The store. */
export interface BatchStore {
  /** Judges a close while nothing can be approved into the batch, and does what the verdict says. */
  close(
    request: CloseRequest,
    judge: (batches: BatchesAtClose) => CloseVerdict,
  ): Promise<CloseVerdict>;
  /**
   * Ends the upload of the batches of a number: lists what was not sent, and ends them when nothing is left to
   * a person. Gives the last of them as it stands then; undefined when no batch of the number was closed.
   */
  endUpload(terminalId: string, batchNumber: string): Promise<ClosedBatch | undefined>;
  /** Whether the batch that a payment is in was closed. */
  isClosed(paymentId: string): Promise<boolean>;
  /** The number a batch was closed under; undefined while it is open. */
  numberOf(batchId: string): Promise<string | undefined>;
  keepItem(item: UploadedItem): Promise<void>;
}

interface CloseRow {
  batch_id: string;
  by_key: boolean;
  response_code: string;
  host_totals: TotalsTexts;
  terminal_totals: TotalsTexts;
  is_listed: boolean;
}

const closedOf = (row: CloseRow | undefined): ClosedBatch | undefined =>
  row === undefined
    ? undefined
    : {
        batchId: row.batch_id,
        responseCode: row.response_code,
        hostTotals: row.host_totals,
        terminalTotals: row.terminal_totals,
        isListed: row.is_listed,
      };

async function openBatch(client: PoolClient, batchId: string): Promise<OpenBatch> {
  const { rows } = await client.query<{
    bucket: BatchItemKind;
    count: string;
    amount_minor: string;
  }>(sql('batch-totals'), [batchId]);
  const bucket = (kind: BatchItemKind): { count: bigint; amountMinor: bigint } => {
    const row = rows.find((candidate) => candidate.bucket === kind);
    return { count: BigInt(row?.count ?? 0), amountMinor: BigInt(row?.amount_minor ?? 0) };
  };
  const totals = Object.fromEntries(
    batchItemKinds.map((kind) => [kind, bucket(kind)]),
  ) as unknown as BatchTotals;
  const items = batchItemKinds.reduce((sum, kind) => sum + Number(totals[kind].count), 0);
  return { totals, items };
}

async function findCloses(
  client: PoolClient,
  request: Pick<CloseRequest, 'terminalId' | 'batchKey' | 'batchNumber'>,
): Promise<Omit<BatchesAtClose, 'open'>> {
  const { terminalId, batchKey, batchNumber } = request;
  const { rows } = await client.query<CloseRow>(sql('find-closes'), [
    terminalId,
    batchKey,
    batchNumber,
  ]);
  const keyed = closedOf(rows.find((row) => row.by_key));
  const numbered = closedOf(rows.find((row) => !row.by_key));
  return given({ keyed, numbered });
}

// Everything about the batches of one terminal happens one after the other.
async function underLock<T>(
  pool: Pool,
  terminalId: string,
  work: (client: PoolClient, openBatchId: string) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(sql('open-first-batch'), [terminalId]);
    await client.query('begin');
    const { rows } = await client.query<{ batch_id: string }>(sql('lock-open-batch'), [terminalId]);
    const result = await work(client, rows[0].batch_id);
    await client.query('commit');
    return result;
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection with a transaction that failed is not used again: closing it rolls it back.
    client.release(broken);
  }
}

async function close(
  client: PoolClient,
  batchId: string,
  request: CloseRequest,
  judge: (batches: BatchesAtClose) => CloseVerdict,
): Promise<CloseVerdict> {
  const verdict = judge({
    open: await openBatch(client, batchId),
    ...(await findCloses(client, request)),
  });
  if (verdict.type === 'end') {
    await client.query(sql('end-batch'), [verdict.batch.batchId, 'right-close']);
  }
  if (verdict.type !== 'close') return verdict;
  await client.query(sql('close-batch'), [
    batchId,
    request.terminalId,
    request.batchNumber,
    request.batchKey,
    request.businessDate,
    verdict.responseCode,
    JSON.stringify(verdict.hostTotals),
    JSON.stringify(request.terminalTotals),
  ]);
  await client.query(sql('advance-open-batch'), [request.terminalId]);
  return verdict;
}

async function endUpload(
  client: PoolClient,
  terminalId: string,
  batchNumber: string,
): Promise<ClosedBatch | undefined> {
  await client.query(sql('keep-items-not-sent'), [terminalId, batchNumber]);
  await client.query(sql('end-uploaded-batches'), [terminalId, batchNumber]);
  return (await findCloses(client, { terminalId, batchNumber, batchKey: '' })).numbered;
}

/** The store over a pool; the pool belongs to the caller. */
export function createBatchStore(pool: Pool): BatchStore {
  return {
    close: (request, judge) =>
      underLock(pool, request.terminalId, (client, batchId) =>
        close(client, batchId, request, judge),
      ),
    endUpload: (terminalId, batchNumber) =>
      underLock(pool, terminalId, (client) => endUpload(client, terminalId, batchNumber)),
    isClosed: async (paymentId) => {
      const { rows } = await pool.query<{ closed: boolean }>(sql('is-batch-closed'), [paymentId]);
      return rows[0].closed;
    },
    numberOf: async (batchId) => {
      const found = await pool.query<{ batch_number: string }>(sql('number-of-batch'), [batchId]);
      return found.rows.at(0)?.batch_number;
    },
    keepItem: async (item) => {
      await pool.query(sql('keep-batch-item'), [
        item.terminalId,
        item.batchNumber,
        item.itemKey,
        item.finding,
        item.amountMinor,
        item.journalAmountMinor ?? null,
        item.paymentId ?? null,
        item.panHmac ?? '',
        item.panTruncated ?? null,
        item.currency ?? null,
        item.approvalCode ?? null,
        item.retrievalReference ?? null,
      ]);
    },
  };
}
