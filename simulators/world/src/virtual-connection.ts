// A connection as TCP gives it: in order in each direction, with delay. It breaks, with what is on the way lost or
// not, or goes half open: nothing gets through any more and nobody is told.
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How bad the lines are now; probabilities for each message. */
export interface LineWeather {
  readonly slow: number;
  readonly breaks: number;
  readonly halfOpens: number;
}

/** The two ends, and what they hear. */
export interface ConnectionParts<Out, In> {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: () => LineWeather;
  readonly onFar: (message: Out) => void;
  readonly onNear: (message: In) => void;
  /** The near end hears that the connection is gone. */
  readonly onBroken: () => void;
  /** The far end hears it. */
  readonly onFarBroken?: () => void;
  readonly onNote: (what: string) => void;
}

/** One connection; it does not come back. */
export class VirtualConnection<Out, In> {
  readonly #parts: ConnectionParts<Out, In>;
  readonly #lastMs = { far: 0, near: 0 };
  #state: 'open' | 'half-open' | 'broken' = 'open';
  #losesFar = false;
  #isNearGone = false;

  constructor(parts: ConnectionParts<Out, In>) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#state !== 'broken';
  }

  sendFar(message: Out): void {
    this.#send('far', () => {
      if (!this.#losesFar) this.#parts.onFar(message);
    });
  }

  sendNear(message: In): void {
    this.#send('near', () => {
      if (this.#state === 'open' && !this.#isNearGone) this.#parts.onNear(message);
    });
  }

  /** Both ends hear of it; what is on its way to the far end may still arrive. */
  cut(): void {
    if (!this.#end()) return;
    this.#parts.onNote('breaks');
    this.#parts.onBroken();
    this.#parts.onFarBroken?.();
  }

  /** The near end is gone: a process that was killed. */
  closeNear(): void {
    this.#isNearGone = true;
    if (this.#end()) this.#parts.onFarBroken?.();
  }

  /** The far end is gone; the near one hears of it. */
  closeFar(): void {
    this.#losesFar = true;
    if (this.#end()) this.#parts.onBroken();
  }

  /** False when it was over already. */
  #end(): boolean {
    if (this.#state === 'broken') return false;
    this.#losesFar ||= this.#state === 'half-open' || this.#parts.random.chance(0.5);
    this.#state = 'broken';
    return true;
  }

  #send(side: 'far' | 'near', arrive: () => void): void {
    if (this.#state === 'broken') return;
    const { time, random, weather, onNote } = this.#parts;
    const { slow, breaks, halfOpens } = weather();
    if (random.chance(halfOpens) && this.#state === 'open') {
      onNote('is half open');
      this.#state = 'half-open';
      this.#losesFar = true;
    }
    const delayMs = random.chance(slow) ? random.whole(500, 4_000) : random.whole(1, 40);
    const atMs = Math.max(this.#lastMs[side], time.nowMs + delayMs);
    this.#lastMs[side] = atMs;
    const isBreaking = random.chance(breaks);
    time.after(atMs - time.nowMs, () => {
      if (isBreaking) this.cut();
      else arrive();
    });
  }
}
