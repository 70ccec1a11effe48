// R58: what the machine has given up is closed by two different persons, recorded and booked.
import {
  type PaymentRecord,
  businessCalendar,
  capturePostings,
  captureReversalPostings,
  minorUnits,
} from '@chipswitch/ledger';
import { createPostgresJournal, migrate } from '@chipswitch/ledger/postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClosePorts,
  confirmClose,
  listUnknowns,
  proposeClose,
} from '../../src/unknowns/close-unknown.ts';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '' });
const journal = createPostgresJournal({ pool });
const calendar = businessCalendar({ timeZone: 'UTC', cutOff: '24:00:00' });
if (!calendar.ok) throw new Error(calendar.error.code);
const ports: ClosePorts = {
  pool,
  journal,
  calendar: calendar.value,
  nowMs: () => Date.parse('2026-11-25T12:00:00Z'),
};
beforeAll(async () => {
  await migrate(pool);
});
afterAll(() => pool.end());

let keys = 0;
async function payment(
  state: string,
  booked: 'capture' | 'capture-reversal' | 'nothing',
): Promise<PaymentRecord> {
  const key = `unknown-${++keys}`;
  const opened = await journal.open({
    key,
    fingerprint: 'f',
    businessDate: '2026-11-22',
    kind: 'offline-purchase',
    state: 'SENDING',
    owner: 'unknowns',
    acceptorId: 'M1',
    terminalId: 'UNKNOWN1',
    amountMinor: 1_000n,
    currency: 'CNY',
    panHmac: 'ab',
    panTruncated: '476173******0119',
    host: 'a',
    facts: { scheme: 'visa', hosts: ['a'], tries: 6 },
  });
  if (!opened.ok) throw new Error(opened.error.code);
  const { paymentId } = opened.record;
  const figures = {
    payment: paymentId,
    merchant: 'M1',
    scheme: 'visa',
    amountMinor: minorUnits(1_000n),
    currency: 'CNY',
  };
  const date = { paymentId, businessDate: '2026-11-22', event: 'e' };
  let version = 0;
  const bookings = {
    nothing: [],
    capture: [capturePostings(figures)],
    'capture-reversal': [capturePostings(figures), captureReversalPostings(figures)],
  }[booked];
  for (const booking of bookings) {
    const facts = { booked: booking.kind };
    await journal.step({ ...date, version: ++version, state: 'ADVICE_SENT', booking, facts });
  }
  await journal.step({ ...date, version: ++version, state });
  const record = await journal.findByKey(key);
  if (record === undefined) throw new Error('it is not there');
  return record;
}

const no = (code: string) => ({ ok: false, error: { code } });
const proposal = ({ paymentId }: PaymentRecord, verdict: 'stands' | 'undone' = 'undone') => ({
  paymentId,
  verdict,
  by: 'A. Clerk',
  reason: 'not in the statement of the host',
});

async function merchantOf({
  paymentId,
}: PaymentRecord): Promise<{ day: string; amount: string }[]> {
  const found = await pool.query<{ day: string; amount: string }>(
    `select l.business_date::text as day, l.amount_minor::text as amount from ledger_transaction t
     join ledger_posting l using (transaction_id)
     where t.payment_id = $1 and l.account_code = 2150 order by t.transaction_id`,
    [paymentId],
  );
  return found.rows;
}

async function lastEvent({ paymentId }: PaymentRecord): Promise<string> {
  const found = await pool.query<{ event: string }>(
    'select event from payment_event where payment_id = $1 order by version desc limit 1',
    [paymentId],
  );
  return found.rows[0].event;
}

