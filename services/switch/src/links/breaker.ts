// The breaker of one line: requests that go unanswered in a row stop requests, not reversals and advices; after a while
// one request is let through to see.

/** When it opens, and for how long. */
export interface BreakerSettings {
  readonly unansweredMax: number;
  readonly openMs: number;
}

/** Closed lets through, open does not, half-open has one request on its way. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** A breaker; time is handed in. */
export class Breaker {
  readonly #settings: BreakerSettings;
  #unanswered = 0;
  #openedAtMs: number | undefined;
  #isProbing = false;

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  get state(): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed';
    return this.#isProbing ? 'half-open' : 'open';
  }

  /** Whether a request may be written now. */
  allows(nowMs: number): boolean {
    if (this.#openedAtMs === undefined) return true;
    return !this.#isProbing && nowMs - this.#openedAtMs >= this.#settings.openMs;
  }

  /** A request was written. */
  onSent(): void {
    if (this.#openedAtMs !== undefined) this.#isProbing = true;
  }

  /** The host has answered a payment, a reversal or an advice: it works. */
  onAnswered(): void {
    this.#unanswered = 0;
    this.#openedAtMs = undefined;
    this.#isProbing = false;
  }

  /**
   * A request went unanswered.
   *
   * @returns whether it opened the breaker
   */
  onUnanswered(nowMs: number): boolean {
    this.#unanswered++;
    if (this.#openedAtMs !== undefined) {
      // The one that was let through went unanswered as well: another while.
      if (this.#isProbing) this.#openedAtMs = nowMs;
      this.#isProbing = false;
      return false;
    }
    if (this.#unanswered < this.#settings.unansweredMax) return false;
    this.#openedAtMs = nowMs;
    return true;
  }
}
