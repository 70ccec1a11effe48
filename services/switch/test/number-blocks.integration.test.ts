// Numbers from a real database: never given twice, over processes, restarts, rounds and business dates.
import { fileURLToPath } from 'node:url';
import { createPostgresJournal, migrate } from '@chipswitch/ledger/postgres';
import {
  type NumberSource,
  createRetrievalReferences,
  createTraceNumbers,
} from '@chipswitch/transaction';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NumbersParts, claimNumbers, createNumberStore } from '../src/index.ts';

const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
let pool: Pool;
let businessDate = '2026-12-01';
const faults: string[] = [];
const claim = (more: Partial<NumbersParts> = {}) =>
  claimNumbers({
    store: createNumberStore(pool),
    node: 3,
    hosts: ['a', 'b'],
    businessDate: () => businessDate,
    onFault: (fault) => faults.push(fault.message),
    blockSize: 50,
    ...more,
  });

const payment = (key: string, outgoing: Readonly<Record<string, string>>) => ({
  key,
  fingerprint: 'f',
  businessDate,
  kind: 'purchase',
  state: 'SENDING',
  owner: 'test',
  acceptorId: 'M1',
  terminalId: 'T1',
  amountMinor: 1n,
  currency: 'CNY',
  panHmac: '00',
  panTruncated: '476173******0119',
  host: 'old',
  facts: { outgoing },
});

beforeAll(async () => {
  pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '' });
  await migrate(pool);
  const journal = createPostgresJournal({ pool });
  const outgoing = { stan: '000123', retrievalReference: '633570000200' };
  expect(await journal.open(payment('before-the-marks', outgoing))).toMatchObject({ ok: true });
  await migrate(pool, 'switch', migrations);
});
afterAll(() => pool.end());

/** Takes numbers as fast as they come; a block that is being claimed is waited for. */
async function take<T>(count: number, next: () => T | undefined): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const one = next();
    if (one === undefined) await new Promise((resolve) => setImmediate(resolve));
    else taken.push(one);
  }
  return taken;
}
const stansOf = (source: NumberSource, count: number) =>
  take(count, createTraceNumbers(source).take);

describe('R04 = R05 = R43 = M7: numbers', () => {
  it('go on behind what was given out before there were marks', async () => {
    const numbers = await claim({ hosts: ['old'], node: 7 });
    expect(await stansOf(numbers.traceNumbers('old'), 1)).toEqual(['000124']);
    const references = createRetrievalReferences(7, numbers.retrievalReferences);
    expect(references.take('2026-12-01')).toBe('633570000201');
  });
  it('of one host are given once, however many processes take them at once', async () => {
    const processes = await Promise.all([0, 1, 2, 3].map((node) => claim({ node })));
    const taken = await Promise.all(
      processes.map(async (one) => ({
        a: await stansOf(one.traceNumbers('a'), 500),
        b: await stansOf(one.traceNumbers('b'), 100),
      })),
    );
    const a = taken.flatMap((one) => one.a);
    expect(new Set(a).size).toBe(2_000);
    expect(new Set(taken.flatMap((one) => one.b)).size).toBe(400);
  });
  it('are not given again after a crash: the rest of the block is left out', async () => {
    const seen = new Set<string>();
    for (let restart = 0; restart < 5; restart++) {
      const numbers = await claim();
      const references = createRetrievalReferences(3, numbers.retrievalReferences);
      const stans = await stansOf(numbers.traceNumbers('a'), 30);
      const rrns = await take(30, () => references.take(businessDate));
      for (const one of [...stans, ...rrns]) {
        expect(seen.has(one), one).toBe(false);
        seen.add(one);
      }
    }
  });
  it('come round from 999999 to 000001, past those that an open payment still has', async () => {
    const journal = createPostgresJournal({ pool });
    const held = { ...payment('held', { stan: '000003' }), host: 'round', owner: 'another' };
    expect(await journal.open(held)).toMatchObject({ ok: true });
    await pool.query(
      `update payment set opened_at = opened_at - interval '1 hour',
         facts = facts || '{"followUp": {"stan": "000005"}}' where idempotency_key = 'held'`,
    );
    await pool.query(`insert into number_sequence values ('stan/round', 999997, current_date, 0)`);
    const numbers = await claim({ hosts: ['round'] });
    const taken = await stansOf(numbers.traceNumbers('round'), 6);
    expect(taken).toEqual(['999998', '999999', '000001', '000002', '000004', '000006']);
  });
  it('of references end with a business date, and begin again with the next', async () => {
    await pool.query(
      `insert into number_sequence values ('rrn/5', 20000000, '2026-12-01', 10000200)`,
    );
    const numbers = await claim({ node: 5 });
    const references = createRetrievalReferences(5, numbers.retrievalReferences);
    expect(references.take('2026-12-01')).toBeUndefined();
    expect(faults).toContain('rrn/5: every number of this business date is given out');
    businessDate = '2026-12-02';
    expect(await take(1, () => references.take(businessDate))).toEqual(['633650000001']);
  });
});
