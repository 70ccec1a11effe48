// The books: every approval a terminal saw is in the journal, and nothing else is; for each reference the ledger and
// the host's own book say the same was moved and held, whatever the kind of payment; every approval is in a batch, and terminal and host
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

/** A payment of the journal, with what the ledger says of it. */
export interface PaymentRow {
  payment_id: string;
  terminal_id: string;
  kind: string;
  state: string;
  open_for: string;
  outcome: string;
  amounts: readonly string[];
  stan: string | null;
  reference: string | null;
  moved: string;
  held: string;
}

// What the ledger says was moved at the card's issuer (owed by the scheme, or off the float of prepaid cards) and held.
const paymentsSql = `
  select p.payment_id, p.terminal_id, p.kind, p.state, o.open_for, o.outcome, o.reference,
    split_part(p.idempotency_key, '/', 5) as stan,
    array[o.amount_minor::text, p.amount_minor::text, p.facts ->> 'statedMinor'] as amounts,
    coalesce(l.moved, 0)::text as moved, coalesce(l.held, 0)::text as held
  from payment p join payment_outcome o using (payment_id)
  left join lateral (
    select sum(g.amount_minor) filter (where c.name in ('pending captures', 'prepaid float')) as moved,
      sum(g.amount_minor) filter (where c.name = 'authorisation holds') as held
    from ledger_transaction t join ledger_posting g using (transaction_id)
    join account_class c on c.code = g.account_code
    where t.payment_id = p.payment_id) l on true
  where p.payment_id > $1 order by p.payment_id`;

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

/** What one side says of the payments of one reference: what was moved from the card, and what is held of it. */
interface Effect {
  readonly movedMinor: bigint;
  readonly heldMinor: bigint;
}

const none: Effect = { movedMinor: 0n, heldMinor: 0n };

function add(effects: Map<string, Effect>, reference: string, effect: Effect): void {
  const { movedMinor, heldMinor } = effects.get(reference) ?? none;
  effects.set(reference, {
    movedMinor: movedMinor + effect.movedMinor,
    heldMinor: heldMinor + effect.heldMinor,
  });
}

// By the reference both sides know it by; a tip and the reversal of a part bear that of their sale.
/** What the host's own book says, by reference. */
export function hostEffects(entries: readonly BookEntry[]): Map<string, Effect> {
  const effects = new Map<string, Effect>();
  for (const { movedMinor, heldMinor, retrievalReference } of entries) {
    const effect = { movedMinor: -BigInt(movedMinor), heldMinor: BigInt(heldMinor) };
    add(effects, retrievalReference, effect);
  }
  return effects;
}

/** What the ledger says, by reference. */
export function ledgerEffects(payments: readonly PaymentRow[]): Map<string, Effect> {
  const effects = new Map<string, Effect>();
  for (const { reference, moved, held } of payments) {
    add(effects, reference ?? '', { movedMinor: BigInt(moved), heldMinor: BigInt(held) });
  }
  return effects;
}

/** References of which ledger and host do not say the same. */
export function effectViolations(
  ledger: ReadonlyMap<string, Effect>,
  host: ReadonlyMap<string, Effect>,
): string[] {
  const say = ({ movedMinor, heldMinor }: Effect): string =>
    `${movedMinor} moved, ${heldMinor} held`;
  return [...new Set([...ledger.keys(), ...host.keys()])].flatMap((reference) => {
    const [ours, theirs] = [ledger.get(reference) ?? none, host.get(reference) ?? none];
    const isSame = ours.movedMinor === theirs.movedMinor && ours.heldMinor === theirs.heldMinor;
    return isSame ? [] : [`reference ${reference}: ledger ${say(ours)}; host ${say(theirs)}`];
  });
}

/** Approvals of terminals that are not in the journal, or otherwise. */
export function terminalViolations(
  input: Pick<BooksInput, 'terminals'>,
  payments: readonly PaymentRow[],
): string[] {
  const violations: string[] = [];
  for (const { terminalId, items } of input.terminals) {
    for (const item of items) {
      const stan = item.key.split('/').at(-1) ?? '';
      const payment = payments.findLast(
        (row) => row.terminal_id === terminalId && row.stan === stan && row.kind !== 'tombstone',
      );
      const kept = item.outcome === 'approved' && item.reversal === 'none';
      const name = `terminal ${terminalId} STAN ${stan} (${item.for})`;
      if (payment === undefined) {
        if (kept) violations.push(`${name}: approved, but not in the journal`);
        continue;
      }
      const stands = payment.outcome === 'approved';
      if (kept !== stands) violations.push(`${name}: ${item.outcome}, journal ${payment.outcome}`);
      const isAmount = payment.amounts.includes(String(item.amountMinor));
      if (kept && !isAmount) violations.push(`${name}: another amount in the journal`);
    }
  }
  return violations;
}

/** Compares the terminals' books, the journal, the ledger and the hosts' own book. */
export async function compareBooks(input: BooksInput): Promise<BooksReport> {
  const client = new Client({ connectionString: input.databaseUrl });
  await client.connect();
  try {
    const payments = (await client.query<PaymentRow>(paymentsSql, [input.afterPaymentId])).rows;
    const [ledger] = (await client.query<{ sum: string; unbalanced: number }>(ledgerSql)).rows;
    const entries = readBook(input.bookFile).slice(input.afterBookLine);
    const effects = hostEffects(entries);
    const violations = [
      ...terminalViolations(input, payments),
      ...effectViolations(ledgerEffects(payments), effects),
    ];
    violations.push(...(await batchViolations(client, input)));
    const open = payments.filter((row) => row.open_for !== 'nobody');
    for (const row of open) violations.push(`payment ${row.payment_id} is left ${row.state}`);
    if (ledger.sum !== '0') violations.push(`the ledger sums to ${ledger.sum}`);
    if (ledger.unbalanced > 0) violations.push(`${ledger.unbalanced} transactions do not balance`);
    return {
      ok: violations.length === 0,
      violations,
      payments: payments.length,
      approved: payments.filter((row) => row.moved !== '0' || row.held !== '0').length,
      hostEffects: [...effects.values()].filter(
        ({ movedMinor, heldMinor }) => movedMinor !== 0n || heldMinor !== 0n,
      ).length,
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
