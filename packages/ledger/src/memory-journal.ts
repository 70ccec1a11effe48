// The payment journal in memory, for tests: it is lost with the process.
import { isDeepStrictEqual } from 'node:util';
import { type DrawErrorCode, type StandingDraw, judgeDraw } from './draw.ts';
import {
  type NewPayment,
  type OpenResult,
  type PaymentJournal,
  type PaymentRecord,
  type PaymentSearch,
  type PaymentStep,
  type StepResult,
  searchRowsMax,
  withOriginalFacts,
} from './payment-journal.ts';
import { approvedStates, declinedStates, undoneStates } from './payment-states.ts';
import { type LedgerTransaction, checkPostings } from './posting.ts';

/** The memory journal, with its books open to be looked at. */
export interface MemoryJournal extends PaymentJournal {
  /** Closes the open batch of a terminal: what is approved from now on is in another. */
  readonly closeBatch: (terminalId: string) => void;
  /** Makes an instance the owner of what another left; gives how many payments that are. */
  readonly adopt: (owner: string, isLeft: (record: PaymentRecord) => boolean) => number;
  readonly payments: ReadonlyMap<string, PaymentRecord>;
  readonly bookings: ReadonlyMap<string, LedgerTransaction>;
}

const approved: ReadonlySet<string> = new Set(approvedStates);
const declined: ReadonlySet<string> = new Set(declinedStates);
const withoutEffect: ReadonlySet<string> = new Set([...declinedStates, ...undoneStates]);

function outcomeOf({ state }: PaymentRecord): string {
  if (declined.has(state)) return 'declined';
  if (withoutEffect.has(state)) return 'undone';
  return state === 'SENDING' ? 'pending' : 'approved';
}

function approvedMinorOf({ facts, amountMinor }: PaymentRecord): bigint {
  const partial = facts['partialAmountMinor'];
  return typeof partial === 'string' ? BigInt(partial) : amountMinor;
}

function drawsOn(payments: Iterable<PaymentRecord>, paymentId: string): StandingDraw[] {
  const draws = new Map<string, StandingDraw>();
  for (const record of payments) {
    if (record.originalId !== paymentId || withoutEffect.has(record.state)) continue;
    const figures = record.facts['original'] as { amountMinor: string; endsHold: boolean };
    const { kind } = record;
    const isPending = record.state === 'SENDING';
    const before = draws.get(`${kind}/${isPending}`);
    draws.set(`${kind}/${isPending}`, {
      kind,
      isPending,
      amountMinor: (before?.amountMinor ?? 0n) + approvedMinorOf(record),
      releasedMinor: (before?.releasedMinor ?? 0n) + BigInt(figures.amountMinor),
      endsHold: before?.endsHold === true || figures.endsHold,
    });
  }
  return [...draws.values()];
}

function applyStep(record: PaymentRecord, step: PaymentStep): PaymentRecord {
  const { paymentId: _id, event: _event, booking: _booking, draws: _draws, ...moved } = step;
  const { facts, ...changes } = moved;
  return { ...record, ...changes, facts: { ...record.facts, ...facts } };
}

// As the statement step-payments has it: the same step, with all that it says, and not another's of the same state.
function isThere(record: PaymentRecord, step: PaymentStep): boolean {
  const { version, state, responseCode, approvalCode, retrievalReference, hostReference } = step;
  if (record.version !== version || record.state !== state) return false;
  const said = { responseCode, approvalCode, retrievalReference, hostReference };
  const names = ['responseCode', 'approvalCode', 'retrievalReference', 'hostReference'] as const;
  return (
    names.every((name) => said[name] === undefined || said[name] === record[name]) &&
    Object.entries(step.facts ?? {}).every(([name, fact]) =>
      isDeepStrictEqual(record.facts[name], fact),
    )
  );
}

/** The open batch of each terminal. */
class OpenBatches {
  readonly #open = new Map<string, string>();
  #batches = 0;

  /** The payment in the batch that is open, when it is approved and in none yet. */
  joinedBy(record: PaymentRecord): PaymentRecord {
    const { terminalId, state } = record;
    if (record.batchId !== undefined || !approved.has(state)) return record;
    const batchId = this.#open.get(terminalId) ?? String(++this.#batches);
    this.#open.set(terminalId, batchId);
    return { ...record, batchId };
  }

  close(terminalId: string): void {
    this.#open.delete(terminalId);
  }
}

function found(payments: readonly PaymentRecord[], search: PaymentSearch): PaymentRecord[] {
  const { terminalIds, businessDates, keyEndings = [], retrievalReference } = search;
  return payments
    .filter((record) => terminalIds.includes(record.terminalId))
    .filter((record) => businessDates.includes(record.businessDate))
    .filter(
      ({ key, retrievalReference: known }) =>
        keyEndings.some((ending) => key.endsWith(ending)) ||
        (retrievalReference !== undefined && known === retrievalReference),
    )
    .toReversed()
    .slice(0, searchRowsMax);
}

