// The console on real Postgres: what the journal wrote is what the API shows, truncated cards included.
import { capturePostings, holdPostings, minorUnits } from '@chipswitch/ledger';
import { createPostgresJournal, migrate } from '@chipswitch/ledger/postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole, createPostgresStore } from '../src/index.ts';

let pool: Pool;
let app: ReturnType<typeof createConsole>;
const date = '2026-03-04';

async function payment(terminalId: string, outcome: 'approved' | 'declined' | 'manual' | 'held') {
  const journal = createPostgresJournal({ pool });
  const opened = await journal.open({
    key: `${terminalId}/${outcome}`,
    fingerprint: 'f',
    businessDate: date,
    kind: outcome === 'held' ? 'preauthorisation' : 'purchase',
    state: 'SENDING',
    owner: 'test',
    acceptorId: 'M1',
    terminalId,
    amountMinor: 2550n,
    currency: 'CNY',
    panHmac: 'secret-hmac',
    panTruncated: '622848******0119',
    panEncrypted: new Uint8Array([1, 2, 3]),
    host: 'bank-a',
    facts: { scheme: 'unionpay', iccDataHex: '5A08476173900101' },
  });
  if (!opened.ok) throw new Error(opened.error.code);
  const { paymentId } = opened.record;
  const figures = {
    payment: paymentId,
    merchant: 'M1',
    scheme: 'unionpay',
    amountMinor: minorUnits(2550n),
    currency: 'CNY',
  };
  const changes = {
    approved: { state: 'ANSWERED', responseCode: '00', booking: capturePostings(figures) },
    held: { state: 'ANSWERED', responseCode: '00', booking: holdPostings(figures) },
    declined: { state: 'DECLINED', responseCode: '51' },
    manual: { state: 'MANUAL' },
  }[outcome];
  const moved = await journal.step({
    paymentId,
    version: 1,
    businessDate: date,
    event: outcome,
    ...changes,
  });
  if (!moved.ok) throw new Error(moved.error.code);
  return paymentId;
}

beforeAll(async () => {
  pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL'] });
  pool.on('error', () => undefined); // The database is dropped while idle connections hang up.
  await migrate(pool);
  app = createConsole({ store: createPostgresStore(pool), access: {} });
});
afterAll(async () => {
  await app.close();
  await pool.end();
});
const get = async (url: string) => {
  const answer = await app.inject({ method: 'GET', url, headers: { host: 'localhost' } });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer;
};

describe('the console on Postgres', () => {
  it('shows an empty house', async () => {
    expect((await get('/health/ready')).json()).toMatchObject({ status: 'ok' });
    expect((await get('/v1/payments')).json()).toEqual({ data: [], next: null });
    expect((await get('/v1/ledger/trial-balance')).json()).toEqual({
      businessDate: null,
      currencies: [],
    });
  });
  it('shows payments, their lives and bookings, and never more of a card than it may', async () => {
    const approved = await payment('T1', 'approved');
    const declined = await payment('T2', 'declined');
    const manual = await payment('T1', 'manual');
    const held = await payment('T1', 'held');
    const all = await get('/v1/payments');
    expect(all.json<{ data: object[] }>().data).toMatchObject([
      { id: held, kind: 'preauthorisation' },
      { id: manual, outcome: 'manual' },
      { id: declined, outcome: 'declined', responseCode: '51' },
      {
        id: approved,
        outcome: 'approved',
        card: '622848******0119',
        scheme: 'unionpay',
        amount: { minor: '2550', currency: 'CNY', minorDigits: 2 },
      },
    ]);
    const one = await get(`/v1/payments/${approved}`);
    expect(one.json()).toMatchObject({
      events: [
        { version: 0, state: 'SENDING', event: 'opened' },
        { version: 1, state: 'ANSWERED', event: 'approved' },
      ],
      bookings: [
        {
          kind: 'capture',
          postings: [
            { accountCode: 1150, amount: { minor: '2550' } },
            { accountCode: 2150, amount: { minor: '-2550' } },
          ],
        },
      ],
    });
    for (const { body } of [all, one]) {
      expect(body).not.toMatch(/secret-hmac|5A08|476173|010203|\\d{11}/);
    }
    const unresolved = (await get('/v1/unresolved')).json<{ data: object[] }>();
    expect(unresolved.data).toMatchObject([{ id: manual }]);
  });
  it('filters', async () => {
    const ids = async (query: string) =>
      (await get(`/v1/payments?${query}`)).json<{ data: { terminalId: string; state: string }[] }>()
        .data;
    expect(await ids('terminal=T2')).toMatchObject([{ terminalId: 'T2' }]);
    expect(await ids('state=MANUAL')).toMatchObject([{ state: 'MANUAL' }]);
    expect(await ids(`businessDate=${date}`)).toHaveLength(4);
    expect(await ids('businessDate=2026-03-05')).toEqual([]);
    expect(await ids(`terminal=${encodeURIComponent("' or 1=1 --")}`)).toEqual([]);
  });
  it('orders by number and pages through everything once, newest or oldest first', async () => {
    const made: string[] = [];
    for (let i = 0; i < 12; i++) made.push(await payment(`P${i}`, 'manual'));
    const walk = async (path: string): Promise<string[]> => {
      const ids: string[] = [];
      let url: string | null = `${path}?limit=5`;
      while (url !== null) {
        const answer = await get(url);
        const page: { data: { id: string }[]; next: string | null } = answer.json();
        ids.push(...page.data.map((one) => one.id));
        url = page.next === null ? null : `${path}?limit=5&after=${page.next}`;
      }
      return ids;
    };
    const payments = await walk('/v1/payments');
    expect(payments).toHaveLength(16);
    expect(payments).toEqual(payments.toSorted((a, b) => Number(b) - Number(a)));
    const unresolved = await walk('/v1/unresolved');
    expect(unresolved).toHaveLength(13);
    expect(unresolved).toEqual(unresolved.toSorted((a, b) => Number(a) - Number(b)));
    expect(unresolved.slice(-12)).toEqual(made);
  });
  it('balances, holds apart', async () => {
    const balance = (await get(`/v1/ledger/trial-balance?businessDate=${date}`)).json<{
      currencies: object[];
    }>();
    expect(balance.currencies).toMatchObject([
      {
        currency: 'CNY',
        balanced: true,
        totals: { debitMinor: '2550', creditMinor: '2550' },
        accounts: [
          { accountCode: 1150, debitMinor: '2550', type: 'asset' },
          { accountCode: 2150, creditMinor: '2550', type: 'liability' },
        ],
        memo: [{ accountCode: 9100 }, { accountCode: 9150 }],
      },
    ]);
  });
  it('lists by number, not by text: the twelfth payment is newer than the ninth', async () => {
    const made: string[] = [];
    for (let i = 0; i < 12; i++) made.push(await payment(`ORDER${i}`, 'manual'));
    const shown = (body: { data: { id: string }[] }): bigint[] =>
      body.data.map((row) => BigInt(row.id));
    const newest = shown((await get('/v1/payments?limit=12')).json());
    expect(newest).toEqual(made.map(BigInt).toReversed());
    const oldestFirst = shown((await get('/v1/unresolved?limit=200')).json());
    expect(oldestFirst).toEqual(oldestFirst.toSorted((a, b) => (a < b ? -1 : 1)));
  });
});
