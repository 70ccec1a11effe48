// Claims on a real database: one living process for an instance and a node, whoever else starts.
import { fileURLToPath } from 'node:url';
import type { PaymentJournal } from '@chipswitch/ledger';
import { createPostgresJournal, migrate } from '@chipswitch/ledger/postgres';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClaimParts, type InstanceClaim, adoptPayments, claimInstance } from '../src/index.ts';

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
  (
    await pool.query(
      'select instance, node from switch_instance where expires_at > clock_timestamp() order by instance',
    )
  ).rows;

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
    const own = `select session_pid as pid from switch_instance where instance = 'one'`;
    const pidOf = async () => (await pool.query<{ pid: number }>(own)).rows[0].pid;
    const before = await pidOf();
    await pool.query('select pg_terminate_backend($1)', [before]);
    await expect.poll(pidOf, { timeout: 10_000 }).not.toBe(before);
    expect(kept.lost).toEqual([]);
    await expect(claim()).rejects.toThrow('is running already');
  });
});

describe('M9: what a dead instance left open', () => {
  const anyPayment = {
    fingerprint: 'f',
    businessDate: '2026-12-01',
    kind: 'purchase',
    acceptorId: 'M1',
    terminalId: 'T1',
    amountMinor: 1n,
    currency: 'CNY',
    panHmac: '',
    panTruncated: '',
    facts: {},
  };
  const hosts = ['a', 'b'];
  let journal: PaymentJournal;
  const ownersOf = async () =>
    (await pool.query('select idempotency_key as key, owner from payment order by 1')).rows;
  beforeAll(async () => {
    journal = createPostgresJournal({ pool });
    for (const [key, owner, host, state] of [
      ['1', 'dead', 'a', 'SENDING'],
      ['2', 'dead', 'b', 'REVERSAL_DUE'],
      ['3', 'dead', 'c', 'SENDING'],
      ['4', 'dead', 'a', 'ANSWERED'],
      ['5', 'dead', 'a', 'MANUAL'],
      ['6', 'living', 'a', 'SENDING'],
      ['7', 'never-claimed', 'a', 'SENDING'],
    ] as const) {
      const of = { key, owner, host, state };
      const opened = await journal.open({ ...anyPayment, ...of });
      expect(opened).toMatchObject({ ok: true });
    }
    await claim({ instance: 'dead', node: 3 });
    await held.pop()?.release();
  });
  const endedAgo = (instance: string, ms: number) =>
    pool.query(
      `update switch_instance set expires_at = clock_timestamp() - $2 * interval '1 ms'
       where instance = $1`,
      [instance, ms],
    );
  const watchingFor = (instance: string, ms: number) =>
    pool.query(
      `update switch_instance set alive_since = clock_timestamp() - $2 * interval '1 ms'
       where instance = $1`,
      [instance, ms],
    );
  it('stays its own for two seconds, and as long as nobody has watched for four', async () => {
    await claim();
    await watchingFor('one', 10_000);
    await endedAgo('dead', 1_000);
    expect(await adoptPayments(pool, { instance: 'one', hosts })).toBe(0);
    await endedAgo('dead', 60_000);
    await watchingFor('one', 2_000);
    expect(await adoptPayments(pool, { instance: 'one', hosts })).toBe(0);
    // Cut off from the database with everybody else: its own claim has run out, too.
    await watchingFor('one', 10_000);
    await endedAgo('one', 1);
    expect(await adoptPayments(pool, { instance: 'one', hosts })).toBe(0);
    // The renewal after that begins to watch anew.
    const since = `select alive_since > clock_timestamp() - interval '4 s' as "isNew",
      expires_at > clock_timestamp() as "isAlive" from switch_instance where instance = 'one'`;
    await expect
      .poll(async () => (await pool.query(since)).rows[0], { timeout: 5_000 })
      .toEqual({ isNew: true, isAlive: true });
    expect(await adoptPayments(pool, { instance: 'one', hosts })).toBe(0);
  });
  it('then goes to who asks, at hosts that both have', async () => {
    await claim({ instance: 'living', node: 2 });
    await claim();
    for (const instance of ['one', 'living']) await watchingFor(instance, 10_000);
    await endedAgo('dead', 3_000);
    const both = await Promise.all(
      ['one', 'living'].map((instance) => adoptPayments(pool, { instance, hosts })),
    );
    expect(both[0] + both[1]).toBe(2);
    const owners = (await ownersOf()).map(({ owner }: { owner: string }) => owner);
    expect(owners.slice(0, 2)).not.toContain('dead');
    expect(owners.slice(2)).toEqual(['dead', 'dead', 'dead', 'living', 'never-claimed']);
  });
  it('is not adopted while another process has taken the name up', async () => {
    await claim({ instance: 'dead', node: 4 });
    await claim();
    await watchingFor('one', 10_000);
    expect(await adoptPayments(pool, { instance: 'one', hosts: ['c'] })).toBe(0);
  });
});
