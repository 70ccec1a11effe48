// Reversals and advices on their way to hosts: strictly first in, first out in each lane (guarantee
// I6), lanes beside each other, and a stuck head never stops another lane.
import { finalStates } from '@chipswitch/transaction';
import type { InFlightPayment } from './in-flight-payment.ts';

/** What the lanes need. */
export interface StoreAndForwardParts {
  readonly isUp: (host: string) => boolean;
  /** Writes outstanding at one host, at the most. */
  readonly outstandingMax: number;
}

interface Lane {
  readonly host: string;
  readonly lives: InFlightPayment[];
  /** The head is written and its acknowledgement awaited, or it waits for its next try. */
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** The lanes of a switch. */
export class StoreAndForwardQueue {
  readonly #parts: StoreAndForwardParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #outstanding = new Map<string, number>();

  constructor(parts: StoreAndForwardParts) {
    this.#parts = parts;
  }

  /** Payments that owe a reversal or an advice. */
  get waiting(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) count += lane.lives.length;
    return count;
  }

  /** Puts a payment at the end of its lane, or, when it is the head already, sets its next try. */
  add(life: InFlightPayment, delayMs: number): void {
    const lane = this.#laneOf(life);
    if (lane.lives[0] === life) {
      this.#release(lane);
      lane.busy = true;
      lane.timer = setTimeout(() => {
        lane.busy = false;
        this.#advance(lane);
      }, delayMs);
      return;
    }
    if (!lane.lives.includes(life)) lane.lives.push(life);
    this.#advance(lane);
  }

  /** Called whenever a payment has moved: a final one leaves its lane. */
  onMoved(life: InFlightPayment): void {
    if (!finalStates.has(life.payment.state)) return;
    const lane = this.#lanes.get(life.lane);
    const at = lane?.lives.indexOf(life) ?? -1;
    if (lane === undefined || at < 0) return;
    lane.lives.splice(at, 1);
    if (at === 0) {
      clearTimeout(lane.timer);
      this.#release(lane);
      lane.busy = false;
    }
    if (lane.lives.length === 0) this.#lanes.delete(life.lane);
    else this.#advance(lane);
    this.onUp(lane.host);
  }

  /** A host can be written to: its lanes go on. */
  onUp(host: string): void {
    for (const lane of this.#lanes.values()) if (lane.host === host) this.#advance(lane);
  }

  stop(): void {
    for (const lane of this.#lanes.values()) clearTimeout(lane.timer);
    this.#lanes.clear();
  }

  #laneOf(life: InFlightPayment): Lane {
    const known = this.#lanes.get(life.lane);
    if (known !== undefined) return known;
    const lane: Lane = { host: life.host, lives: [], busy: false, timer: undefined };
    this.#lanes.set(life.lane, lane);
    return lane;
  }

  #release(lane: Lane): void {
    if (!lane.busy || lane.timer !== undefined) {
      clearTimeout(lane.timer);
      lane.timer = undefined;
      return;
    }
    this.#outstanding.set(lane.host, Math.max(0, (this.#outstanding.get(lane.host) ?? 0) - 1));
  }

  #advance(lane: Lane): void {
    const outstanding = this.#outstanding.get(lane.host) ?? 0;
    if (lane.busy || lane.lives.length === 0 || !this.#parts.isUp(lane.host)) return;
    if (outstanding >= this.#parts.outstandingMax) return;
    lane.busy = true;
    lane.timer = undefined;
    this.#outstanding.set(lane.host, outstanding + 1);
    void lane.lives[0].dispatch({ type: 'lane-free' });
  }
}
