// The payment journal's contract against Postgres, and what the database itself refuses.
import { readdirSync } from 'node:fs';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Json,
  type PaymentStep,
  capturePostings,
  chartOfAccounts,
  minorUnits,
} from '../src/index.ts';
import { createPostgresJournal, migrate } from '../src/postgres/index.ts';
import { journalContract, newPayment } from './journal-contract.ts';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL']! });
const faults: string[] = [];
const journal = createPostgresJournal({ pool, onFault: (fault) => faults.push(fault.message) });

beforeAll(async () => {
  const folder = new URL('../src/postgres/migrations/', import.meta.url);
  expect(await migrate(pool)).toEqual(readdirSync(folder).toSorted());
  expect(await migrate(pool)).toEqual([]);
});
afterAll(() => pool.end());

journalContract(
  'Postgres',
  () => journal,
  (terminalId) =>
    pool.query(`update open_batch set batch_id = nextval('batch_id') where terminal_id = $1`, [
      terminalId,
    ]),
);

describe('the chart of accounts', () => {
  it('B22: has in the database the codes, names and types of chart.ts', async () => {
    const found = await pool.query('select code, name, type from account_class order by code');
    expect(found.rows).toEqual(chartOfAccounts);
  });
  it('B22: is what postings are checked against', async () => {
    const found = await pool.query<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint
       where conname = 'ledger_posting_account_code_check' and conrelid = 'ledger_posting'::regclass`,
    );
    const codes = found.rows[0].definition.match(/\d{4}/g)?.map(Number);
    expect(codes).toEqual(chartOfAccounts.map(({ code }) => code));
  });
});

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
    expect(result).toEqual({ ok: false, error: { code: 'not-storable' } });
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
  it('R02: one step of a batch that cannot be booked or written, and only that one', async () => {
    const opening = ['r02-1', 'r02-2', 'r02-3', 'r02-4', 'r02-5', 'r02-6'].map((key) =>
      journal.open(newPayment(key)),
    );
    const ids = (await Promise.all(opening)).map((opened) => {
      if (!opened.ok) throw new Error(opened.error.code);
      return opened.record.paymentId;
    });
    const stepOf = (paymentId: string): PaymentStep => ({
      paymentId,
      version: 1,
      businessDate: '2026-11-22',
      state: 'APPROVED',
      event: 'e',
      booking: capturePostings({
        payment: paymentId,
        merchant: 'm1',
        scheme: 'visa',
        amountMinor: minorUnits(100n),
        currency: 'CNY',
      }),
    });
    const [zero, notJson, tooBig, notANumber] = ids.map(stepOf);
    const circle: Record<string, Json> = {};
    circle['again'] = circle;
    const { booking } = tooBig;
    const legs = booking!.postings.map((leg) => ({
      ...leg,
      amountMinor: minorUnits(leg.amountMinor * 10n ** 20n),
    }));
    const results = await Promise.all(
      [
        { ...zero, booking: { ...booking!, postings: [] } },
        { ...notJson, facts: circle },
        { ...tooBig, booking: { ...booking!, reference: 'r02-big', postings: legs } },
        { ...notANumber, paymentId: '' },
        stepOf(ids[4]),
        stepOf(ids[5]),
      ].map((step) => journal.step(step)),
    );
    const refused = { ok: false, error: { code: 'not-storable' } };
    const done = { ok: true };
    expect(results).toEqual([refused, refused, refused, refused, done, done]);
    const states = await pool.query<{ state: string }>(
      'select state from payment where payment_id = any($1) order by payment_id',
      [ids],
    );
    expect(states.rows.map((row) => row.state)).toEqual(
      'SENDING SENDING SENDING SENDING APPROVED APPROVED'.split(' '),
    );
  });
  it('makes partitions for days to come, once', async () => {
    const sql = `select ensure_business_days('2031-01-01', '2031-01-03') as made`;
    expect((await pool.query(sql)).rows).toEqual([{ made: 6 }]);
    expect((await pool.query(sql)).rows).toEqual([{ made: 0 }]);
  });
});
