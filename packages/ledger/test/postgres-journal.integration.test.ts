// The payment journal's contract against Postgres, and what the database itself refuses.
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresJournal, migrate } from '../src/postgres/index.ts';
import { journalContract, newPayment } from './journal-contract.ts';
import { capturePostings, minorUnits } from '../src/index.ts';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL']! });
const faults: string[] = [];
const journal = createPostgresJournal({ pool, onFault: (fault) => faults.push(fault.message) });

beforeAll(async () => {
  expect(await migrate(pool)).toEqual([
    '001-journal',
    '002-bookings-of-a-payment',
    '003-closed-business-days',
    '004-business-calendar',
  ]);
  expect(await migrate(pool)).toEqual([]);
});
afterAll(() => pool.end());

journalContract('Postgres', () => journal);

describe('what the database refuses', () => {
  it('a transaction that does not sum to zero', async () => {
    await expect(
      pool.query(`insert into ledger_posting values
        (900001, 1, '2026-11-22', 1150, 'visa', 100, 'CNY'),
        (900001, 2, '2026-11-22', 2150, 'm1', -99, 'CNY')`),
    ).rejects.toThrow('sum to zero');
  });
  it.each([
    'update ledger_posting set amount_minor = 1',
    'delete from ledger_posting',
    'truncate ledger_posting',
    'delete from ledger_transaction',
    'update payment_event set event = $$x$$',
    'truncate payment_event',
    'delete from payment',
  ])('%s', async (statement) => {
    const opened = await journal.open(newPayment(`refuse-${statement}`));
    if (!opened.ok) throw new Error(opened.error.code);
    const { paymentId } = opened.record;
    const booking = capturePostings({
      payment: paymentId,
      merchant: 'm1',
      scheme: 'visa',
      amountMinor: minorUnits(100n),
      currency: 'CNY',
    });
    const step = {
      paymentId,
      version: 1,
      businessDate: '2026-11-22',
      state: 'APPROVED',
      event: 'e',
    };
    expect(await journal.step({ ...step, booking })).toEqual({ ok: true });
    await expect(pool.query(statement)).rejects.toThrow('append only');
  });
  it('a PAN in the clear', async () => {
    const before = faults.length;
    const result = await journal.open({ ...newPayment('pan'), panTruncated: '4761739001010119' });
    expect(result).toEqual({ ok: false, error: { code: 'journal-unavailable' } });
    expect(faults.length).toBe(before + 1);
    expect(faults.at(-1)).not.toContain('4761739001010119');
  });
  it('one bad payment of a batch, and only that one', async () => {
    const results = await Promise.all([
      journal.open(newPayment('batch-1')),
      journal.open({ ...newPayment('batch-2'), panTruncated: '47617390010101' }),
      journal.open(newPayment('batch-3')),
    ]);
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
  });
  it('makes partitions for days to come, once', async () => {
    const sql = `select ensure_business_days('2031-01-01', '2031-01-03') as made`;
    expect((await pool.query(sql)).rows).toEqual([{ made: 6 }]);
    expect((await pool.query(sql)).rows).toEqual([{ made: 0 }]);
  });
});
