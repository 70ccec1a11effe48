// Holds that nobody completes, on Postgres, in business time: what ends when, on which day it is booked, and what a
// completion that comes too late is told.
import { businessCalendar } from '@chipswitch/ledger';
import { createPostgresJournal } from '@chipswitch/ledger/postgres';
import { expireHolds, parseSwitchConfig } from '@chipswitch/switch';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHost, openScriptedHost } from './scripted-host.ts';
import { type Stand, askOnce, configOf, openStand, purchase } from './switch-stand.ts';

const dayMs = 86_400_000;
// Holds of the stand's scheme stand for ten days.
const startMs = Date.parse('2026-11-22T04:00:00Z');
let nowMs = startMs;
let host: ScriptedHost;
let stand: Stand;
beforeAll(async () => {
  host = await openScriptedHost();
  stand = await openStand({ hostPort: host.port, instance: 'expiry', nowMs: () => nowMs });
});
afterAll(async () => {
  await stand.close();
  await host.close();
});
beforeEach(() => {
  nowMs = startMs;
  host.answers = [{ de38: '123456' }];
  host.heard.length = 0;
});

const ask = (message: IsoMessage): Promise<IsoMessage> => askOnce(stand, message);
const codeOf = async (message: IsoMessage): Promise<string | undefined> =>
  textOf(await ask(message), 39);

async function held(): Promise<{ message: IsoMessage; rrn: string; id: string }> {
  const message = purchase(1_000, { mti: '0100', de3: '030000', de25: '06' });
  const answer = await ask(message);
  expect(textOf(answer, 39)).toBe('00');
  const found = await stand.pool.query<{ payment_id: string }>(
    'select payment_id from payment where idempotency_key like $1',
    [`%/${textOf(message, 11)}/1`],
  );
  return { message, rrn: textOf(answer, 37) ?? '', id: found.rows[0].payment_id };
}

async function bookedOn(id: string): Promise<{ day: string; amount: string }[]> {
  const found = await stand.pool.query<{ day: string; amount: string }>(
    `select business_date::text as day, amount_minor::text as amount from ledger_posting
     where account_code = 9100 and account_scope = $1 order by transaction_id`,
    [id],
  );
  return found.rows;
}

async function expire(): Promise<number> {
  const calendar = businessCalendar({ timeZone: 'Asia/Shanghai', cutOff: '24:00:00' });
  if (!calendar.ok) throw new Error(calendar.error.code);
  return expireHolds({
    journal: createPostgresJournal({ pool: stand.pool }),
    config: parseSwitchConfig(configOf({ instance: 'expiry' }, host.port)),
    businessDate: () => calendar.value.businessDate(nowMs) ?? '',
    log: () => undefined,
  });
}

const completion = (amount: number, rrn: string, more: Partial<IsoMessage> = {}): IsoMessage =>
  purchase(amount, { de25: '06', de37: rrn, de38: '123456', ...more });

describe('R48: a hold ends by itself', () => {
  it('R48: on the day after its last one, booked on that day, once', async () => {
    const { id } = await held();
    nowMs = startMs + 10 * dayMs;
    await expire();
    expect(await bookedOn(id)).toEqual([{ day: '2026-11-22', amount: '1000' }]);
    nowMs = startMs + 11 * dayMs;
    expect(await expire()).toBeGreaterThan(0);
    expect(await bookedOn(id)).toEqual([
      { day: '2026-11-22', amount: '1000' },
      { day: '2026-12-03', amount: '-1000' },
    ]);
    expect(await expire()).toBe(0);
    expect((await bookedOn(id)).length).toBe(2);
  });
  it('R48: with what raised it, less what was completed', async () => {
    const { id, rrn } = await held();
    const raised = purchase(500, { mti: '0100', de3: '030000', de25: '60', de37: rrn });
    expect(await codeOf(raised)).toBe('00');
    expect(await codeOf(completion(400, rrn, { de48: '61040102' }))).toBe('00');
    nowMs = startMs + 11 * dayMs;
    await expire();
    expect((await bookedOn(id)).map(({ amount }) => amount)).toEqual([
      '1000',
      '500',
      '-400',
      '-1100',
    ]);
  });
  it('R48: many rounds at once end it once', async () => {
    const { id } = await held();
    nowMs = startMs + 11 * dayMs;
    const counts = await Promise.all(Array.from({ length: 4 }, () => expire().catch(() => 0)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    await expire();
    expect((await bookedOn(id)).map(({ amount }) => amount)).toEqual(['1000', '-1000']);
  });
  it.each([
    ['completed', (rrn: string) => completion(1_000, rrn)],
    [
      'voided',
      (rrn: string) => purchase(1_000, { mti: '0100', de3: '200000', de25: '06', de37: rrn }),
    ],
  ])('R48: one that was %s has ended already', async (_name, ending) => {
    const { id, rrn } = await held();
    expect(await codeOf(ending(rrn))).toBe('00');
    nowMs = startMs + 11 * dayMs;
    await expire();
    expect((await bookedOn(id)).map(({ amount }) => amount)).toEqual(['1000', '-1000']);
  });
  it.each([
    ['a completion', (rrn: string) => completion(900, rrn)],
    [
      'an increment',
      (rrn: string) => purchase(1, { mti: '0100', de3: '030000', de25: '60', de37: rrn }),
    ],
    [
      'a void',
      (rrn: string) => purchase(1_000, { mti: '0100', de3: '200000', de25: '06', de37: rrn }),
    ],
  ])(
    'R48: %s that is asked for afterwards is refused 12, and goes nowhere',
    async (_name, late) => {
      const { rrn } = await held();
      nowMs = startMs + 11 * dayMs;
      await expire();
      host.heard.length = 0;
      expect(await codeOf(late(rrn))).toBe('12');
      expect(host.heard).toEqual([]);
    },
  );
  it('R48: a completion that is told afterwards has happened: captured, and nothing more let go', async () => {
    const { id, rrn } = await held();
    nowMs = startMs + 11 * dayMs;
    await expire();
    const told = completion(900, rrn, { mti: '0220' });
    expect(await codeOf(told)).toBe('00');
    expect((await bookedOn(id)).map(({ amount }) => amount)).toEqual(['1000', '-1000']);
    const captured = await stand.pool.query<{ sum: string }>(
      `select sum(l.amount_minor)::text as sum from payment p join ledger_transaction t using (payment_id)
       join ledger_posting l using (transaction_id)
       where p.idempotency_key like $1 and l.account_code = 1150`,
      [`%/${textOf(told, 11)}/2`],
    );
    expect(captured.rows[0].sum).toBe('900');
  });
  it('R48: its own reversal afterwards is refused: nothing is held any more', async () => {
    const { message, id } = await held();
    nowMs = startMs + 11 * dayMs;
    await expire();
    expect(await codeOf({ ...message, mti: '0400', de90: undefined })).toBe('12');
    expect((await bookedOn(id)).length).toBe(2);
  });
});
