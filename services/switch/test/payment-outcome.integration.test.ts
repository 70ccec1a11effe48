// The view payment_outcome and payment-outcome.ts say the same of every state, booking and response code.
import { migrate } from '@chipswitch/ledger/postgres';
import {
  type PaymentState,
  bookingStateOf,
  finalStates,
  openStates,
  paymentOutcome,
} from '@chipswitch/transaction';
import { responseCodes } from 'iso8583-js';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '' });
beforeAll(async () => {
  await migrate(pool);
});
afterAll(() => pool.end());

// A payment is journaled when it is opened: NEW is never in the table.
const states: readonly PaymentState[] = [
  'SENDING',
  'REFUSED',
  'DECLINED',
  'APPROVED',
  'APPROVED_PARTIAL',
  'ANSWERED',
  'REVERSAL_DUE',
  'REVERSAL_SENT',
  'REVERSED',
  'MANUAL',
  'ADVICE_DUE',
  'ADVICE_SENT',
  'ADVICE_ACKED',
];
const standing = ['capture', 'hold', 'refund', 'load', 'unload'];
const bookings = [
  ...standing,
  'capture-reversal',
  'hold-release',
  'refund-reversal',
  'load-reversal',
  'unload-reversal',
  null,
];
const codes = [...responseCodes.map(({ code }) => code), 'Z9', '', null];

interface Row {
  state: PaymentState;
  booked: string | null;
  outcome: string;
  was_approved: boolean;
  open_for: string;
  codes: number;
}

describe('B6: what has become of a payment', () => {
  it('B6: is the same in SQL and in TypeScript, whatever the response code', async () => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `insert into payment (idempotency_key, fingerprint, business_date, kind, state, owner, acceptor_id,
           terminal_id, amount_minor, currency, pan_hmac, pan_truncated, response_code, facts)
         select concat_ws('/', 'outcome', state, booked, code, row_number() over ()), '', '2026-12-01', 'purchase', state,
           'outcome', 'A', 'OUTCOME', 100, 'CNY', '', '', code, jsonb_strip_nulls(jsonb_build_object('booked', booked))
         from unnest($1::text[]) state, unnest($2::text[]) booked, unnest($3::text[]) code`,
        [states, bookings, codes],
      );
      const found = await client.query<Row>(
        `select o.state, p.facts ->> 'booked' as booked, o.outcome, o.was_approved, o.open_for, count(*)::int as codes
         from payment_outcome o join payment p using (payment_id) where o.terminal_id = 'OUTCOME'
         group by 1, 2, 3, 4, 5`,
      );
      // One row for each state and booking: no response code made a second one.
      expect(found.rows).toHaveLength(states.length * bookings.length);
      for (const row of found.rows) {
        const { outcome, wasApproved, openFor } = paymentOutcome(
          row.state,
          bookingStateOf(row.booked ?? undefined),
        );
        expect(row).toEqual({
          state: row.state,
          booked: row.booked,
          outcome,
          was_approved: wasApproved,
          open_for: openFor,
          codes: codes.length,
        });
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
  it('B6: what a step does on its day is told by one function, and agrees with the outcome it leads to', async () => {
    const found = await pool.query<{ state: PaymentState; step: string | null }>(
      'select state, payment_step(state) as step from unnest($1::text[]) state',
      [states],
    );
    const steps = new Map(found.rows.map(({ state, step }) => [state, step]));
    expect(states.filter((state) => steps.get(state) !== null)).toEqual([
      'REFUSED',
      'DECLINED',
      'APPROVED',
      'APPROVED_PARTIAL',
      'REVERSAL_DUE',
      'ADVICE_DUE',
    ]);
    const stepOf = { approved: 'approves', undone: 'undoes', declined: 'declines' } as const;
    for (const [state, step] of steps) {
      const { outcome } = paymentOutcome(state, 'none');
      if (step !== null && outcome !== 'pending') expect(step, state).toBe(stepOf[outcome]);
    }
  });
  it.each([
    ['of whoever it is open for', `payment_open_for(state) <> 'nobody'`],
    ['of the machine and an owner', `owner = 'o' and payment_open_for(state) = 'machine'`],
  ])('B6: what is open is found by its index: %s', async (_name, where) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query('set local enable_seqscan = off');
      const plan = await client.query<{ 'QUERY PLAN': string }>(
        `explain select payment_id from payment where ${where}`,
      );
      const text = plan.rows.map((row) => row['QUERY PLAN']).join(' ');
      expect(text).toContain('payment_unfinished');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
  it('names every state there is', () => {
    const rest = ['APPROVED', 'APPROVED_PARTIAL', 'ANSWERED'];
    expect(new Set<string>([...openStates, ...finalStates, ...rest])).toEqual(new Set(states));
  });
  it.each([
    ['MANUAL', 'capture', 'approved', true],
    ['MANUAL', undefined, 'undone', false],
    ['MANUAL', 'capture-reversal', 'undone', true],
    ['MANUAL', 'hold-release', 'undone', true],
    ['ADVICE_SENT', 'capture', 'approved', true],
    ['REVERSED', undefined, 'undone', false],
  ] as const)('R23: %s with %s is %s', (state, booked, outcome, wasApproved) => {
    expect(paymentOutcome(state, bookingStateOf(booked))).toMatchObject({ outcome, wasApproved });
  });
});
