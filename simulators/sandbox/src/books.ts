// The books: every approval a terminal saw is in the journal, in the ledger and in the host's own book;
// every host effect the terminal does not have is undone; every approval is in a batch, and terminal and host
// agree on every batch that was closed; nothing is left open.
import { existsSync, readFileSync } from 'node:fs';
import type { BookEntry } from '@chipswitch/acquirer';
import type { JournalItem } from '@chipswitch/terminal';
import { Client } from 'pg';

/** What is compared. */
export interface BooksInput {
  readonly databaseUrl: string;
  /** Only payments after this one, so that earlier runs do not count again. */
  readonly afterPaymentId: string;
  /** Batches that were on the list of unequal ones before. */
  readonly listedBefore: readonly string[];
  readonly bookFile: string;
  /** Only lines after this one. */
  readonly afterBookLine: number;
  readonly terminals: readonly {
    readonly terminalId: string;
    readonly items: readonly JournalItem[];
  }[];
}

/** The result: what was found wrong, and the figures. */
export interface BooksReport {
  readonly ok: boolean;
  readonly violations: readonly string[];
  readonly payments: number;
  readonly approved: number;
  readonly hostEffects: number;
  readonly openPayments: number;
  readonly postingsSumMinor: string;
}

interface PaymentRow {
  payment_id: string;
  terminal_id: string;
  kind: string;
  state: string;
  open_for: string;
  response_code: string | null;
  retrieval_reference: string | null;
  stan: string | null;
  outgoing_rrn: string | null;
  captured: string;
}

const paymentsSql = `
  select p.payment_id, p.terminal_id, p.kind, p.state, payment_open_for(p.state) as open_for, p.response_code, p.retrieval_reference,
    split_part(p.idempotency_key, '/', 5) as stan,
    p.facts -> 'outgoing' ->> 'retrievalReference' as outgoing_rrn,
    (select coalesce(sum(l.amount_minor), 0) from ledger_posting l
      join ledger_transaction t using (transaction_id)
      where t.payment_id = p.payment_id and l.account_code = (select code from account_class where name = 'pending captures'))::text as captured
  from payment p where p.payment_id > $1 order by p.payment_id`;

const ledgerSql = `
  select coalesce(sum(amount_minor), 0)::text as sum,
    (select count(*) from (select 1 from ledger_posting group by transaction_id
      having sum(amount_minor) <> 0) as unbalanced)::int as unbalanced
  from ledger_posting`;

const unequalSql = `
  select batch_id::text as batch_id, terminal_id, batch_number, response_code
  from unequal_batch order by batch_id`;

const unbatchedSql = `
  select payment_id::text as payment_id from payment_outcome
  where payment_id > $1 and was_approved and batch_id is null order by payment_id`;

/** What is wrong with the terminals' batches. */
async function batchViolations(client: Client, input: BooksInput): Promise<string[]> {
  const unequal = await client.query<{
    batch_id: string;
    terminal_id: string;
    batch_number: string;
    response_code: string;
  }>(unequalSql);
  const unbatched = await client.query<{ payment_id: string }>(unbatchedSql, [
    input.afterPaymentId,
  ]);
  return [
    ...unequal.rows
      .filter((row) => !input.listedBefore.includes(row.batch_id))
      .map(
        (row) =>
          `terminal ${row.terminal_id} batch ${row.batch_number}: not agreed (${row.response_code})`,
      ),
    ...unbatched.rows.map((row) => `payment ${row.payment_id} is approved and in no batch`),
  ];
}

/** The host's book as it is on disk. */
export function readBook(file: string): BookEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as BookEntry);
}

// Net effect of one authorization in the host's book, by the reference both sides know it by
// (unique among all payments of the switch).
function hostEffects(entries: readonly BookEntry[]): Map<string, number> {
  const effects = new Map<string, number>();
  for (const { effect, retrievalReference } of entries) {
    const change =
      effect === 'approved' || effect === 'advised' ? 1 : effect === 'reversed' ? -1 : 0;
    effects.set(retrievalReference, (effects.get(retrievalReference) ?? 0) + change);
  }
  return effects;
}

function terminalViolations(
  input: BooksInput,
  payments: readonly PaymentRow[],
  effects: ReadonlyMap<string, number>,
): string[] {
  const violations: string[] = [];
  for (const { terminalId, items } of input.terminals) {
    for (const item of items) {
      const stan = item.key.split('/').at(-1) ?? '';
      const payment = payments.findLast(
        (row) => row.terminal_id === terminalId && row.stan === stan && row.kind !== 'tombstone',
      );
      const kept = item.outcome === 'approved' && item.reversal === 'none';
      const name = `terminal ${terminalId} STAN ${stan}`;
      if (payment === undefined) {
        if (kept) violations.push(`${name}: approved, but not in the journal`);
        continue;
      }
      const effect = effects.get(payment.outgoing_rrn ?? '') ?? 0;
      const captured = payment.captured !== '0';
      if (kept && effect !== 1) violations.push(`${name}: approved, host effects ${effect}`);
      if (kept && !captured) violations.push(`${name}: approved, not in the ledger`);
      if (!kept && effect !== 0) violations.push(`${name}: not approved, host effects ${effect}`);
      if (!kept && captured) violations.push(`${name}: not approved, but in the ledger`);
    }
  }
  return violations;
}

/** Compares the three books and the journal. */
export async function compareBooks(input: BooksInput): Promise<BooksReport> {
  const client = new Client({ connectionString: input.databaseUrl });
  await client.connect();
  try {
    const payments = (await client.query<PaymentRow>(paymentsSql, [input.afterPaymentId])).rows;
    const [ledger] = (await client.query<{ sum: string; unbalanced: number }>(ledgerSql)).rows;
    const entries = readBook(input.bookFile).slice(input.afterBookLine);
    const effects = hostEffects(entries);
    const violations = terminalViolations(input, payments, effects);
    violations.push(...(await batchViolations(client, input)));
    const open = payments.filter((row) => row.open_for !== 'nobody');
    for (const row of open) violations.push(`payment ${row.payment_id} is left ${row.state}`);
    for (const [reference, effect] of effects) {
      if (effect > 1) violations.push(`host reference ${reference}: ${effect} live effects`);
    }
    if (ledger.sum !== '0') violations.push(`the ledger sums to ${ledger.sum}`);
    if (ledger.unbalanced > 0) violations.push(`${ledger.unbalanced} transactions do not balance`);
    return {
      ok: violations.length === 0,
      violations,
      payments: payments.length,
      approved: payments.filter((row) => row.captured !== '0').length,
      hostEffects: [...effects.values()].filter((effect) => effect > 0).length,
      openPayments: open.length,
      postingsSumMinor: ledger.sum,
    };
  } finally {
    await client.end();
  }
}

/** The last payment there is, to begin counting behind it. */
export async function lastPaymentId(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const sql = 'select coalesce(max(payment_id), 0)::text as last from payment';
    return (await client.query<{ last: string }>(sql)).rows[0].last;
  } finally {
    await client.end();
  }
}

/** The batches on the list of unequal ones: what was there before is not of this run. */
export async function listedBatches(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ batch_id: string }>(unequalSql)).rows.map((row) => row.batch_id);
  } finally {
    await client.end();
  }
}
