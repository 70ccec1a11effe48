// A business day settled on real Postgres: once, by whoever comes first, however often it is interrupted.
import type { Pool, PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type SettlementResult,
  confirmBatchEnd,
  proposeBatchEnd,
  settleBusinessDay,
  settleDaysOver,
  unequalBatches,
} from '../src/index.ts';
import {
  type Day,
  approve,
  date,
  declinedPurchase,
  open,
  openDay,
  purchase,
  refund,
  reverse,
  reversedPurchase,
  unbookedPurchase,
} from './day-in-a-database.ts';

let day: Day;
beforeEach(async () => {
  day = await openDay();
});
afterEach(() => day.close());

async function settle(parts = day.parts): Promise<SettlementResult> {
  const outcome = await settleBusinessDay(parts, date);
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.result;
}
const codes = (result: SettlementResult) => result.findings.map((finding) => finding.code);
async function count(table: string): Promise<number> {
  const rows = await day.pool.query<{ n: string }>(`select count(*) as n from ${table}`);
  return Number(rows.rows[0].n);
}

async function busyDay(): Promise<void> {
  await purchase(day, 1200n);
  await purchase(day, 800n);
  await refund(day, 300n);
  await reversedPurchase(day, 5000n);
  await declinedPurchase(day);
}

describe('a business day', () => {
  it('without anything in it is settled', async () => {
    expect(await settle()).toMatchObject({ status: 'settled', postings: '0', findings: [] });
  });
  it('is proved and settled, and a second run changes nothing', async () => {
    await busyDay();
    const first = await settle();
    expect(first).toMatchObject({
      status: 'settled',
      repeated: false,
      postings: '10',
      findings: [],
      positions: [{ currency: 'CNY', merchants: '1', amountMinor: '1700' }],
    });
    expect(
      first.trialBalance.map((row) => [row.accountCode, row.debitMinor, row.creditMinor]),
    ).toEqual([
      [1150, '7000', '5300'],
      [2150, '5300', '7000'],
    ]);
    expect(await settle()).toEqual({ ...first, repeated: true });
    expect([await count('settlement_run'), await count('settlement_position')]).toEqual([1, 1]);
  });
  it('waits for payments that are not at rest, and goes on when they are', async () => {
    const id = await open(day);
    const blocked = await settle();
    expect(blocked).toMatchObject({ status: 'blocked', positions: [] });
    expect(codes(blocked)).toEqual(['payments-open']);
    await approve(day, id);
    expect(await settle()).toMatchObject({ status: 'settled', repeated: false });
    const tries = await day.pool.query('select tries from settlement_run');
    expect(tries.rows).toEqual([{ tries: 2 }]);
  });
  it.each(['08', '16', '85', 'A2'])('H2 = R18: settles what was approved by %s', async (code) => {
    const id = await open(day);
    await approve(day, id, 1000n, date, code);
    expect(await settle()).toMatchObject({
      status: 'settled',
      findings: [],
      positions: [{ amountMinor: '1000' }],
    });
  });
  it('names the payment whose booking is not what its outcome says', async () => {
    await purchase(day, 100n);
    const id = await unbookedPurchase(day);
    const failed = await settle();
    expect(failed.status).toBe('failed');
    expect(failed.findings).toEqual([
      {
        code: 'booking-differs',
        subject: `payment ${id}`,
        detail: 'APPROVED: -1000 expected, 0 booked',
      },
    ]);
    expect(await count('settlement_position')).toBe(0);
  });
  it('does not settle books that somebody bent behind the triggers', async () => {
    await purchase(day, 100n);
    await day.pool.query('alter table ledger_posting disable trigger all');
    await day.pool.query('update ledger_posting set amount_minor = 101 where amount_minor = 100');
    await day.pool.query('alter table ledger_posting enable trigger all');
    const failed = await settle();
    expect(failed.status).toBe('failed');
    expect(codes(failed)).toEqual(['trial-balance-not-zero', 'unsound-transaction']);
  });
  it('tells a transaction that lost its legs', async () => {
    await day.pool.query(
      `insert into ledger_transaction (reference, kind, business_date, currency)
       values ('bare', 'capture', '${date}', 'CNY')`,
    );
    expect(codes(await settle())).toEqual(['unsound-transaction']);
  });
  it('notices what somebody wrote into it after it was settled', async () => {
    await purchase(day, 700n);
    expect((await settle()).status).toBe('settled');
    await day.pool.query(
      `with written as (
         insert into ledger_transaction (reference, kind, business_date, currency)
         values ('bent', 'capture', '${date}', 'CNY') returning transaction_id)
       insert into ledger_posting
       select transaction_id, leg, '${date}', 2150 - 1000 * (leg - 1), 'M1', 3 - 2 * leg, 'CNY'
       from written, (values (1), (2)) as legs (leg)`,
    );
    const again = await settle();
    expect(again).toMatchObject({ status: 'failed', repeated: true });
    expect(again.findings).toEqual([
      {
        code: 'changed-after-settlement',
        subject: date,
        detail: '2 postings were settled, 4 are there',
      },
    ]);
  });
  it('keeps what was settled: the rows can be neither changed nor removed', async () => {
    await purchase(day, 700n);
    await settle();
    for (const statement of [
      `update settlement_run set status = 'failed'`,
      'delete from settlement_run',
      'truncate settlement_run',
      'update settlement_position set amount_minor = 0',
      'delete from settlement_position',
      'truncate settlement_position',
    ]) {
      await expect(day.pool.query(statement), statement).rejects.toThrow('append only');
    }
  });
  it.each([
    ['2026-03-05', 'day-not-over'],
    ['2026-02-30', 'not-a-date'],
    ['yesterday', 'not-a-date'],
  ])('%s is refused: %s', async (text, code) => {
    expect(await settleBusinessDay(day.parts, text)).toEqual({ ok: false, error: { code } });
  });
});

