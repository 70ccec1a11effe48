// The payment journal in Postgres: group commits over two statements, truth about duplicates included.
import { setTimeout as sleep } from 'node:timers/promises';
import { sqlFiles } from '@chipswitch/postgres-files';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { isDrawError } from '../draw.ts';
import {
  type Json,
  type NewPayment,
  type OpenResult,
  type PaymentJournal,
  type PaymentRecord,
  type PaymentSearch,
  type PaymentStep,
  type StepResult,
  searchRowsMax,
} from '../payment-journal.ts';
import { checkPostings } from '../posting.ts';
import { GroupCommit, type GroupCommitLimits } from './group-commit.ts';
import { drawsOnPayment, openAgainstOriginal } from './open-against-original.ts';

const sql = sqlFiles(new URL('./sql/', import.meta.url));
const openSql = sql('open-payments');
const stepSql = sql('step-payments');
const noteSql = sql('note-steps');
const forgetExpiredSql = sql('forget-expired');

/** An opening that would wait for longer is refused at once. */
const openMsMax = 2_000;

const defaultLimits: GroupCommitLimits = { batchMax: 500, waitingMax: 20_000, writers: 2 };

/** What the adapter is made of. */
export interface PostgresJournalOptions {
  readonly pool: Pool;
  /** Takes the look-ups, so that no flood of these keeps a commit waiting; `pool` when left out. */
  readonly lookUps?: Pool;
  readonly limits?: Partial<GroupCommitLimits>;
  /** Statements are planned each time they run: behind a transaction pooler no session keeps a plan. */
  readonly unprepared?: boolean;
  /** Told about every failed statement; the message of the driver holds no parameter. */
  readonly onFault?: (fault: Error) => void;
}

interface PaymentRow {
  payment_id: string;
  idempotency_key: string;
  fingerprint: string;
  business_day: string;
  kind: string;
  state: string;
  version: number;
  owner: string;
  acceptor_id: string;
  terminal_id: string;
  amount_minor: string;
  currency: string;
  pan_hmac: string;
  pan_truncated: string;
  pan_encrypted: Buffer | null;
  host: string | null;
  host_reference: string | null;
  response_code: string | null;
  approval_code: string | null;
  retrieval_reference: string | null;
  original_id: string | null;
  batch_id: string | null;
  draws: number;
  expires_day: string | null;
  facts: Record<string, Json>;
  opened_at: Date;
}

function recordOf(row: PaymentRow): PaymentRecord {
  return {
    paymentId: row.payment_id,
    key: row.idempotency_key,
    fingerprint: row.fingerprint,
    businessDate: row.business_day,
    kind: row.kind,
    state: row.state,
    version: row.version,
    draws: row.draws,
    owner: row.owner,
    acceptorId: row.acceptor_id,
    terminalId: row.terminal_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    panHmac: row.pan_hmac,
    panTruncated: row.pan_truncated,
    facts: row.facts,
    openedAtMs: row.opened_at.getTime(),
    ...(row.pan_encrypted === null ? {} : { panEncrypted: new Uint8Array(row.pan_encrypted) }),
    ...(row.original_id === null ? {} : { originalId: row.original_id }),
    ...(row.batch_id === null ? {} : { batchId: row.batch_id }),
    ...(row.expires_day === null ? {} : { expiresOn: row.expires_day }),
    ...(row.host === null ? {} : { host: row.host }),
    ...(row.host_reference === null ? {} : { hostReference: row.host_reference }),
    ...(row.response_code === null ? {} : { responseCode: row.response_code }),
    ...(row.approval_code === null ? {} : { approvalCode: row.approval_code }),
    ...(row.retrieval_reference === null ? {} : { retrievalReference: row.retrieval_reference }),
  };
}

/** An item and its share of a statement's parameter, made before it meets any other item. */
interface Written<Item> {
  readonly item: Item;
  readonly json: string;
}

function writtenPayment(item: NewPayment): Written<NewPayment> {
  const { original, ...rest } = item;
  const { panEncrypted, amountMinor } = rest;
  const json = JSON.stringify({
    ...rest,
    originalId: original?.paymentId,
    amountMinor: String(amountMinor),
    panEncrypted: panEncrypted === undefined ? null : Buffer.from(panEncrypted).toString('hex'),
  });
  return { item, json };
}

function writtenStep(item: PaymentStep): Written<PaymentStep> {
  const { booking, ...step } = item;
  if (booking === undefined) return { item, json: JSON.stringify(step) };
  const fault = checkPostings(booking);
  if (fault !== undefined) throw new RangeError(`a booking is refused: ${fault.code}`);
  const postings = booking.postings.map((leg) => [
    leg.accountCode,
    leg.accountScope,
    String(leg.amountMinor),
  ]);
  return { item, json: JSON.stringify({ ...step, booking: { ...booking, postings } }) };
}

const listOf = (written: readonly Written<unknown>[]): string =>
  `[${written.map(({ json }) => json).join(',')}]`;

