// A switch that runs for longer than its partitions were made ahead for makes the next ones itself.
import { fileURLToPath } from 'node:url';
import { migrate } from '@chipswitch/ledger/postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BusinessDays, openBusinessDays } from '../src/index.ts';

const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
let pool: Pool;
const opened: BusinessDays[] = [];

async function open(lookEveryMs: number): Promise<BusinessDays> {
  const days = await openBusinessDays({
    pool,
    wanted: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
    instance: 'one',
    nowMs: Date.now,
    lookEveryMs,
    onFault: () => undefined, // What the database refuses now is tried again.
  });
  opened.push(days);
  return days;
}

beforeAll(async () => {
  pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '' });
  await migrate(pool);
  await migrate(pool, 'switch', migrations);
});
afterAll(async () => {
  for (const days of opened) days.close();
  await pool.end();
});

const partitions = async (): Promise<string[]> =>
  (
    await pool.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent in ('payment_event'::regclass, 'ledger_posting'::regclass)
         and inhrelid::regclass::text ~ '[0-9]{8}$' order by 1`,
    )
  ).rows.map(({ name }) => name);

describe('R38: partitions ahead', () => {
  it('are those of yesterday to the eighth day from now, of both tables', async () => {
    await open(3_600_000);
    expect(await partitions()).toHaveLength(2 * 10);
  });
  it('are not waited for while somebody holds the tables: the next look makes them', async () => {
    const days = await open(3_600_000);
    const before = await partitions();
    await pool.query(`drop table ${before[before.length - 1]}`);
    const client = await pool.connect();
    await client.query('begin');
    await client.query('lock table payment_event in share update exclusive mode');
    await expect(days.look()).rejects.toThrow('lock timeout');
    await client.query('commit');
    client.release();
    await days.look();
    expect(await partitions()).toEqual(before);
  });
  it('are made by the running system as days pass', async () => {
    await open(50);
    const before = await partitions();
    // As it would be five days from now: the last five days are not there yet.
    const missing = [...before.slice(5, 10), ...before.slice(15, 20)];
    for (const name of missing) await pool.query(`drop table ${name}`);
    await expect.poll(partitions, { timeout: 10_000 }).toEqual(before);
  });
});