describe('R06: a step is booked on the business date on which it happens', () => {
  const dayTwo = '2026-03-05';
  const dayTen = '2026-03-14';
  const later = () => ({ ...day.parts, nowMs: Date.parse('2026-03-20T12:00:00Z') });
  const owed = async () => {
    const { rows } = await day.pool.query<{ on: string; amount: string }>(
      `select business_date::text as on, amount_minor::text as amount
       from settlement_position order by business_date`,
    );
    return rows.map((row) => [row.on, row.amount]);
  };
  it('a reversal after settlement of its sale is owed back on its own day', async () => {
    const id = await purchase(day, 10_000n);
    await settle();
    await reverse(day, id, 10_000n, dayTwo);
    await purchase(day, 700n, dayTwo);
    const results = await settleDaysOver(later());
    expect(results[0]).toMatchObject({ businessDate: dayTwo, status: 'settled', findings: [] });
    expect(await owed()).toEqual([
      [date, '10000'],
      [dayTwo, '-9300'],
    ]);
    expect(await settle()).toMatchObject({ status: 'settled', repeated: true, findings: [] });
  });
  it('ten days later it is the same, and every day can still be proved', async () => {
    const id = await purchase(day, 10_000n);
    await settle();
    await reverse(day, id, 10_000n, dayTen);
    for (const result of await settleDaysOver(later())) {
      expect(result).toMatchObject({ status: 'settled', findings: [] });
    }
    expect(await owed()).toEqual([
      [date, '10000'],
      [dayTen, '-10000'],
    ]);
    expect(await settle()).toMatchObject({ status: 'settled', repeated: true, findings: [] });
  });
  it('what is on its way into a day that is closed is booked on the next', async () => {
    await settle();
    await approve(day, await open(day));
    await settleDaysOver(later());
    expect(await owed()).toEqual([[dayTwo, '1000']]);
  });
  it('a close waits for a booking that is being written, and the next one goes elsewhere', async () => {
    const writer = await day.pool.connect();
    await writer.query('begin');
    const dateOf = async (by: Pool | PoolClient) =>
      (await by.query<{ d: string }>(`select open_business_date('${date}')::text as d`)).rows[0].d;
    expect(await dateOf(writer)).toBe(date);
    const closed: string[] = [];
    const settling = settle().then(() => closed.push('closed'));
    const waiting = `select from pg_locks where locktype = 'advisory' and not granted`;
    await expect.poll(async () => (await day.pool.query(waiting)).rowCount).toBe(1);
    expect(closed).toEqual([]);
    await writer.query('commit');
    writer.release();
    await settling;
    expect(await dateOf(day.pool)).toBe(dayTwo);
  });
  it('an outcome without a booking is found on the day it is reached, not only on the day it was asked', async () => {
    const id = await purchase(day, 10_000n);
    await settle();
    const bare = { businessDate: dayTwo, event: 'reversed' };
    await day.journal.step({ paymentId: id, version: 2, state: 'REVERSED', ...bare });
    const [result] = await settleDaysOver(later());
    expect(result).toMatchObject({ businessDate: dayTwo, status: 'failed' });
    expect(codes(result)).toEqual(['booking-differs']);
  });
});

