// The fast path of idempotency in a world: one Redis for all instances, that forgets, lags and goes away.
import { createMemoryIdempotency } from '@chipswitch/switch';
import type { IdempotencyStore } from '@chipswitch/transaction';
import type { Random } from './random.ts';
import type { Asker } from './virtual-store.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How ill it is; probabilities. */
export interface KeysIllness {
  /** A claim is lost in a failover: the replica never had it. */
  readonly loses: number;
  /** It does not answer. */
  readonly away: number;
}

/** Keys at the most. */
const keysMax = 10_000;

/** The Redis. */
export class VirtualKeys {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #illness: () => KeysIllness;
  #store: IdempotencyStore;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly illness: () => KeysIllness;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#illness = parts.illness;
    this.#store = this.#empty();
  }

  /** Everything is forgotten. */
  flush(): void {
    this.#store = this.#empty();
  }

  /** The store as one process has it. */
  openFor(asker: Asker): IdempotencyStore {
    const random = this.#random;
    return {
      claim: (key, ttlMs) => {
        const { loses, away } = this.#illness();
        const isAway = random.chance(away);
        const isLost = random.chance(loses);
        const backMs = isAway ? 250 : random.whole(0, 1);
        return new Promise((resolve) => {
          const claimed =
            isAway || isLost
              ? Promise.resolve(isAway ? ('unavailable' as const) : ('fresh' as const))
              : this.#store.claim(key, ttlMs);
          this.#time.after(backMs, () => asker.run(() => resolve(claimed)));
        });
      },
      close: async () => undefined,
    };
  }

  #empty(): IdempotencyStore {
    return createMemoryIdempotency(keysMax, () => this.#time.nowMs);
  }
}