describe('R58: an unknown is closed by two persons', () => {
  it.each([
    ['undone', 'capture', 'REVERSED', ['-1000', '1000']],
    ['stands', 'capture', 'ADVICE_ACKED', ['-1000']],
    ['undone', 'nothing', 'REVERSED', []],
    ['undone', 'capture-reversal', 'REVERSED', ['-1000', '1000']],
  ] as const)('R58: %s, with %s booked', async (verdict, booked, state, merchant) => {
    const record = await payment('MANUAL', booked);
    expect(await proposeClose(pool, proposal(record, verdict))).toEqual({ ok: true });
    expect((await journal.findByKey(record.key))?.state).toBe('MANUAL');
    const listed = (await listUnknowns(pool, 1_000)).find(
      ({ paymentId }) => paymentId === record.paymentId,
    );
    expect(listed).toMatchObject({
      openFor: 'person',
      isBooked: booked === 'capture',
      tries: 6,
      proposal: { verdict, by: 'A. Clerk' },
    });
    const { paymentId } = record;
    expect(await confirmClose(ports, { paymentId, by: 'B. Other' })).toEqual({ ok: true });
    expect((await journal.findByKey(record.key))?.state).toBe(state);
    const bookings = await merchantOf(record);
    expect(bookings.map(({ amount }) => amount)).toEqual(merchant);
    // Booked on the day of the close, not on the payment's.
    if (booked === 'capture' && verdict === 'undone') expect(bookings[1].day).toBe('2026-11-25');
    expect(await lastEvent(record)).toBe(
      `closed by persons (${verdict}): A. Clerk and B. Other: not in the statement of the host`,
    );
    expect(await confirmClose(ports, { paymentId, by: 'B. Other' })).toEqual(no('not-manual'));
    const after = await listUnknowns(pool, 1_000);
    expect(after.some((one) => one.paymentId === paymentId)).toBe(false);
  });
  it.each(['A. Clerk', ' a. clerk', 'A.  CLERK '])(
    'R58: not by one person under the name "%s"',
    async (by) => {
      const record = await payment('MANUAL', 'capture');
      await proposeClose(pool, proposal(record));
      const { paymentId } = record;
      expect(await confirmClose(ports, { paymentId, by })).toEqual(no('same-person'));
      expect((await journal.findByKey(record.key))?.state).toBe('MANUAL');
    },
  );
  it('R58: the database itself refuses a confirmation by who proposed it', async () => {
    const record = await payment('MANUAL', 'capture');
    await proposeClose(pool, proposal(record));
    await expect(
      pool.query(
        `insert into payment_close (proposal_id, confirmed_by)
         select proposal_id, 'A. clerk' from payment_close_proposal where payment_id = $1`,
        [record.paymentId],
      ),
    ).rejects.toThrow('confirmed by who proposed it');
  });
  it.each([
    ['no payment', { paymentId: '1; drop' }, 'not-a-payment'],
    ['a payment that is not there', { paymentId: '999999999' }, 'not-a-payment'],
    ['nobody', { by: ' ' }, 'no-name'],
    ['no reason', { reason: ' ' }, 'no-reason'],
    ['a card number', { reason: 'card 4761 7390 0101 0119' }, 'number-in-reason'],
  ])('R58: %s is refused', async (_name, change, code) => {
    const record = await payment('MANUAL', 'capture');
    expect(await proposeClose(pool, { ...proposal(record), ...change })).toEqual(no(code));
  });
  it.each(['SENDING', 'REVERSAL_SENT', 'ANSWERED', 'REVERSED', 'DECLINED'])(
    'R58: what is %s is not a person’s to close',
    async (state) => {
      const record = await payment(state, 'nothing');
      expect(await proposeClose(pool, proposal(record))).toEqual(no('not-manual'));
    },
  );
  it('R58: what is not booked cannot stand: its terminal was told that it failed', async () => {
    const record = await payment('MANUAL', 'nothing');
    expect(await proposeClose(pool, proposal(record, 'stands'))).toEqual(no('cannot-stand'));
  });
  it('R58: nothing is confirmed that nobody proposed, or that moved meanwhile', async () => {
    const record = await payment('MANUAL', 'capture');
    const { paymentId, version } = record;
    expect(await confirmClose(ports, { paymentId, by: 'B' })).toEqual(no('no-proposal'));
    await proposeClose(pool, proposal(record));
    const moved = { paymentId, businessDate: '2026-11-23', event: 'late answer: approved' };
    await journal.step({ ...moved, version: version + 1, state: 'MANUAL' });
    expect(await confirmClose(ports, { paymentId, by: 'B' })).toEqual(no('no-proposal'));
  });
  it('R58: two that confirm at once close it once', async () => {
    const record = await payment('MANUAL', 'capture');
    await proposeClose(pool, proposal(record));
    const { paymentId } = record;
    const results = await Promise.all(
      ['B', 'C', 'D'].map((by) => confirmClose(ports, { paymentId, by })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await merchantOf(record)).map(({ amount }) => amount)).toEqual(['-1000', '1000']);
  });
});
