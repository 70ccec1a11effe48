// The disk of a world: what survives every kill. Payments and their history, batches, numbers, and which instance
// was alive when.
import {
  type LedgerTransaction,
  type MemoryJournal,
  type OpenResult,
  type PaymentJournal,
  type PaymentStep,
  type StepResult,
  createMemoryJournal,
} from '@chipswitch/ledger';
import type { BatchStore, NumberStore } from '@chipswitch/switch';
import { openStates, traceNumberCount, readPaymentFacts } from '@chipswitch/transaction';
import { VirtualBatches } from './virtual-batches.ts';
import { type Asker, StoreFault, type VirtualStore } from './virtual-store.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One durable step as it was committed. */
export interface CommittedStep {
  readonly version: number;
  readonly from: string;
  readonly state: string;
  readonly event: string;
  readonly businessDate: string;
  /** The date at the process that did it, when it asked. */
  readonly dateThere: string;
  readonly booking?: LedgerTransaction;
}

const unavailable = { ok: false, error: { code: 'journal-unavailable' } } as const;

function unlessFault(error: unknown): typeof unavailable {
  if (error instanceof StoreFault) return unavailable;
  throw error;
}

/** How long an instance must be dead before another takes over what it left. */
const adoptAfterMs = 4_000;

/** Trace numbers of the world are few: the sequence comes round. */
const traceNumbersFrom = traceNumberCount - 300;

/** The disk. */
export class VirtualDisk {
  readonly journal: MemoryJournal;
  readonly batches: VirtualBatches;
  /** Committed steps by payment. */
  readonly history = new Map<string, CommittedStep[]>();
  readonly #store: VirtualStore;
  readonly #time: VirtualTime;
  readonly #marks = new Map<string, { next: number; date: string; ofDay: number }>();
  readonly #aliveMs = new Map<string, number>();
  readonly #askedDates = new WeakMap<PaymentStep, string>();

  constructor(parts: {
    readonly time: VirtualTime;
    readonly store: VirtualStore;
    readonly nowMs: () => number;
  }) {
    this.#time = parts.time;
    this.#store = parts.store;
    this.journal = createMemoryJournal(parts.nowMs);
    this.batches = new VirtualBatches(this.journal);
  }

  /** The journal as one process has it. */
  journalFor(asker: Asker, dateThere: () => string): PaymentJournal {
    const { journal } = this;
    const store = this.#store;
    return {
      open: (payment) =>
        store
          .write<OpenResult>(asker, () => journal.open(payment), 'the opening')
          .catch(unlessFault),
      step: (step) => {
        // A step that is tried again keeps the date on which it happened.
        const date = this.#askedDates.get(step) ?? dateThere();
        this.#askedDates.set(step, date);
        return store
          .write<StepResult>(asker, () => this.#step(step, date), `the step to ${step.state}`)
          .catch(unlessFault);
      },
      search: (search) => store.read(asker, () => journal.search(search)),
      drawsOn: (paymentId) => store.read(asker, () => journal.drawsOn(paymentId)),
      listExpired: (...asked) => store.read(asker, () => journal.listExpired(...asked)),
      forgetExpired: (paymentId) => store.read(asker, () => journal.forgetExpired(paymentId)),
      findByKey: (key) => store.read(asker, () => journal.findByKey(key)),
      findByHostReference: (host, reference) =>
        store.read(asker, () => journal.findByHostReference(host, reference)),
      listByState: (...asked) => store.read(asker, () => journal.listByState(...asked)),
    };
  }

  batchesFor(asker: Asker): BatchStore {
    const { batches } = this;
    const store = this.#store;
    return {
      close: (...asked) => store.write(asker, () => batches.close(...asked), 'a close'),
      endUpload: (...asked) => store.write(asker, () => batches.endUpload(...asked), 'an upload'),
      isClosed: (paymentId) => store.read(asker, () => batches.isClosed(paymentId)),
      numberOf: (batchId) => store.read(asker, () => batches.numberOf(batchId)),
      keepItem: (item) => store.write(asker, () => batches.keepItem(item), 'an item'),
    };
  }

  numbersFor(asker: Asker): NumberStore {
    const store = this.#store;
    return {
      claim: (of) => store.write(asker, async () => this.#claim(of), 'numbers', 'numbers-away'),
      traceNumbersInUse: (host) => store.read(asker, async () => this.#traceNumbersInUse(host)),
    };
  }

  /** An instance says that it is alive. */
  renewClaim(instance: string): void {
    this.#aliveMs.set(instance, this.#time.nowMs);
  }

  /** Takes over what instances left open that have been dead for a while. */
  adopt(asker: Asker, instance: string): Promise<number> {
    return this.#store.write(asker, async () => {
      const isDead = (owner: string): boolean =>
        owner !== instance && (this.#aliveMs.get(owner) ?? 0) < this.#time.nowMs - adoptAfterMs;
      const isOpen = (state: string): boolean => openStates.some((open) => open === state);
      return this.journal.adopt(instance, ({ owner, state }) => isDead(owner) && isOpen(state));
    });
  }

  async #step(step: PaymentStep, dateThere: string): Promise<StepResult> {
    const before = this.journal.payments.get(step.paymentId);
    const result = await this.journal.step(step);
    if (!result.ok || before === undefined || before.version === step.version) return result;
    const { version, state, event, businessDate, booking } = step;
    const committed = { version, state, event, businessDate, dateThere, from: before.state };
    const steps = this.history.get(step.paymentId) ?? [];
    steps.push(booking === undefined ? committed : { ...committed, booking });
    this.history.set(step.paymentId, steps);
    return result;
  }

  #claim({
    sequence,
    size,
    businessDate,
    ofDayMax,
  }: Parameters<NumberStore['claim']>[0]): number | undefined {
    const first = sequence.startsWith('stan/') ? traceNumbersFrom : 0;
    const mark = this.#marks.get(sequence) ?? { next: first, date: businessDate, ofDay: 0 };
    const ofDay = mark.date === businessDate ? mark.ofDay : 0;
    if (ofDay + size > ofDayMax) return undefined;
    this.#marks.set(sequence, { next: mark.next + size, date: businessDate, ofDay: ofDay + size });
    return mark.next;
  }

  #traceNumbersInUse(host: string): readonly string[] {
    const stans: string[] = [];
    for (const record of this.journal.payments.values()) {
      if (record.host !== host || !openStates.some((state) => state === record.state)) continue;
      const { outgoing, followUp } = readPaymentFacts(record);
      for (const sent of [outgoing, followUp ?? undefined]) if (sent) stans.push(sent.stan);
    }
    return stans;
  }
}
