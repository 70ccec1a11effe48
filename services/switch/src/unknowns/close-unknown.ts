// What the machine has given up is closed by two different persons: one says what has become of it and why, another
// confirms. The close is a step of the payment like any other: recorded, and booked on its day.
import type { BusinessCalendar, PaymentJournal } from '@chipswitch/ledger';
import { sqlFiles } from '@chipswitch/ledger/postgres';
import { type HostTimers, step, paymentOf, writtenFacts } from '@chipswitch/transaction';
import type { Pool } from 'pg';

const sql = sqlFiles(new URL('./sql/', import.meta.url));

/** What has become of a payment: the host has it and it stays booked, or nothing of it is there. */
export type UnknownVerdict = 'stands' | 'undone';

/** A payment that is not closed, as persons see it. */
export interface Unknown {
  readonly paymentId: string;
  readonly kind: string;
  readonly state: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly terminalId: string;
  readonly host: string | undefined;
  readonly panTruncated: string;
  readonly openedAtMs: number;
  readonly openFor: 'machine' | 'person';
  /** It counts in the books: money at risk if it is not so. */
  readonly isBooked: boolean;
  readonly tries: number;
  readonly acknowledgementCode: string | undefined;
  readonly proposal:
    | { readonly verdict: UnknownVerdict; readonly by: string; readonly reason: string }
    | undefined;
}

interface UnknownRow {
  payment_id: string;
  kind: string;
  state: string;
  amount_minor: string;
  currency: string;
  terminal_id: string;
  host: string | null;
  pan_truncated: string;
  opened_at: Date;
  open_for: 'machine' | 'person';
  is_booked: boolean;
  tries: number;
  acknowledgement_code: string | null;
  verdict: UnknownVerdict | null;
  proposed_by: string | null;
  reason: string | null;
}

const proposalOf = (row: UnknownRow): Unknown['proposal'] =>
  row.verdict === null
    ? undefined
    : { verdict: row.verdict, by: row.proposed_by ?? '', reason: row.reason ?? '' };

/** Payments that are not closed, oldest first, at most `limit`, after a payment id. */
export async function listUnknowns(pool: Pool, limit: number, after = '0'): Promise<Unknown[]> {
  const { rows } = await pool.query<UnknownRow>(sql('list-unknowns'), [limit, after]);
  return rows.map((row) => ({
    paymentId: row.payment_id,
    kind: row.kind,
    state: row.state,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    terminalId: row.terminal_id,
    host: row.host ?? undefined,
    panTruncated: row.pan_truncated,
    openedAtMs: row.opened_at.getTime(),
    openFor: row.open_for,
    isBooked: row.is_booked,
    tries: row.tries,
    acknowledgementCode: row.acknowledgement_code ?? undefined,
    proposal: proposalOf(row),
  }));
}

/** Why a payment is not closed, in the order of the checks. */
export type CloseErrorCode =
  | 'not-a-payment'
  | 'no-name'
  | 'no-reason'
  /** The reason has a number as long as a card's. */
  | 'number-in-reason'
  /** The machine has not given it up, or not any more. */
  | 'not-manual'
  /** Nothing of it is booked that could stand: its terminal was told that it failed. */
  | 'cannot-stand'
  | 'no-proposal'
  | 'same-person'
  /** Another person has confirmed it, or it was moved meanwhile. */
  | 'moved';

/** Result of a proposal or a confirmation. */
export type CloseResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: CloseErrorCode } };

const no = (code: CloseErrorCode): CloseResult => ({ ok: false, error: { code } });

interface FoundRow {
  key: string;
  version: number;
  state: string;
  is_booked: boolean;
  proposal_id: string | null;
  verdict: UnknownVerdict | null;
  proposed_by: string | null;
  reason: string | null;
}

async function find(pool: Pool, paymentId: string): Promise<FoundRow | undefined> {
  if (!/^\d{1,18}$/.test(paymentId)) return undefined;
  return (await pool.query<FoundRow>(sql('find-payment'), [paymentId])).rows.at(0);
}

/** A person says what has become of a payment that the machine has given up. */
export async function proposeClose(
  pool: Pool,
  close: {
    readonly paymentId: string;
    readonly verdict: UnknownVerdict;
    readonly by: string;
    readonly reason: string;
  },
): Promise<CloseResult> {
  const { paymentId, verdict } = close;
  const [by, reason] = [close.by.trim(), close.reason.trim()];
  const found = await find(pool, paymentId);
  if (found === undefined) return no('not-a-payment');
  if (by === '') return no('no-name');
  if (reason === '') return no('no-reason');
  if (/\d{11}/.test(reason.replaceAll(/[ -]/g, ''))) return no('number-in-reason');
  if (found.state !== 'MANUAL') return no('not-manual');
  if (verdict === 'stands' && !found.is_booked) return no('cannot-stand');
  await pool.query(sql('propose-close'), [paymentId, found.version, verdict, by, reason]);
  return { ok: true };
}

/** What confirming needs beside the database. */
export interface ClosePorts {
  readonly pool: Pool;
  readonly journal: Pick<PaymentJournal, 'findByKey' | 'step'>;
  readonly calendar: BusinessCalendar;
  readonly nowMs: () => number;
}

// Nothing is sent, so no timer is ever started.
const noTimers: HostTimers = {
  answerMs: 0,
  acknowledgeMs: 0,
  retryMs: 0,
  retryMsMax: 0,
  triesMax: 0,
};

async function moveClosed(
  { journal, calendar, nowMs }: ClosePorts,
  found: FoundRow,
  by: string,
): Promise<CloseResult> {
  const record = await journal.findByKey(found.key);
  const businessDate = calendar.businessDate(nowMs());
  if (record === undefined || record.version !== found.version) return no('moved');
  if (businessDate === undefined) throw new RangeError('the clock is outside the calendar');
  const note = `${found.proposed_by ?? ''} and ${by}: ${found.reason ?? ''}`;
  const verdict = found.verdict ?? 'undone';
  const moved = step(paymentOf(record), { type: 'closed-by-persons', verdict, note }, noTimers);
  for (const effect of moved.effects) {
    if (effect.type !== 'journal') continue;
    const { version, state, event, booking } = effect;
    const done = await journal.step({
      paymentId: record.paymentId,
      version,
      state,
      event,
      businessDate,
      ...(booking === undefined ? {} : { booking, facts: writtenFacts({ booked: booking.kind }) }),
    });
    if (!done.ok) return no('moved');
  }
  return moved.effects.length > 0 ? { ok: true } : no('cannot-stand');
}

/** Another person confirms what was proposed: the payment is closed. */
export async function confirmClose(
  ports: ClosePorts,
  close: { readonly paymentId: string; readonly by: string },
): Promise<CloseResult> {
  const by = close.by.trim();
  const found = await find(ports.pool, close.paymentId);
  if (found === undefined) return no('not-a-payment');
  if (by === '') return no('no-name');
  if (found.state !== 'MANUAL') return no('not-manual');
  if (found.proposal_id === null) return no('no-proposal');
  const confirmed = await ports.pool.query<{ is_same: boolean; is_confirmed: boolean }>(
    sql('confirm-close'),
    [found.proposal_id, by],
  );
  const [row] = confirmed.rows;
  if (row.is_same) return no('same-person');
  return row.is_confirmed ? moveClosed(ports, found, by) : no('moved');
}