/** Statements against one pool, with every failure reported once. */
interface Statements {
  readonly pool: Pool;
  readonly isPrepared: boolean;
  readonly report: (error: unknown) => void;
}

/** A statement under its name, or without one where no session would know the name. */
function named(
  { isPrepared }: Pick<Statements, 'isPrepared'>,
  name: string,
  text: string,
): QueryConfig {
  return isPrepared ? { name, text } : { text };
}

const selects = {
  byKey: sql('payments-by-key'),
  byHostReference: sql('payment-by-host-reference'),
  byState: sql('payments-by-state'),
  expired: sql('expired-payments'),
  search: sql('search-payments'),
};

async function select(
  pool: Pick<Pool, 'query'>,
  which: keyof typeof selects,
  parameters: unknown[],
): Promise<PaymentRecord[]> {
  const result = await pool.query<PaymentRow>(selects[which], parameters);
  return result.rows.map(recordOf);
}

interface OpenedRow {
  idempotency_key: string;
  payment_id: string;
  opened_at: Date;
}

// After a lost connection the first try may have been committed: what stands there with our own owner
// and the reference of this very request is ours, not a duplicate.
function isOwn(record: PaymentRecord, payment: NewPayment): boolean {
  return (
    record.version === 0 &&
    record.owner === payment.owner &&
    record.fingerprint === payment.fingerprint &&
    record.hostReference === payment.hostReference
  );
}

async function openBatch(
  { pool, ...how }: Pick<Statements, 'isPrepared'> & { pool: Pick<Pool | PoolClient, 'query'> },
  written: readonly Written<NewPayment>[],
  isRetry: boolean,
): Promise<OpenResult[]> {
  const payments = written.map(({ item }) => item);
  const statement = named(how, 'open-payments', openSql);
  const opened = await pool.query<OpenedRow>({ ...statement, values: [listOf(written)] });
  const fresh = new Map(opened.rows.map((row) => [row.idempotency_key, row]));
  const known = new Map<string, PaymentRecord>();
  if (fresh.size < payments.length) {
    const keys = payments.map((payment) => payment.key).filter((key) => !fresh.has(key));
    // A later statement, so that it sees what another connection committed meanwhile.
    for (const record of await select(pool, 'byKey', [keys])) {
      known.set(record.key, record);
    }
  }
  return payments.map((payment): OpenResult => {
    const row = fresh.get(payment.key);
    if (row !== undefined) {
      const openedAtMs = row.opened_at.getTime();
      const { original, ...rest } = payment;
      const originalId = original === undefined ? {} : { originalId: original.paymentId };
      const { payment_id: paymentId } = row;
      const record = { ...rest, ...originalId, paymentId, version: 0, draws: 0, openedAtMs };
      return { ok: true, record };
    }
    const record = known.get(payment.key);
    if (record === undefined) return { ok: false, error: { code: 'journal-unavailable' } };
    if (isRetry && isOwn(record, payment)) return { ok: true, record };
    return { ok: false, error: { code: 'key-exists', record } };
  });
}

async function stepBatch(
  statements: Statements,
  written: readonly Written<PaymentStep>[],
): Promise<StepResult[]> {
  const [{ item: first }] = written;
  const statement =
    first.mayBeLost === true
      ? named(statements, 'note-steps', noteSql)
      : named(statements, 'step-payments', stepSql);
  const moved = await statements.pool.query<{ payment_id: string }>({
    ...statement,
    values: [listOf(written)],
  });
  const there = new Set(moved.rows.map((row) => row.payment_id));
  return written.map(({ item }): StepResult =>
    there.has(item.paymentId) ? { ok: true } : { ok: false, error: { code: 'version-conflict' } },
  );
}

// A value the database refuses must not take its whole batch with it: data (SQLSTATE class 22), constraints
// (23, 44), a row or index entry beyond what fits (54), an exception of a trigger (P0).
function isDataFault(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(?:22|23|44|54|P0)[0-9A-Z]{3}$/.test(code);
}

// The statement never ran, or its answer was lost, or it was rolled back for another's sake (40): the server
// restarts, the connection is gone, two transactions waited for each other.
function isConnectionFault(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof TypeError) return false; // Our own fault.
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return true;
  return /^(?:08|40|57P)/.test(code) || !/^[0-9A-Z]{5}$/.test(code);
}

const unavailable = { ok: false, error: { code: 'journal-unavailable' } } as const;
const overloaded = { ok: false, error: { code: 'journal-overloaded' } } as const;
const notStorable = { ok: false, error: { code: 'not-storable' } } as const;

type Write<Item, Result> = (
  statements: Statements,
  items: readonly Item[],
  isRetry: boolean,
) => Promise<Result[]>;

// Pauses before further tries; together shorter than anybody waits for an answer.
const retryPausesMs = [0, 20, 50, 100, 200];
// A statement that nobody answered has cost its time already.
const retryMsMax = 2_000;

