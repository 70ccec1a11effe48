// Two business days of a running switch, settled: every step is owed on the day on which it happened.
import { businessCalendar } from '@chipswitch/ledger';
import { migrateSettlement, settleDaysOver } from '@chipswitch/settlement';
import { buildReversal } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stand, openStand, purchase } from './switch-stand.ts';

const dayMs = 86_400_000;
const dayOne = Date.parse('2026-11-22T02:00:00Z');
let now = dayOne;
let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ nowMs: () => now });
  await migrateSettlement(stand.pool);
});
afterAll(() => stand.close());

async function codeOf(message: IsoMessage): Promise<string | undefined> {
  const link = stand.link();
  const result = await link.exchange(message, 4_000);
  link.close();
  if (!result.ok) throw new Error(`no answer: ${result.error.code}`);
  return textOf(result.message, 39);
}

async function atRest(): Promise<void> {
  const open = `select from payment where state not in ('ANSWERED', 'REVERSED')`;
  await expect
    .poll(async () => (await stand.pool.query(open)).rowCount, { timeout: 8_000 })
    .toBe(0);
}

async function settleOver() {
  const calendar = businessCalendar({ timeZone: 'Asia/Shanghai', cutOff: '24:00:00' });
  if (!calendar.ok) throw new Error(calendar.error.code);
  const parts = { pool: stand.pool, calendar: calendar.value, nowMs: now };
  const results = await settleDaysOver(parts);
  return results.map(({ businessDate, status, findings }) => ({ businessDate, status, findings }));
}

it('R06 = M5: day 2 owes 7.00 less the 100.00 that day 1 had already settled', async () => {
  const sale = purchase(10_000);
  expect(await codeOf(sale)).toBe('00');
  await atRest();
  now = dayOne + dayMs;
  const settled = { status: 'settled', findings: [] };
  expect(await settleOver()).toEqual([{ businessDate: '2026-11-22', ...settled }]);
  expect(await codeOf(buildReversal(sale, 'cancelled'))).toBe('00');
  expect(await codeOf(purchase(700))).toBe('00');
  await atRest();
  now = dayOne + 2 * dayMs;
  expect(await settleOver()).toEqual([{ businessDate: '2026-11-23', ...settled }]);
  const { rows } = await stand.pool.query<{ on: string; owed: string }>(
    `select business_date::text as on, sum(amount_minor)::text as owed
     from settlement_position group by business_date order by business_date`,
  );
  expect(rows).toEqual([
    { on: '2026-11-22', owed: '10000' },
    { on: '2026-11-23', owed: '-9300' },
  ]);
});