describe('runs', () => {
  it('of the same day at once wait for each other: one settles', async () => {
    await busyDay();
    const results = await Promise.all(Array.from({ length: 6 }, () => settle()));
    expect(results.filter((result) => !result.repeated)).toHaveLength(1);
    expect(new Set(results.map((result) => result.checksum)).size).toBe(1);
    expect(await count('settlement_position')).toBe(1);
  });

  /** A pool whose connection breaks at its nth statement. */
  function breakingPool(at: number): { pool: Pool; statements: () => number } {
    let statements = 0;
    const connect = async (): Promise<PoolClient> => {
      const client = await day.pool.connect();
      return new Proxy(client, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          if (name !== 'query') return value.bind(target) as unknown;
          return async (...args: unknown[]) => {
            if (++statements === at) throw new Error('the connection is gone');
            return (await Reflect.apply(value, target, args)) as unknown;
          };
        },
      });
    };
    const pool = new Proxy(day.pool, {
      get: (target, name) =>
        name === 'connect' ? connect : (Reflect.get(target, name) as unknown),
    });
    return { pool, statements: () => statements };
  }

  it('that are interrupted at any statement leave nothing behind, and the next one settles', async () => {
    await busyDay();
    let at = 1;
    for (; ; at++) {
      const { pool, statements } = breakingPool(at);
      const broken = await settle({ ...day.parts, pool }).catch((error: Error) => error);
      if (!(broken instanceof Error)) {
        expect(statements()).toBeLessThan(at);
        break;
      }
      expect(broken.message).toBe('the connection is gone');
      const done = await count('settlement_run');
      // Only a connection lost after the commit may have left a settled day.
      expect(done).toBe(await count('settlement_position'));
    }
    expect(at).toBeGreaterThan(8);
    expect(await settle()).toMatchObject({ status: 'settled', repeated: true });
  });

  it('catch up with every day that is over, and leave today alone', async () => {
    await open(day, { businessDate: '2026-03-02' });
    await purchase(day, 700n);
    await open(day, { businessDate: '2026-03-05' });
    const results = await settleDaysOver(day.parts);
    expect(results.map((result) => [result.businessDate, result.status])).toEqual([
      ['2026-03-02', 'blocked'],
      ['2026-03-03', 'settled'],
      ['2026-03-04', 'settled'],
    ]);
  });
});

