// The host's own book: every effect on a card, appended; the independent witness of the books check.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostKind } from './host-kind.ts';

/** One line of the book. It holds no more of a card than six and four digits. */
export interface BookEntry {
  readonly at: string;
  readonly host: string;
  readonly effect:
    | 'approved'
    | 'declined'
    | 'reversed'
    | 'partly-reversed'
    | 'nothing-to-reverse'
    | 'advised'
    | 'repeated';
  readonly mti: string;
  readonly stan: string;
  readonly transmission: string;
  readonly terminalId: string;
  readonly retrievalReference: string;
  readonly pan: string;
  readonly amountMinor: string;
  readonly responseCode: string;
  readonly kind: HostKind | 'reversal' | 'none';
  /** What the line did to the card's balance: a sale is negative. */
  readonly movedMinor: string;
  /** What the line did to what is held of it. */
  readonly heldMinor: string;
}

/** What the host knows of one authorization. */
export interface Authorization {
  readonly kind: HostKind;
  readonly responseCode: string;
  readonly approved: boolean;
  /** What was approved. */
  readonly amountMinor: bigint;
  readonly panDigits: string;
  movedMinor: bigint;
  heldMinor: bigint;
  /** The hold that it raises, takes or ends. */
  readonly hold?: Authorization;
  /** What it gives back, where the message names it. */
  readonly original?: Authorization;
  /** Of a hold and its increments: what is still held. */
  openMinor: bigint;
  /** Of a sale: what was given back of it. */
  creditedMinor: bigint;
  reversed: boolean;
}

const authorizationsMax = 1_000_000;

type Kept = Authorization | 'reversed-before';

/** The book: authorizations by what identifies them on the wire, and the lines in order. */
export class HostBook {
  readonly #byKey = new Map<string, Kept>();
  readonly #file: string | undefined;
  readonly entries: BookEntry[] = [];

  /** @param file lines are appended to it as JSON; without it the book is only in memory. */
  constructor(file?: string) {
    this.#file = file;
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  }

  /** Host, MTI class, STAN and transmission time: what DE 90 repeats. */
  static key(parts: {
    readonly host: string;
    readonly messageClass: string;
    readonly stan: string;
    readonly transmission: string;
  }): string {
    const { host, messageClass, stan, transmission } = parts;
    return `${host}/${messageClass}/${stan}/${transmission}`;
  }

  find(key: string): Kept | undefined {
    return this.#byKey.get(key);
  }

  keep(key: string, authorization: Kept): void {
    if (this.#byKey.size >= authorizationsMax) {
      const oldest = this.#byKey.keys().next();
      if (oldest.done !== true) this.#byKey.delete(oldest.value);
    }
    this.#byKey.set(key, authorization);
  }

  write(entry: BookEntry): void {
    if (this.#file === undefined) this.entries.push(entry);
    else appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}
