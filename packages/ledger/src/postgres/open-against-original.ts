// Opens a payment against another one (a refund, a completion, a void), so that all together never take more
// than there is: one transaction that holds the original's row from before the sum until after the opening.
import type { Pool, PoolClient } from 'pg';
import type { NewPayment, OpenResult } from '../payment-journal.ts';
import { sqlFiles } from './sql-files.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const lockSql = sql('lock-original');
const drawnSql = sql('drawn-on-original');

interface DrawnRow {
  outcome: string;
  drawn_minor: string;
}

async function isLeft(client: PoolClient, payment: NewPayment): Promise<boolean> {
  const { original, amountMinor } = payment;
  if (original === undefined) return true;
  const { rowCount } = await client.query(lockSql, [original.paymentId]);
  if (rowCount !== 1) return false;
  // A statement of its own: it sees what was committed while the lock was waited for.
  const drawn = await client.query<DrawnRow>(drawnSql, [original.paymentId, original.kinds]);
  const { outcome, drawn_minor: before } = drawn.rows[0];
  return outcome === 'approved' && BigInt(before) + amountMinor <= original.amountMinorMax;
}

/** Opens the payment if its original still allows it; `open` is what opens any payment, on this connection. */
export async function openAgainstOriginal(
  pool: Pool,
  payment: NewPayment,
  open: (client: PoolClient) => Promise<OpenResult>,
): Promise<OpenResult> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query('begin');
    const left = await isLeft(client, payment);
    const opened: OpenResult = left
      ? await open(client)
      : { ok: false, error: { code: 'original-used-up' } };
    await client.query('commit');
    return opened;
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw fault;
  } finally {
    // A connection with a transaction that failed is not given back.
    client.release(fault);
  }
}

/** How much is drawn on a payment, whatever kinds draw. */
export async function drawnOnPayment(pool: Pool, paymentId: string): Promise<bigint> {
  const drawn = await pool.query<DrawnRow>(drawnSql, [paymentId, null]);
  return BigInt(drawn.rows[0]?.drawn_minor ?? 0);
}