describe('batches', () => {
  /** Closes the open batch of T1 as a switch does, on a business date. */
  async function closeBatch(totals: object, code = '00', on: string = date): Promise<string> {
    await day.pool.query(
      `insert into open_batch (terminal_id) values ('T1') on conflict do nothing`,
    );
    const closed = await day.pool.query<{ id: string }>(
      `insert into terminal_batch (batch_id, terminal_id, batch_number, batch_key, business_date,
         response_code, host_totals, terminal_totals)
       select batch_id, 'T1', '000001', 'key', $3, $1, $2, '{}' from open_batch where terminal_id = 'T1'
       returning batch_id::text as id`,
      [code, JSON.stringify(totals), on],
    );
    await day.pool.query(`update open_batch set batch_id = nextval('batch_id')`);
    return closed.rows[0].id;
  }
  const totals = {
    DE74: '0000000001',
    DE75: '0000000000',
    DE76: '0000000002',
    DE77: '0000000000',
    DE86: '0000000000000300',
    DE87: '0000000000000000',
    DE88: '0000000000002000',
    DE89: '0000000000000000',
    DE97: 'D0000000000001700',
  };
  const nothing = Object.fromEntries(
    Object.entries(totals).map(([name, text]) => [name, text.replaceAll(/[1-9]/g, '0')]),
  );
  const before = '2026-03-03';
  const agreed = { code: 'batch-not-agreed', subject: 'terminal T1, batch key' };

  it('are held against their items', async () => {
    await purchase(day, 1200n);
    await purchase(day, 800n);
    await refund(day, 300n);
    await closeBatch(totals);
    await purchase(day, 5n);
    await closeBatch(totals, '95');
    const result = await settle();
    expect(result).toMatchObject({ status: 'settled', batches: 2 });
    expect(result.findings).toEqual([
      {
        code: 'batch-differs',
        subject: 'terminal T1, batch key',
        detail: 'DE74 DE76 DE86 DE88 DE97',
      },
      { ...agreed, detail: 'closed with response code 95' },
    ]);
  });
  it('R08: an unequal batch without any payment is looked at', async () => {
    await closeBatch(nothing, '95');
    expect(await settle()).toMatchObject({
      status: 'settled',
      batches: 1,
      findings: [{ ...agreed, detail: 'closed with response code 95' }],
    });
  });
  it('R09: a batch of payments of another day is looked at on the day of its close', async () => {
    await purchase(day, 1200n, before);
    await purchase(day, 800n, before);
    await closeBatch(totals, '95');
    const outcome = await settleBusinessDay(day.parts, before);
    expect(outcome).toMatchObject({ ok: true, result: { batches: 0, findings: [] } });
    const result = await settle();
    expect(result.batches).toBe(1);
    expect(codes(result)).toEqual(['batch-differs', 'batch-not-agreed']);
  });
  it('R09: an unequal batch is reported after its day too, until somebody ends it', async () => {
    const id = await closeBatch(nothing, '95', before);
    await closeBatch(nothing, '00', before);
    expect(await settle()).toMatchObject({
      batches: 0,
      findings: [{ ...agreed, detail: 'closed on 2026-03-03 with response code 95' }],
    });
    expect(await unequalBatches(day.pool)).toMatchObject([{ batchId: id, businessDate: before }]);
    const end = { batchId: id, by: 'A. Clerk', reason: 'slips compared' };
    const confirmed = { batchId: id, by: 'B. Other' };
    const no = (code: string) => ({ ok: false, error: { code } });
    expect(await confirmBatchEnd(day.pool, confirmed)).toEqual(no('no-proposal'));
    expect(await proposeBatchEnd(day.pool, end)).toEqual({ ok: true });
    expect(await unequalBatches(day.pool)).toHaveLength(1);
    // Four eyes: whoever proposes does not confirm, however the name is written.
    for (const by of ['A. Clerk', ' a.  clerk ', 'A. CLERK']) {
      expect(await confirmBatchEnd(day.pool, { batchId: id, by })).toEqual(no('same-person'));
    }
    expect(await confirmBatchEnd(day.pool, confirmed)).toEqual({ ok: true });
    expect(await confirmBatchEnd(day.pool, confirmed)).toEqual(no('not-listed'));
    expect(await unequalBatches(day.pool)).toEqual([]);
    const next = { ...day.parts, nowMs: day.parts.nowMs + 86_400_000 };
    expect(await settleBusinessDay(next, '2026-03-05')).toMatchObject({
      ok: true,
      result: { findings: [] },
    });
  });
  it('R12: what an upload left to a person is told with its batch', async () => {
    const id = await closeBatch(nothing, '95');
    const other = await closeBatch(nothing);
    for (const [batch, key, finding] of [
      [id, 'a', 'not-in-journal'],
      [id, 'b', 'not-sent'],
      [id, 'c', 'not-sent'],
      [id, 'c', 'matched'], // Sent after all.
      [other, 'd', 'other-amount'],
    ]) {
      await day.pool.query(
        `insert into terminal_batch_item (terminal_id, batch_number, batch_id, item_key, finding, amount_minor)
         values ('T1', '000001', $1, $2, $3, 100)`,
        [batch, key, finding],
      );
    }
    expect((await settle()).findings.map(({ detail }) => detail)).toEqual([
      'closed with response code 95, 1 not-in-journal, 1 not-sent',
      'closed with response code 00, 1 other-amount',
    ]);
  });
  it.each([
    ['no number', { batchId: '1; drop' }, 'not-a-batch'],
    ['nobody', { by: ' ' }, 'no-name'],
    ['no reason', { reason: '' }, 'no-reason'],
    ['a batch that is not listed', {}, 'not-listed'],
  ])('are not ended by %s', async (_what, change, code) => {
    const batchId = await closeBatch(nothing);
    const end = { batchId, by: 'A. Clerk', reason: 'slips compared', ...change };
    expect(await proposeBatchEnd(day.pool, end)).toEqual({ ok: false, error: { code } });
  });
});
