// The business calendar in a real database: the first one is written, equal ones are taken, changes have a date.
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agreeOnCalendar, migrate, readCalendarVersions } from '../src/postgres/index.ts';

const nowMs = Date.parse('2026-12-01T04:00:00Z'); // Noon in Shanghai: 2026-12-01 is open.
const shanghai = { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' };
let pool: Pool;
beforeAll(async () => {
  pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '' });
  await migrate(pool);
});
afterAll(() => pool.end());

const ask = (wanted: Parameters<typeof agreeOnCalendar>[1], at = nowMs) =>
  agreeOnCalendar(pool, wanted, { nowMs: at, writtenBy: 'test' });
const stored = async () =>
  (await readCalendarVersions(pool)).map((one) => `${one.validFrom} ${one.timeZone} ${one.cutOff}`);

beforeEach(async () => {
  for (const table of ['business_calendar_version', 'closed_business_day']) {
    await pool.query(`alter table ${table} disable trigger all`);
    await pool.query(`delete from ${table}`);
    await pool.query(`alter table ${table} enable trigger all`);
  }
  expect(await ask(shanghai)).toMatchObject({ ok: true });
});

describe('E2 = R49: the business calendar', () => {
  it('is written once, and holds for every date', async () => {
    expect(await stored()).toEqual(['1000-01-01 Asia/Shanghai 23:00:00']);
  });
  it.each([
    shanghai,
    { timeZone: 'Asia/Chongqing', cutOff: '23:00:00' },
    { timeZone: 'PRC', cutOff: '23:00' },
    { ...shanghai, from: '2026-01-01' },
    { ...shanghai, from: '2030-01-01' },
  ])('takes %o for what it is', async (wanted) => {
    expect(await ask(wanted)).toMatchObject({ ok: true });
    expect(await stored()).toHaveLength(1);
  });
  it.each([
    [{ timeZone: 'Asia/Shanghai', cutOff: '00:00:01' }, 'other-terms'],
    [{ timeZone: 'Pacific/Kiritimati', cutOff: '23:00:00' }, 'other-terms'],
    [{ timeZone: 'Asia/Shanghai', cutOff: '24:00', from: '2026-12-01' }, 'too-early'],
    [{ timeZone: 'Asia/Shanghai', cutOff: '24:00', from: '2026-11-01' }, 'too-early'],
    [{ timeZone: 'Asia/Shanghai', cutOff: '24:00', from: '2026-02-30' }, 'not-usable'],
    [{ timeZone: 'Mars', cutOff: '24:00', from: '2026-12-05' }, 'not-usable'],
    [{ timeZone: 'Asia/Shanghai', cutOff: '25:00', from: '2026-12-05' }, 'not-usable'],
    [{ timeZone: 'Pacific/Kiritimati', cutOff: '00:00', from: '2026-12-05' }, 'empty-day'],
  ])('refuses %o: %s', async (wanted, error) => {
    expect(await ask(wanted)).toMatchObject({ ok: false, error });
    expect(await stored()).toHaveLength(1);
  });
  it('takes a change from a date that has not begun, once, and both terms meanwhile', async () => {
    const change = { timeZone: 'Asia/Shanghai', cutOff: '22:00:00', from: '2026-12-02' };
    for (let i = 0; i < 2; i++) expect(await ask(change)).toMatchObject({ ok: true });
    expect(await stored()).toEqual([
      '1000-01-01 Asia/Shanghai 23:00:00',
      '2026-12-02 Asia/Shanghai 22:00:00',
    ]);
    expect(await ask(shanghai)).toMatchObject({ ok: true });
    expect(await ask({ timeZone: 'PRC', cutOff: '22:00' })).toMatchObject({ ok: true });
    // The day after, only the new terms are right.
    const later = nowMs + 86_400_000;
    expect(await ask(shanghai, later)).toMatchObject({ error: 'other-terms' });
    const back = { ...shanghai, from: '2026-12-02' };
    expect(await ask(back, nowMs)).toMatchObject({ error: 'too-early' });
  });
  it('refuses a date that begins in less than ten minutes: a running switch would not hear of it', async () => {
    const change = { timeZone: 'Asia/Shanghai', cutOff: '22:00:00', from: '2026-12-02' };
    const cutOffMs = Date.parse('2026-12-01T15:00:00Z');
    expect(await ask(change, cutOffMs - 9 * 60_000)).toMatchObject({ error: 'too-early' });
    expect(await ask(change, cutOffMs - 11 * 60_000)).toMatchObject({ ok: true });
  });
  it('refuses a date that is closed, whatever the clock of the switch says', async () => {
    await pool.query(`select close_business_day('2026-12-05')`);
    const change = { timeZone: 'Asia/Shanghai', cutOff: '22:00:00' };
    expect(await ask({ ...change, from: '2026-12-05' })).toMatchObject({ error: 'too-early' });
    expect(await ask({ ...change, from: '2026-12-06' })).toMatchObject({ ok: true });
  });
  it('is written by one of many that start at once', async () => {
    const change = { timeZone: 'Asia/Shanghai', cutOff: '22:00:00', from: '2026-12-03' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(change)));
    expect(answers.every((one) => one.ok)).toBe(true);
    expect(await stored()).toHaveLength(2);
  });
  it('can be neither changed nor removed', async () => {
    for (const statement of [
      `update business_calendar_version set cut_off = '00:00'`,
      'delete from business_calendar_version',
      'truncate business_calendar_version',
    ]) {
      await expect(pool.query(statement), statement).rejects.toThrow('append only');
    }
  });
});
