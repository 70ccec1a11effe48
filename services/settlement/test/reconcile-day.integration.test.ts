// A settled day against a clearing file on real Postgres: what was planted is found, once, and kept.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MoneyLine } from '@chipswitch/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconcileDay, settleBusinessDay } from '../src/index.ts';
import {
  type Day,
  date,
  declinedPurchase,
  openDay,
  purchase,
  refund,
  reverse,
  reversedPurchase,
  unacknowledgedAdvice,
} from './day-in-a-database.ts';

let day: Day;
const rrns: Record<string, string> = {};
beforeAll(async () => {
  day = await openDay();
  const ids: Record<string, string> = {
    clean: await purchase(day, 1200n),
    missing: await purchase(day, 800n),
    short: await purchase(day, 500n),
    refunded: await refund(day, 300n),
    reversed: await reversedPurchase(day, 5000n),
    declined: await declinedPurchase(day),
  };
  for (const [name, id] of Object.entries(ids)) {
    const found = await day.pool.query<{ rrn: string }>(
      `select facts -> 'outgoing' ->> 'retrievalReference' as rrn from payment where payment_id = $1`,
      [id],
    );
    rrns[name] = found.rows[0].rrn;
  }
});
afterAll(() => day.close());

const line = (ref: string, amountMinor: bigint, type: MoneyLine['type'] = 'sale') => ({
  ref,
  amountMinor,
  type,
  currency: 'CNY',
});
function delivery(lines: MoneyLine[], source = 'bank-a') {
  const text = lines.map((one) => `${one.ref}/${one.amountMinor}/${one.type}`).join('\n');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { source, businessDate: date, lines, sha256 };
}
const file = () =>
  delivery([
    line(rrns['clean'], 1200n),
    line(rrns['short'], 499n),
    line(rrns['refunded'], 300n, 'refund'),
    line(rrns['declined'], 1000n),
    line('STRANGER', 7n),
  ]);

describe('reconciliation of a day', () => {
  it('waits for the day to be settled', async () => {
    expect(await reconcileDay(day.pool, file())).toEqual({
      ok: false,
      error: { code: 'day-not-settled' },
    });
    expect(await reconcileDay(day.pool, { ...file(), businessDate: '2026-02-30' })).toEqual({
      ok: false,
      error: { code: 'not-a-date' },
    });
    expect(await settleBusinessDay(day.parts, date)).toMatchObject({
      result: { status: 'settled' },
    });
  });
  it('finds what is missing, different, unknown or cleared wrongly; once, whoever asks', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => reconcileDay(day.pool, file())));
    for (const outcome of outcomes) {
      if (!outcome.ok) throw new Error(outcome.error.code);
      expect(outcome.result).toMatchObject({ lines: 5, matched: 3 });
      const found = outcome.result.exceptions.map(
        (one) => `${one.code} ${one.ref} ${one.amountMinor}`,
      );
      expect(new Set(found)).toEqual(
        new Set([
          `NOT_IN_CLEARING ${rrns['missing']} 800`,
          `AMOUNT_MISMATCH ${rrns['short']} -1`,
          `CLEARED_BUT_DECLINED ${rrns['declined']} 1000`,
          'NOT_IN_SWITCH STRANGER 7',
        ]),
      );
    }
    expect(outcomes.filter((one) => one.ok && !one.result.repeated)).toHaveLength(1);
    const kept = await day.pool.query(`select from reconciliation_exception where status = 'open'`);
    expect(kept.rowCount).toBe(4);
  });
  it('takes no second file of other content for the same day, but one of another source', async () => {
    const other = delivery([line(rrns['clean'], 1200n)]);
    expect(await reconcileDay(day.pool, other)).toEqual({
      ok: false,
      error: { code: 'other-file-taken' },
    });
    expect(await reconcileDay(day.pool, delivery([], 'bank-b'))).toMatchObject({
      ok: true,
      result: { matched: 0, exceptions: [] },
    });
  });
});

describe('R23: an offline advice that its host never acknowledged', () => {
  it('R23: counts as the sale that it is booked as, and clears without an exception', async () => {
    const own = await openDay();
    try {
      const id = await unacknowledgedAdvice(own, 1000n);
      const settled = await settleBusinessDay(own.parts, date);
      expect(settled).toMatchObject({ result: { positions: [{ amountMinor: '1000' }] } });
      const found = await own.pool.query<{ reference: string }>(
        'select reference from payment_outcome where payment_id = $1',
        [id],
      );
      const cleared = delivery([line(found.rows[0].reference, 1000n)]);
      expect(await reconcileDay(own.pool, cleared)).toMatchObject({
        result: { matched: 1, exceptions: [] },
      });
    } finally {
      await own.close();
    }
  });
});

describe('R06: a sale that is reversed on the day after', () => {
  it('is matched as a sale on its day and as a reversal on the next', async () => {
    const own = await openDay();
    const next = '2026-03-05';
    const id = await purchase(own, 10_000n);
    const found = await own.pool.query<{ rrn: string }>(
      `select facts -> 'outgoing' ->> 'retrievalReference' as rrn from payment where payment_id = $1`,
      [id],
    );
    const [{ rrn }] = found.rows;
    await reverse(own, id, 10_000n, next);
    const parts = { ...own.parts, nowMs: Date.parse('2026-03-06T12:00:00Z') };
    for (const [businessDate, type] of [
      [date, 'sale'],
      [next, 'reversal'],
    ] as const) {
      expect(await settleBusinessDay(parts, businessDate)).toMatchObject({
        result: { status: 'settled' },
      });
      const file = { ...delivery([line(rrn, 10_000n, type)]), businessDate };
      expect(await reconcileDay(own.pool, file), businessDate).toMatchObject({
        result: { matched: 1, exceptions: [] },
      });
    }
    await own.close();
  });
});

describe('the process', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'clearing-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (text: string, source: string) => {
    const path = join(folder, 'file.jsonl');
    writeFileSync(path, text);
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: day.pool.options.connectionString,
    };
    return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const args = [main, 'reconcile', date, source, path];
      const child = execFile(process.execPath, args, { env }, (_fault, out, err) => {
        resolve({ code: child.exitCode, out, err });
      });
    });
  };
  it('exits 1 with exceptions, 0 without, 3 for a file that cannot be taken', async () => {
    const stranger = '{"ref":"X","amount":"7","currency":"CNY"}\n';
    const lonely = `${stranger}{"trailer":{"lines":"1","amountHash":"7"}}\n`;
    const found = await run(lonely, 'bank-c');
    expect(found).toMatchObject({ code: 1, err: '' });
    expect(found.out).toContain('1 lines, 0 matched, 1 exceptions\n  NOT_IN_SWITCH          X  7');
    const empty = '{"trailer":{"lines":"0","amountHash":"0"}}';
    expect(await run(empty, 'bank-d')).toMatchObject({ code: 0, err: '' });
    const cut = await run(stranger, 'bank-e');
    expect(cut).toMatchObject({ code: 3, out: '' });
    expect(cut.err).toContain('line 2: no-trailer');
    expect((await run(empty, 'bank-c')).code).toBe(3);
  });
});
