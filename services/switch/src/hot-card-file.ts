// The file of hot cards as messages change it (0302): whoever keeps it is behind this port.

/** A change of the file of hot cards; nothing of the card but its keyed hash and first six and last four. */
export interface HotCardChange {
  readonly action: 'add' | 'change' | 'delete' | 'ask';
  readonly panHmac: string;
  readonly panTruncated: string;
  /** The terminal that asked. */
  readonly by: string;
}

/** What came of it. */
export type HotCardOutcome = 'done' | 'not-found' | 'already-there' | 'unavailable';

/** Whoever keeps the file; `done` says that it is durable. */
export interface HotCardFile {
  readonly change: (change: HotCardChange) => Promise<HotCardOutcome>;
}
