// A database of its own with payments of one day in it, opened and moved by the ledger's journal.
import { fileURLToPath } from 'node:url';
import {
  type NewPayment,
  type PaymentJournal,
  type PaymentStep,
  businessCalendar,
  capturePostings,
  captureReversalPostings,
  minorUnits,
  refundPostings,
} from '@chipswitch/ledger';
import { agreeOnCalendar, createPostgresJournal, migrate } from '@chipswitch/ledger/postgres';
import { Client, Pool } from 'pg';
import { type SettleParts, migrateSettlement } from '../src/index.ts';

export const date = '2026-03-04';
const next = Date.parse('2026-03-05T12:00:00Z');

const found = businessCalendar({ timeZone: 'UTC', cutOff: '24:00:00' });
if (!found.ok) throw new Error(found.error.code);
const calendar = found.value;

/** A database, and what settles it. */
export interface Day {
  readonly pool: Pool;
  readonly parts: SettleParts;
  readonly journal: PaymentJournal;
  readonly close: () => Promise<void>;
}

/** The integration test's server. */
export function testServerUrl(): URL {
  const url = process.env['CHIPSWITCH_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('the integration setup has not run');
  return new URL(url);
}

// A pool that has ended may still be hanging up; dropping by force would shoot at its connections.
async function untilLeft(admin: Client, name: string): Promise<void> {
  const present = 'select count(*)::int as n from pg_stat_activity where datname = $1';
  for (;;) {
    const { rows } = await admin.query<{ n: number }>(present, [name]);
    if (rows[0].n === 0) return;
  }
}

// The test file's own database holds the tables, the switch's batches too; every day is a copy of it.
async function makeTables(): Promise<void> {
  const pool = new Pool({ connectionString: testServerUrl().href, max: 1 });
  await migrate(pool);
  const batches = fileURLToPath(new URL('../../switch/migrations', import.meta.url));
  await migrate(pool, 'switch', batches);
  await migrateSettlement(pool);
  await pool.end();
}

let databases = 0;

/** Makes an empty database with all tables. */
export async function openDay({ calendar: written = 'UTC' } = {}): Promise<Day> {
  const url = testServerUrl();
  const template = url.pathname.slice(1);
  const name = `${template}_${++databases}`;
  const onServer = new URL(url);
  onServer.pathname = '/postgres';
  const admin = new Client({ connectionString: onServer.href });
  await admin.connect();
  if (databases === 1) await makeTables();
  await untilLeft(admin, template);
  await admin.query(`create database ${name} template ${template}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const pool = new Pool({ connectionString: own.href, max: 8 });
  if (written !== 'none') {
    const terms = { timeZone: written, cutOff: '24:00:00' };
    const agreed = await agreeOnCalendar(pool, terms, { nowMs: next, writtenBy: 'test' });
    if (!agreed.ok) throw new Error(agreed.error);
  }
  return {
    pool,
    parts: { pool, calendar, nowMs: next },
    journal: createPostgresJournal({ pool }),
    close: async () => {
      await pool.end();
      await untilLeft(admin, name);
      await admin.query(`drop database ${name}`);
      await admin.end();
    },
  };
}

let keys = 0;

/** Opens a payment; it is SENDING. Returns its id. */
export async function open(day: Day, changes: Partial<NewPayment> = {}): Promise<string> {
  const opened = await day.journal.open({
    key: `key-${++keys}`,
    fingerprint: 'f',
    businessDate: date,
    kind: 'purchase',
    state: 'SENDING',
    owner: 'test',
    acceptorId: 'M1',
    terminalId: 'T1',
    amountMinor: 1000n,
    currency: 'CNY',
    panHmac: '00',
    panTruncated: '476173******0119',
    host: 'bank-a',
    facts: { outgoing: { retrievalReference: `R${keys}` } },
    ...changes,
  });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.record.paymentId;
}

async function move(
  day: Day,
  paymentId: string,
  change: Pick<PaymentStep, 'version' | 'state' | 'responseCode' | 'booking' | 'businessDate'>,
): Promise<void> {
  const moved = await day.journal.step({
    paymentId,
    event: change.state.toLowerCase(),
    ...change,
    ...(change.booking === undefined ? {} : { facts: { booked: change.booking.kind } }),
  });
  if (!moved.ok) throw new Error(moved.error.code);
}

const figures = (payment: string, amount: bigint) => ({
  payment,
  merchant: 'M1',
  scheme: 'unionpay',
  amountMinor: minorUnits(amount),
  currency: 'CNY',
});

/** Approves and books an opened purchase. */
export async function approve(
  day: Day,
  id: string,
  amount: bigint = 1000n,
  on: string = date,
  responseCode = '00',
): Promise<void> {
  const booking = capturePostings(figures(id, amount));
  const approved = { version: 1, state: 'APPROVED', responseCode, booking };
  await move(day, id, { ...approved, businessDate: on });
}

/** An approved purchase. */
export async function purchase(day: Day, amountMinor: bigint, on: string = date): Promise<string> {
  const id = await open(day, { amountMinor, businessDate: on });
  await approve(day, id, amountMinor, on);
  return id;
}

/** Undoes an approved purchase: the reversal is owed, booked and acknowledged on one business date. */
export async function reverse(
  day: Day,
  id: string,
  amountMinor: bigint,
  on: string = date,
): Promise<void> {
  const booking = captureReversalPostings(figures(id, amountMinor));
  await move(day, id, { version: 2, state: 'REVERSAL_DUE', booking, businessDate: on });
  await move(day, id, { version: 3, state: 'REVERSED', businessDate: on });
}

/** An approved refund. */
export async function refund(day: Day, amountMinor: bigint): Promise<string> {
  const id = await open(day, { amountMinor, kind: 'refund' });
  const booking = refundPostings(figures(id, amountMinor));
  await move(day, id, {
    version: 1,
    state: 'APPROVED',
    responseCode: '00',
    booking,
    businessDate: date,
  });
  return id;
}

/** A purchase that was approved and then reversed. */
export async function reversedPurchase(day: Day, amountMinor: bigint): Promise<string> {
  const id = await purchase(day, amountMinor);
  await reverse(day, id, amountMinor);
  return id;
}

/** An offline approval that its host never acknowledged: a person has it, and it counts. */
export async function unacknowledgedAdvice(day: Day, amountMinor: bigint): Promise<string> {
  const id = await open(day, { amountMinor, kind: 'offline-purchase' });
  await approve(day, id, amountMinor);
  await move(day, id, { version: 2, state: 'MANUAL', businessDate: date });
  return id;
}

/** An approval that booked nothing: what must never be. */
export async function unbookedPurchase(day: Day): Promise<string> {
  const id = await open(day);
  await move(day, id, { version: 1, state: 'APPROVED', responseCode: '00', businessDate: date });
  return id;
}

/** A declined purchase. */
export async function declinedPurchase(day: Day): Promise<string> {
  const id = await open(day);
  await move(day, id, { version: 1, state: 'DECLINED', responseCode: '51', businessDate: date });
  return id;
}
