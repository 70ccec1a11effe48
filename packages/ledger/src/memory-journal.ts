// The payment journal in memory, for tests: it is lost with the process.
import { isDeepStrictEqual } from 'node:util';
import {
  type NewPayment,
  type OpenResult,
  type PaymentJournal,
  type PaymentRecord,
  type PaymentSearch,
  type PaymentStep,
  type StepResult,
  searchRowsMax,
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
const withoutEffect: ReadonlySet<string> = new Set([...declinedStates, ...undoneStates]);

function isLeft(payments: Iterable<PaymentRecord>, payment: NewPayment): boolean {
  const { original, amountMinor } = payment;
  if (original === undefined) return true;
  let drawn = amountMinor;
  let stands = false;
  for (const record of payments) {
    if (withoutEffect.has(record.state)) continue;
    if (record.paymentId === original.paymentId) stands = record.state !== 'SENDING';
    else if (record.originalId === original.paymentId && original.kinds.includes(record.kind)) {
      drawn += record.amountMinor;
    }
  }
  return stands && drawn <= original.amountMinorMax;
}

function applyStep(record: PaymentRecord, step: PaymentStep): PaymentRecord {
  const { paymentId: _id, event: _event, booking: _booking, facts, ...changes } = step;
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
    if (!isLeft(payments.values(), payment)) {
      return { ok: false, error: { code: 'original-used-up' } };
    }
    const paymentId = String(payments.size + 1);
    const { original, ...rest } = payment;
    const record: PaymentRecord = {
      ...rest,
      paymentId,
      version: 0,
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
    if (record.version !== change.version - 1) {
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
    payments,
    bookings,
    adopt,
    closeBatch: (terminalId) => openBatches.close(terminalId),
    open,
    step,
    search: async (search) => found([...payments.values()], search),
    drawnOn: async (paymentId) =>
      [...payments.values()]
        .filter((record) => record.originalId === paymentId && !withoutEffect.has(record.state))
        .reduce((sum, record) => sum + record.amountMinor, 0n),
    findByKey: async (key) => payments.get(idByKey.get(key) ?? ''),
    findByHostReference: async (host, hostReference) =>
      [...payments.values()].findLast(
        (record) => record.host === host && record.hostReference === hostReference,
      ),
    listByState: async (owner, states, limit, after = '0') =>
      [...payments.values()]
        .filter((record) => Number(record.paymentId) > Number(after))
        .filter((record) => record.owner === owner && states.includes(record.state))
        .slice(0, limit),
  };
}
