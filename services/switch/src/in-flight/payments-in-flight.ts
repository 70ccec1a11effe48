// Every payment in flight in this process, by its key: the one place that knows them.
import type { InFlightPayment } from './in-flight-payment.ts';

const inDoubtMax = 100_000;

/** The payments in flight, and the keys whose payment is being opened. */
export class PaymentsInFlight {
  readonly #payments = new Map<string, InFlightPayment>();
  readonly #inDoubt = new Set<string>();
  readonly #openings = new Map<string, Promise<unknown>>();

  get size(): number {
    return this.#payments.size;
  }

  get(key: string): InFlightPayment | undefined {
    return this.#payments.get(key);
  }

  /** Whether the key's payment is in flight or about to be. */
  has(key: string): boolean {
    return this.#payments.has(key) || this.#openings.has(key);
  }

  /** All keys for which `has` is true now. */
  keys(): ReadonlySet<string> {
    return new Set([...this.#payments.keys(), ...this.#openings.keys()]);
  }

  values(): IterableIterator<InFlightPayment> {
    return this.#payments.values();
  }

  /** Keys whose approval may have become durable after its terminal was told that no answer comes. */
  get inDoubt(): readonly string[] {
    return [...this.#inDoubt];
  }

  /** Keeps a key for the sweep; false when there are too many. */
  doubt(key: string): boolean {
    if (this.#inDoubt.size >= inDoubtMax) return false;
    this.#inDoubt.add(key);
    return true;
  }

  endDoubt(key: string): void {
    this.#inDoubt.delete(key);
  }

  add(payment: InFlightPayment): void {
    this.#payments.set(payment.key, payment);
  }

  remove(payment: Pick<InFlightPayment, 'key'>): void {
    if (this.#payments.get(payment.key) === payment) this.#payments.delete(payment.key);
  }

  /**
   * Opens a payment: between the journal's commit and the payment being in flight there is a moment in
   * which the journal alone would say that nobody carries it.
   */
  open<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#openings.get(key);
    const opening = Promise.resolve().then(work);
    const done = Promise.allSettled([before, opening]).then(() => {
      if (this.#openings.get(key) === done) this.#openings.delete(key);
    });
    this.#openings.set(key, done);
    return opening;
  }

  /** Ends when nobody is opening the key's payment: it is in flight then, or was not opened. */
  async untilOpened(key: string): Promise<void> {
    for (;;) {
      const opening = this.#openings.get(key);
      if (opening === undefined) return;
      await opening;
    }
  }
}
