// A line between two parties: in order, with delay; messages get lost only when the line breaks.
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How bad the weather is. */
export interface Weather {
  /** Probability that a message takes far longer than usual. */
  readonly slow: number;
  /** Probability that the line breaks while a message is on it. */
  readonly breaks: number;
}

/** One direction of a line, as TCP gives it: in order, and cut off where it breaks. */
export class VirtualLine<Message> {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #weather: () => Weather;
  readonly #deliver: (message: Message) => void;
  readonly #onBreak: () => void;
  #lastArrivalMs = 0;
  #epoch = 0;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly weather: () => Weather;
    readonly deliver: (message: Message) => void;
    readonly onBreak: () => void;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#weather = parts.weather;
    this.#deliver = parts.deliver;
    this.#onBreak = parts.onBreak;
  }

  send(message: Message): void {
    const { slow, breaks } = this.#weather();
    const random = this.#random;
    const delayMs = random.chance(slow) ? random.whole(500, 4_000) : random.whole(1, 40);
    const arrivalMs = Math.max(this.#lastArrivalMs, this.#time.nowMs + delayMs);
    this.#lastArrivalMs = arrivalMs;
    const epoch = this.#epoch;
    const broken = random.chance(breaks);
    this.#time.after(arrivalMs - this.#time.nowMs, () => {
      if (epoch !== this.#epoch) return;
      if (broken) this.#onBreak();
      else this.#deliver(message);
    });
  }

  /** Everything on the line is lost. */
  cut(): void {
    this.#epoch++;
    this.#lastArrivalMs = this.#time.nowMs;
  }
}
