// Opens a payment against another one (a refund, a completion, a void), so that all together never take more
// than there is: one transaction that holds the original's row from before the sum until after the opening.
import { sqlFiles } from '@chipswitch/postgres-files';
import type { Pool, PoolClient } from 'pg';
import { type DrawnOriginal, type StandingDraw, judgeDraw } from '../draw.ts';
import { type NewPayment, type OpenResult, withOriginalFacts } from '../payment-journal.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const lockSql = sql('lock-original');
const drawsSql = sql('draws-on-original');

interface DrawnRow {
  kind: string;
  outcome: string;
  amount_minor: string;
  draws: readonly (readonly [string, boolean, string, string, boolean])[];
}

const drawOf = ([kind, isPending, amount, released, endsHold]: DrawnRow['draws'][number]) =>
  ({
    kind,
    isPending,
    amountMinor: BigInt(amount),
    releasedMinor: BigInt(released),
    endsHold,
  }) satisfies StandingDraw;

async function drawnOriginal(
  client: Pick<Pool | PoolClient, 'query'>,
  paymentId: string,
): Promise<DrawnOriginal | undefined> {
  const { rows } = await client.query<DrawnRow>(drawsSql, [paymentId]);
  const row = rows.at(0);
  if (row === undefined) return undefined;
  const { kind, outcome, amount_minor: amount, draws } = row;
  return { kind, outcome, amountMinor: BigInt(amount), draws: draws.map(drawOf) };
}

/** Opens the payment if its original still allows it; `open` is what opens any payment, on this connection. */
export async function openAgainstOriginal(
  pool: Pool,
  payment: NewPayment & { readonly original: NonNullable<NewPayment['original']> },
  open: (client: PoolClient, payment: NewPayment) => Promise<OpenResult>,
): Promise<OpenResult> {
  const { original } = payment;
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query('begin');
    await client.query(lockSql, [original.paymentId]);
    // A statement of its own: it sees what was committed while the lock was waited for.
    const drawn = await drawnOriginal(client, original.paymentId);
    const verdict = judgeDraw(drawn, original, payment.amountMinor);
    const opened: OpenResult = verdict.ok
      ? await open(client, withOriginalFacts(payment, drawn?.kind ?? '', verdict.releasedMinor))
      : verdict;
    await client.query(opened.ok ? 'commit' : 'rollback');
    return opened;
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw fault;
  } finally {
    // A connection with a transaction that failed is not given back.
    client.release(fault);
  }
}

/** What stands against a payment or is on its way to, whatever its kind. */
export async function drawsOnPayment(
  pool: Pool,
  paymentId: string,
): Promise<readonly StandingDraw[]> {
  return (await drawnOriginal(pool, paymentId))?.draws ?? [];
}