async function writeBatch<Item, Result>(
  statements: Statements,
  items: readonly Item[],
  write: Write<Item, Result>,
): Promise<(Result | typeof unavailable | typeof notStorable)[]> {
  const endMs = performance.now() + retryMsMax;
  for (let tries = 0; ; tries++) {
    try {
      return await write(statements, items, tries > 0);
    } catch (error) {
      statements.report(error);
      if (isDataFault(error)) {
        if (items.length === 1) return [notStorable];
        const results: (Result | typeof unavailable | typeof notStorable)[] = [];
        for (const item of items) results.push(...(await writeBatch(statements, [item], write)));
        return results;
      }
      if (!isConnectionFault(error) || tries >= retryPausesMs.length || performance.now() > endMs) {
        return items.map(() => unavailable);
      }
      await sleep(retryPausesMs[tries]);
    }
  }
}

/** Payments by what is known of them. */
function lookUps(pool: Pool): Omit<PaymentJournal, 'open' | 'step'> {
  return {
    search: ({ terminalIds, businessDates, keyEndings = [], retrievalReference }: PaymentSearch) =>
      select(pool, 'search', [
        terminalIds,
        businessDates,
        keyEndings.map((ending) => `%${ending}`),
        retrievalReference,
        searchRowsMax,
      ]),
    drawsOn: (paymentId) => drawsOnPayment(pool, paymentId),
    listExpired: (businessDate, limit, after = '0') =>
      select(pool, 'expired', [businessDate, after, limit]),
    forgetExpired: async (paymentId) => {
      await pool.query(forgetExpiredSql, [paymentId]);
    },
    findByKey: async (key) => (await select(pool, 'byKey', [[key]]))[0],
    findByHostReference: async (host, reference) =>
      (await select(pool, 'byHostReference', [host, reference]))[0],
    listByState: (owner, states, limit, after = '0') =>
      select(pool, 'byState', [owner, states, limit, after]),
  };
}

/**
 * What a pool for the journal is opened with. Every statement here finds its rows by key: a plan made
 * while the tables were small must not go on reading them whole when they have grown.
 */
export const journalPoolOptions = { options: '-c enable_seqscan=off' } as const;

// Few payments draw on another one: each in a transaction of its own.
async function openDrawing(
  statements: Statements,
  payment: Parameters<typeof openAgainstOriginal>[1],
): Promise<OpenResult> {
  try {
    const opened = await openAgainstOriginal(statements.pool, payment, async (client, item) => {
      const on = { pool: client, isPrepared: statements.isPrepared };
      const [result] = await openBatch(on, [writtenPayment(item)], false);
      return result;
    });
    if (opened.ok || !isDrawError(opened.error.code)) return opened;
    // It may have been this very payment that used the original up.
    const [record] = await select(statements.pool, 'byKey', [[payment.key]]);
    return record === undefined ? opened : { ok: false, error: { code: 'key-exists', record } };
  } catch (error) {
    statements.report(error);
    return isDataFault(error) ? notStorable : unavailable;
  }
}

/** The journal over a pool opened with `journalPoolOptions`; the pool belongs to the caller. */
export function createPostgresJournal(options: PostgresJournalOptions): PaymentJournal {
  const { pool } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const statements: Statements = {
    pool,
    isPrepared: options.unprepared !== true,
    report: (error) => options.onFault?.(error instanceof Error ? error : new Error(String(error))),
  };
  const opens = new GroupCommit<Written<NewPayment>, OpenResult>(
    {
      write: (batch) => writeBatch(statements, batch, openBatch),
      conflictKey: ({ item }) => item.key,
      overloaded,
    },
    // What was opened must come to its end; what was not, need not begin.
    { waitMsMax: openMsMax, ...limits },
  );
  const steps = new GroupCommit<Written<PaymentStep>, StepResult>(
    {
      write: (batch) => writeBatch(statements, batch, stepBatch),
      conflictKey: ({ item }) => item.paymentId,
      overloaded,
    },
    limits,
  );
  const notes = new GroupCommit<Written<PaymentStep>, StepResult>(
    {
      write: (batch) => writeBatch(statements, batch, stepBatch),
      conflictKey: ({ item }) => item.paymentId,
      overloaded,
    },
    { ...limits, writers: 1, lingerMs: 20 },
  );
  // What cannot be written down is refused by itself, before it shares a statement with others.
  async function submit<Item, Result>(
    commit: GroupCommit<Written<Item>, Result>,
    written: () => Written<Item>,
  ): Promise<Result | typeof notStorable> {
    let item: Written<Item>;
    try {
      item = written();
    } catch (error) {
      statements.report(error);
      return notStorable;
    }
    return commit.submit(item);
  }
  return {
    ...lookUps(options.lookUps ?? pool),
    open: (payment) => {
      const { original } = payment;
      return original === undefined
        ? submit(opens, () => writtenPayment(payment))
        : openDrawing(statements, { ...payment, original });
    },
    step: (step) => submit(step.mayBeLost === true ? notes : steps, () => writtenStep(step)),
  };
}
