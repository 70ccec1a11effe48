// The kinds of payment in SQL (payment_kind) and in TypeScript (packages/transaction/src/kinds) are the same.
import { account, minorUnits } from '@chipswitch/ledger';
import { migrate } from '@chipswitch/ledger/postgres';
import { type KindRow, paymentKinds } from '@chipswitch/transaction';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '' });
beforeAll(async () => {
  await migrate(pool);
});
afterAll(() => pool.end());

/** What one unit of the kind books to an account. */
function bookedTo(row: KindRow, code: number): number {
  const booked = row.booking?.book({
    payment: '1',
    merchant: 'M',
    scheme: 'S',
    currency: 'CNY',
    amountMinor: minorUnits(1n),
    original: { paymentId: '2', kind: 'preauthorisation', amountMinor: 1n },
  });
  const legs = booked?.postings.filter((leg) => leg.accountCode === code) ?? [];
  return legs.reduce((sum, leg) => sum + Number(leg.amountMinor), 0);
}

describe('B6: the kinds of payment', () => {
  it('B6: are the same in SQL and in TypeScript: their buckets, and what they book', async () => {
    const expected = [...paymentKinds.values()].map((row) => {
      const merchant = bookedTo(row, account.pendingToMerchant);
      const hold = bookedTo(row, account.authorisationHoldsContra);
      const isOnHold = merchant === 0 && hold !== 0;
      return {
        name: row.name,
        bucket: row.bucket ?? null,
        effect: isOnHold ? hold : merchant,
        on_hold: isOnHold,
        items: row.changesItem === true ? 0 : 1,
        is_cleared: bookedTo(row, account.pendingCaptures) !== 0,
      };
    });
    const stored = await pool.query(
      'select name, bucket, effect, on_hold, items, is_cleared from payment_kind',
    );
    const byName = (rows: readonly { name: string }[]): Record<string, unknown> =>
      Object.fromEntries(rows.map((row) => [row.name, row]));
    expect(byName(stored.rows)).toEqual(byName(expected));
  });
  it.each([...paymentKinds.values()])(
    '$name: what it unbooks is the opposite of what it books',
    (row) => {
      const figures = {
        payment: '1',
        merchant: 'M',
        scheme: 'S',
        currency: 'CNY',
        amountMinor: minorUnits(7n),
        original: { paymentId: '2', kind: 'preauthorisation', amountMinor: 9n },
      };
      const sums = new Map<string, bigint>();
      for (const booking of [row.booking?.book(figures), row.booking?.unbook(figures)]) {
        for (const { accountCode, accountScope, amountMinor } of booking?.postings ?? []) {
          const name = `${accountCode}/${accountScope}`;
          sums.set(name, (sums.get(name) ?? 0n) + amountMinor);
        }
      }
      expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
    },
  );
});