// What is opened against another one, with what it does to it.
function drawing(
  payments: Map<string, PaymentRecord>,
  payment: NewPayment,
): { ok: true; payment: NewPayment } | { ok: false; error: { code: DrawErrorCode } } {
  const { original } = payment;
  if (original === undefined) return { ok: true, payment };
  const record = payments.get(original.paymentId);
  const drawn = record && {
    kind: record.kind,
    outcome: outcomeOf(record),
    amountMinor: approvedMinorOf(record),
    draws: drawsOn(payments.values(), record.paymentId),
  };
  const verdict = judgeDraw(drawn, original, payment.amountMinor);
  if (!verdict.ok || record === undefined) {
    return verdict.ok ? { ok: false, error: { code: 'original-used-up' } } : verdict;
  }
  payments.set(record.paymentId, { ...record, draws: record.draws + 1 });
  const { releasedMinor } = verdict;
  return {
    ok: true,
    payment: withOriginalFacts({ ...payment, original }, record.kind, releasedMinor),
  };
}

function lookUps(
  payments: Map<string, PaymentRecord>,
): Omit<PaymentJournal, 'open' | 'step' | 'findByKey'> {
  const after = (paymentId: string) => (record: PaymentRecord) =>
    Number(record.paymentId) > Number(paymentId);
  return {
    search: async (search) => found([...payments.values()], search),
    drawsOn: async (paymentId) => drawsOn(payments.values(), paymentId),
    listExpired: async (businessDate, limit, afterPaymentId = '0') =>
      [...payments.values()]
        .filter(after(afterPaymentId))
        .filter(({ expiresOn, state }) => approved.has(state) && (expiresOn ?? '~') < businessDate)
        .slice(0, limit),
    forgetExpired: async (paymentId) => {
      const record = payments.get(paymentId);
      if (record === undefined) return;
      const { expiresOn: _past, ...rest } = record;
      payments.set(paymentId, rest);
    },
    findByHostReference: async (host, hostReference) =>
      [...payments.values()].findLast(
        (record) => record.host === host && record.hostReference === hostReference,
      ),
    listByState: async (owner, states, limit, afterPaymentId = '0') =>
      [...payments.values()]
        .filter(after(afterPaymentId))
        .filter((record) => record.owner === owner && states.includes(record.state))
        .slice(0, limit),
  };
}

/**
 * Makes an empty journal.
 *
 * @param nowMs the clock that stamps openings; a test may give its own.
 */
export function createMemoryJournal(nowMs: () => number = Date.now): MemoryJournal {
  const payments = new Map<string, PaymentRecord>();
  const idByKey = new Map<string, string>();
  const bookings = new Map<string, LedgerTransaction>();
  const openBatches = new OpenBatches();

  async function open(payment: NewPayment): Promise<OpenResult> {
    const known = idByKey.get(payment.key);
    if (known !== undefined) {
      return { ok: false, error: { code: 'key-exists', record: payments.get(known)! } };
    }
    const allowed = drawing(payments, payment);
    if (!allowed.ok) return allowed;
    const paymentId = String(payments.size + 1);
    const { original, ...rest } = allowed.payment;
    const record: PaymentRecord = {
      ...rest,
      paymentId,
      version: 0,
      draws: 0,
      openedAtMs: nowMs(),
      ...(original === undefined ? {} : { originalId: original.paymentId }),
    };
    payments.set(paymentId, record);
    idByKey.set(payment.key, paymentId);
    return { ok: true, record };
  }

  async function step(change: PaymentStep): Promise<StepResult> {
    const record = payments.get(change.paymentId);
    if (record === undefined) return { ok: false, error: { code: 'version-conflict' } };
    if (isThere(record, change)) return { ok: true };
    const isMoved = record.version !== change.version - 1;
    if (isMoved || (change.draws ?? record.draws) !== record.draws) {
      return { ok: false, error: { code: 'version-conflict' } };
    }
    if (change.booking !== undefined && !bookings.has(change.booking.reference)) {
      const fault = checkPostings(change.booking);
      if (fault !== undefined) return { ok: false, error: { code: 'not-storable' } };
      bookings.set(change.booking.reference, change.booking);
    }
    payments.set(change.paymentId, openBatches.joinedBy(applyStep(record, change)));
    return { ok: true };
  }

  function adopt(owner: string, isLeft: (record: PaymentRecord) => boolean): number {
    const left = [...payments.values()].filter(isLeft);
    for (const record of left) payments.set(record.paymentId, { ...record, owner });
    return left.length;
  }

  return {
    ...lookUps(payments),
    payments,
    bookings,
    adopt,
    closeBatch: (terminalId) => openBatches.close(terminalId),
    open,
    step,
    findByKey: async (key) => payments.get(idByKey.get(key) ?? ''),
  };
}
