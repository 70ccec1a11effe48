// Reversals and advices on their way to hosts: strictly first in, first out for each terminal (guarantee
// I6), terminals beside each other, and a stuck head never stops another terminal's queue.
import { awaitsAcknowledgement } from '@chipswitch/transaction';
import type { Clock, PaymentInFlight } from './ports.ts';

/** What the queue needs. */
export interface StoreAndForwardParts {
  readonly clock: Clock;
  readonly isUp: (host: string) => boolean;
  /** Writes outstanding at one host, at the most. */
  readonly outstandingMax: number;
}

/** One terminal's reversals and advices to one host. */
interface TerminalQueue {
  readonly host: string;
  readonly payments: PaymentInFlight[];
  /** Its head may be written, was written and is not acknowledged yet, or waits for its next try. */
  state: 'ready' | 'awaiting' | 'pausing';
  endPause: (() => void) | undefined;
}

interface HostSlots {
  awaiting: number;
  readonly ready: Set<TerminalQueue>;
}

/** The queues of a switch. */
export class StoreAndForwardQueue {
  readonly #parts: StoreAndForwardParts;
  readonly #queues = new Map<string, TerminalQueue>();
  readonly #hosts = new Map<string, HostSlots>();

  constructor(parts: StoreAndForwardParts) {
    this.#parts = parts;
  }

  /** Payments that owe a reversal or an advice. */
  get waiting(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.payments.length;
    return count;
  }

  /** Writes of this host that are not acknowledged yet. */
  outstanding(host: string): number {
    return this.#slotsOf(host).awaiting;
  }

  /** Puts a payment at the end of its queue, or, when it is the head already, sets its next try. */
  add(payment: PaymentInFlight, delayMs: number): void {
    const queue = this.#queueOf(payment);
    if (queue.payments[0] === payment) {
      this.#enter(queue, 'pausing');
      queue.endPause = this.#parts.clock.after(delayMs, () => {
        this.#enter(queue, 'ready');
        this.#advance(queue.host);
      });
    } else if (!queue.payments.includes(payment)) queue.payments.push(payment);
    this.#advance(queue.host);
  }

  /** Takes a payment out, wherever it stands: it is final, or no longer in flight. */
  remove(payment: PaymentInFlight): void {
    const queue = this.#queues.get(payment.queueName);
    const at = queue?.payments.indexOf(payment) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.payments.splice(at, 1);
    if (at === 0) this.#enter(queue, 'ready');
    if (queue.payments.length === 0) {
      this.#queues.delete(payment.queueName);
      this.#slotsOf(queue.host).ready.delete(queue);
    }
    this.#advance(queue.host);
  }

  /** A host can be written to: its queues go on. */
  onUp(host: string): void {
    this.#advance(host);
  }

  stop(): void {
    for (const queue of this.#queues.values()) queue.endPause?.();
    this.#queues.clear();
    this.#hosts.clear();
  }

  #slotsOf(host: string): HostSlots {
    let slots = this.#hosts.get(host);
    if (slots === undefined) {
      slots = { awaiting: 0, ready: new Set() };
      this.#hosts.set(host, slots);
    }
    return slots;
  }

  #queueOf(payment: PaymentInFlight): TerminalQueue {
    const known = this.#queues.get(payment.queueName);
    if (known !== undefined) return known;
    const { host } = payment;
    const queue: TerminalQueue = { host, payments: [], state: 'ready', endPause: undefined };
    this.#queues.set(payment.queueName, queue);
    this.#slotsOf(host).ready.add(queue);
    return queue;
  }

  #enter(queue: TerminalQueue, state: TerminalQueue['state']): void {
    const slots = this.#slotsOf(queue.host);
    if (queue.state === 'awaiting') slots.awaiting--;
    queue.endPause?.();
    queue.endPause = undefined;
    queue.state = state;
    if (state === 'awaiting') slots.awaiting++;
    if (state === 'ready') slots.ready.add(queue);
    else slots.ready.delete(queue);
  }

  #advance(host: string): void {
    const slots = this.#slotsOf(host);
    for (const queue of slots.ready) {
      if (slots.awaiting >= this.#parts.outstandingMax || !this.#parts.isUp(host)) return;
      this.#enter(queue, 'awaiting');
      void this.#write(queue.payments[0]);
    }
  }

  // A head that has nothing to send any more, whatever the reason, makes room for the next one.
  async #write(payment: PaymentInFlight): Promise<void> {
    const moved = await payment.dispatch({ type: 'lane-free' });
    const { state } = payment.payment;
    if (!moved || !awaitsAcknowledgement(state)) this.remove(payment);
  }
}
