// The fast path in front of the journal's unique key: who was seen lately. It may forget; it is
// never the truth, so losing it costs speed and never a double charge.

/** Result of claiming a key. */
export type ClaimOutcome =
  /** Nobody was seen with this key: go on, the journal decides. */
  | 'fresh'
  /** Seen before: look into the journal first. */
  | 'seen'
  /** The store does not answer: go on as if fresh, the journal decides. */
  | 'unavailable';

/** The store. It never throws and answers within its own time limit. */
export interface IdempotencyStore {
  /** Claims a key for `ttlMs` milliseconds. Keys hold no card data. */
  claim(key: string, ttlMs: number): Promise<ClaimOutcome>;
  close(): Promise<void>;
}
