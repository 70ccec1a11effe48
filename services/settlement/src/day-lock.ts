// Work on a business date, one process at a time, in one transaction that sees one state of the database.
import type { Pool, PoolClient } from 'pg';
import { sql } from './sql.ts';

/**
 * Runs work under the lock of a business date. The lock is taken before the transaction begins, so
 * that whoever waited sees what was written meanwhile. When the work fails nothing of it stays.
 *
 * @param before done under the lock, ahead of the transaction and not undone with it.
 */
export async function underDayLock<Result>(
  pool: Pool,
  date: string,
  work: (client: PoolClient) => Promise<Result>,
  before?: (client: PoolClient) => Promise<unknown>,
): Promise<Result> {
  const client = await pool.connect();
  const key = `settlement/${date}`;
  let fault: Error | undefined;
  try {
    await client.query(sql('lock-day'), [key]);
    await before?.(client);
    await client.query('begin isolation level repeatable read');
    const result = await work(client);
    await client.query('commit');
    await client.query(sql('unlock-day'), [key]);
    return result;
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw fault;
  } finally {
    // A connection that failed is closed: with it end its transaction and its lock.
    client.release(fault);
  }
}
