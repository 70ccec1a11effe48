// The payment journal in memory, for tests: it is lost with the process.
import type {
  NewPayment,
  OpenResult,
  PaymentJournal,
  PaymentRecord,
  PaymentStep,
  StepResult,
} from './payment-journal.ts';
import { type LedgerTransaction, checkPostings } from './posting.ts';

/** The memory journal, with its books open to be looked at. */
export interface MemoryJournal extends PaymentJournal {
  readonly payments: ReadonlyMap<string, PaymentRecord>;
  readonly bookings: ReadonlyMap<string, LedgerTransaction>;
}

function applyStep(record: PaymentRecord, step: PaymentStep): PaymentRecord {
  const { paymentId: _id, event: _event, booking: _booking, facts, ...changes } = step;
  return { ...record, ...changes, facts: { ...record.facts, ...facts } };
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

  async function open(payment: NewPayment): Promise<OpenResult> {
    const known = idByKey.get(payment.key);
    if (known !== undefined) {
      return { ok: false, error: { code: 'key-exists', record: payments.get(known)! } };
    }
    const paymentId = String(payments.size + 1);
    const record: PaymentRecord = { ...payment, paymentId, version: 0, openedAtMs: nowMs() };
    payments.set(paymentId, record);
    idByKey.set(payment.key, paymentId);
    return { ok: true, record };
  }

  async function step(change: PaymentStep): Promise<StepResult> {
    const record = payments.get(change.paymentId);
    if (record === undefined) return { ok: false, error: { code: 'version-conflict' } };
    if (record.version === change.version && record.state === change.state) return { ok: true };
    if (record.version !== change.version - 1) {
      return { ok: false, error: { code: 'version-conflict' } };
    }
    if (change.booking !== undefined && !bookings.has(change.booking.reference)) {
      const fault = checkPostings(change.booking);
      if (fault !== undefined) return { ok: false, error: { code: 'not-storable' } };
      bookings.set(change.booking.reference, change.booking);
    }
    payments.set(change.paymentId, applyStep(record, change));
    return { ok: true };
  }

  return {
    payments,
    bookings,
    open,
    step,
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
