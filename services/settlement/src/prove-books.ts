// The proof of a day's books: trial balance, double entry, bookings against outcomes, open payments.
import { accountClass } from '@chipswitch/ledger';
import type { ClientBase } from 'pg';
import type { Finding } from './finding.ts';
import { sql } from './sql.ts';

/** Examples of one kind of fault that a result names; the rest is the same fault again. */
const examplesMax = 20;

/** Sums of one class of account in one currency; amounts are text, in minor units. */
export interface TrialBalanceRow {
  readonly currency: string;
  readonly accountCode: number;
  readonly entries: string;
  readonly debitMinor: string;
  readonly creditMinor: string;
}

/** The proof. */
export interface BooksProof {
  readonly trialBalance: readonly TrialBalanceRow[];
  readonly checksum: string;
  readonly postings: string;
  readonly findings: readonly Finding[];
}

interface BalanceRow {
  currency: string;
  account_code: number;
  entries: string;
  debit_minor: string;
  credit_minor: string;
}

function balanceFindings(rows: readonly BalanceRow[]): Finding[] {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const memo = accountClass(row.account_code)?.type === 'memo';
    const key = `${row.currency}${memo ? ' memo' : ''}`;
    const net = BigInt(row.debit_minor) - BigInt(row.credit_minor);
    sums.set(key, (sums.get(key) ?? 0n) + net);
  }
  return [...sums]
    .filter(([, net]) => net !== 0n)
    .map(([key, net]) => ({
      code: key.endsWith(' memo') ? 'memo-not-zero' : 'trial-balance-not-zero',
      subject: key,
      detail: `debits less credits are ${net}`,
    }));
}

async function unsoundTransactions(client: ClientBase, date: string): Promise<Finding[]> {
  const found = await client.query<{ transaction_id: string; reference: string }>(
    sql('unsound-transactions'),
    [date, examplesMax],
  );
  return found.rows.map((row) => ({
    code: 'unsound-transaction',
    subject: `transaction ${row.transaction_id}`,
    detail: row.reference === '' ? 'legs without a transaction' : row.reference,
  }));
}

async function unlikeBookings(client: ClientBase, date: string): Promise<Finding[]> {
  const found = await client.query<{
    payment_id: string;
    state: string;
    expected_minor: string;
    booked_minor: string;
  }>(sql('unlike-bookings'), [date, examplesMax]);
  return found.rows.map((row) => ({
    code: 'booking-differs',
    subject: `payment ${row.payment_id}`,
    detail: `${row.state}: ${row.expected_minor} expected, ${row.booked_minor} booked`,
  }));
}

async function openPayments(client: ClientBase, date: string): Promise<Finding[]> {
  const found = await client.query<{ state: string; payments: string }>(sql('open-payments'), [
    date,
  ]);
  return found.rows.map((row) => ({
    code: row.state === 'MANUAL' ? 'payments-manual' : 'payments-open',
    subject: row.state,
    detail: `${row.payments} payments`,
  }));
}

/** The checksum over a day's postings, and their number. */
async function checksumOf(
  client: ClientBase,
  date: string,
): Promise<{ readonly checksum: string; readonly postings: string }> {
  const found = await client.query<{ checksum: string; postings: string }>(sql('checksum'), [date]);
  return found.rows[0];
}

/**
 * Proves a business date's books, inside the caller's transaction so that all of it sees one state.
 *
 * @param date YYYY-MM-DD.
 */
export async function proveBooks(client: ClientBase, date: string): Promise<BooksProof> {
  const balance = await client.query<BalanceRow>(sql('trial-balance'), [date]);
  const findings = [
    ...balanceFindings(balance.rows),
    ...(await unsoundTransactions(client, date)),
    ...(await unlikeBookings(client, date)),
    ...(await openPayments(client, date)),
  ];
  const trialBalance = balance.rows.map((row) => ({
    currency: row.currency,
    accountCode: row.account_code,
    entries: row.entries,
    debitMinor: row.debit_minor,
    creditMinor: row.credit_minor,
  }));
  return { trialBalance, findings, ...(await checksumOf(client, date)) };
}
