// What one peer of the terminals' port may cost the others: rates and strikes per line and per address (I7, I8).

/** Tokens that come back at a rate, up to a burst. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  /** Takes one; false when there is none. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Milliseconds until there is one. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#perMs);
  }

  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.#burst;
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(this.#burst, this.#tokens + elapsedMs * this.#perMs);
    this.#atMs = nowMs;
  }
}

/** What an address, over all its lines, may do. */
export interface AddressUse {
  connections: number;
  readonly frames: TokenBucket;
  /** Messages of unknown terminals and what is no message. */
  readonly strikes: TokenBucket;
}

/** Strikes of an address that are forgiven a second, and at once. */
const strikesPerSecond = 20;
const strikesAtOnce = 200;
/** Addresses without a line of which something is remembered. */
const rememberedMax = 10_000;

/** The addresses that have lines, and those whose strikes are not forgiven yet. */
export class AddressUses {
  readonly #uses = new Map<string, AddressUse>();
  readonly #framesPerSecondMax: number;

  constructor(framesPerSecondMax: number) {
    this.#framesPerSecondMax = framesPerSecondMax;
  }

  /** An address gets a line; `leave` gives it back. */
  join(address: string, nowMs: number): AddressUse {
    const known = this.#uses.get(address);
    const rate = this.#framesPerSecondMax;
    const use = known ?? {
      connections: 0,
      frames: new TokenBucket(rate, rate, nowMs),
      strikes: new TokenBucket(strikesPerSecond, strikesAtOnce, nowMs),
    };
    if (known === undefined) this.#uses.set(address, use);
    use.connections++;
    return use;
  }

  leave(address: string, nowMs: number): void {
    const use = this.#uses.get(address);
    if (use === undefined || --use.connections > 0) return;
    this.#uses.delete(address);
    if (use.strikes.isFull(nowMs)) return;
    // The last that left is the last to be forgotten.
    this.#uses.set(address, use);
    if (this.#uses.size > rememberedMax) this.#forgetOne(nowMs);
  }

  connectionsOf(address: string): number {
    return this.#uses.get(address)?.connections ?? 0;
  }

  #forgetOne(nowMs: number): void {
    let oldest: string | undefined;
    for (const [address, { connections, strikes }] of this.#uses) {
      if (connections > 0) continue;
      oldest ??= address;
      if (!strikes.isFull(nowMs)) continue;
      oldest = address;
      break;
    }
    if (oldest !== undefined) this.#uses.delete(oldest);
  }
}
