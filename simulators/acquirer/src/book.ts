// The host's own book: every effect on a card, appended; the independent witness of the books check.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** One line of the book. It holds no more of a card than six and four digits. */
export interface BookEntry {
  readonly at: string;
  readonly host: string;
  readonly effect:
    | 'approved'
    | 'declined'
    | 'reversed'
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
}

/** What the host knows of one authorization. */
export interface Authorization {
  readonly responseCode: string;
  readonly approved: boolean;
  readonly amountMinor: bigint;
  readonly panDigits: string;
  reversed: boolean;
}

const authorizationsMax = 1_000_000;

/** The book: authorizations by what identifies them on the wire, and the lines in order. */
export class HostBook {
  readonly #byKey = new Map<string, Authorization | 'reversed-before'>();
  readonly #file: string | undefined;
  readonly entries: BookEntry[] = [];

  /** @param file lines are appended to it as JSON; without it the book is only in memory. */
  constructor(file?: string) {
    this.#file = file;
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  }

  /** MTI class, STAN, transmission time and terminal: what DE 90 and DE 41 repeat. */
  static key(messageClass: string, stan: string, transmission: string, terminalId: string): string {
    return `${messageClass}/${stan}/${transmission}/${terminalId.trim()}`;
  }

  find(key: string): Authorization | 'reversed-before' | undefined {
    return this.#byKey.get(key);
  }

  keep(key: string, authorization: Authorization | 'reversed-before'): void {
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
