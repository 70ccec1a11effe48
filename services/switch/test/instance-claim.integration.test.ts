// Claims on a real database: one living process for an instance and a node, whoever else starts.
import { fileURLToPath } from 'node:url';
import { migrate } from '@chipswitch/ledger/postgres';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClaimParts, type InstanceClaim, claimInstance } from '../src/index.ts';

const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
let pool: Pool;
const held: InstanceClaim[] = [];
beforeAll(async () => {
  pool = new Pool({ connectionString: databaseUrl });
  await migrate(pool);
  await migrate(pool, 'switch', migrations);
});
afterAll(() => pool.end());
afterEach(async () => {
  for (const claim of held.splice(0)) await claim.release();
});

async function claim(more: Partial<ClaimParts> = {}): Promise<{ lost: string[]; faults: Error[] }> {
  const lost: string[] = [];
  const faults: Error[] = [];
  const parts = {
    databaseUrl,
    instance: 'one',
    node: 1,
    onLost: () => lost.push('lost'),
    onFault: (fault: Error) => faults.push(fault),
    waitMs: 0,
  };
  held.push(await claimInstance({ ...parts, ...more }));
  return { lost, faults };
}
const rows = async () =>
  (await pool.query('select instance, node from switch_instance order by instance')).rows;

describe('M9 = R43: a claim', () => {
  it.each([
    [{}, 'config.instance: "one" is running already'],
    [{ node: 2 }, 'config.instance: "one" is running already'],
    [{ instance: 'two' }, 'config.node: 1 is that of the running instance "one"'],
  ])('refuses a second process with %o by name', async (more, words) => {
    await claim();
    await expect(claim(more)).rejects.toThrow(words);
    expect(await rows()).toEqual([{ instance: 'one', node: 1 }]);
  });
  it('of another instance and node stands beside it', async () => {
    await claim();
    await claim({ instance: 'two', node: 2 });
    expect(await rows()).toHaveLength(2);
  });
  it('is one among many that start at once', async () => {
    const tries = await Promise.allSettled([1, 2, 3, 4, 5].map(() => claim()));
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });
  it('is free again when it is given back', async () => {
    await claim();
    await held.pop()?.release();
    await claim();
    expect(await rows()).toEqual([{ instance: 'one', node: 1 }]);
  });
  it('is free at once when its session is gone, as after SIGKILL', async () => {
    const killed = await claim();
    await pool.query(
      `select pg_terminate_backend(session_pid) from switch_instance where instance = 'one'`,
    );
    await claim({ waitMs: 3_000 });
    expect(await rows()).toEqual([{ instance: 'one', node: 1 }]);
    expect(killed.faults.length).toBeGreaterThan(0);
  });
  it('that has run out is taken over, and whoever had it hears so', async () => {
    const frozen = await claim({ leaseMs: 2_000 });
    await pool.query(`update switch_instance set expires_at = clock_timestamp() - interval '1 s'`);
    const other = await claim();
    await expect.poll(() => frozen.lost, { timeout: 5_000 }).toEqual(['lost']);
    expect(other.lost).toEqual([]);
  });
  it('is kept over a lost connection by who holds it', async () => {
    const kept = await claim({ leaseMs: 800 });
    await pool.query(`select pg_terminate_backend(session_pid) from switch_instance`);
    const session = `select from switch_instance s join pg_stat_activity a on a.pid = s.session_pid`;
    await expect.poll(async () => (await pool.query(session)).rowCount, { timeout: 5_000 }).toBe(1);
    expect(kept.lost).toEqual([]);
    await expect(claim()).rejects.toThrow('is running already');
  });
});
