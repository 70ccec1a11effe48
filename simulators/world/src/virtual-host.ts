// A host with its own book, written apart from the switch's code: it decides, forgets nothing, repeats
// its answers, and knows a reversal that overtook its original.

/** What a host is asked. */
export interface HostQuestion {
  readonly type: 'request' | 'reversal';
  /** Names the request at this host; a reversal names the request it undoes. */
  readonly reference: string;
  readonly key: string;
}

/** What it answers. */
export interface HostReply {
  readonly type: 'request' | 'reversal';
  readonly reference: string;
  readonly approved: boolean;
}

interface Line {
  readonly key: string;
  readonly approved: boolean;
  reversed: boolean;
}

/** The host. */
export class VirtualHost {
  readonly #book = new Map<string, Line>();
  readonly #reversedBefore = new Set<string>();
  /** Originals that came after their own reversal: guarantee I6 says there are none. */
  originalsAfterReversal = 0;

  answer(question: HostQuestion, approves: boolean): HostReply {
    const { reference, key, type } = question;
    const line = this.#book.get(reference);
    if (type === 'reversal') {
      if (line === undefined) this.#reversedBefore.add(reference);
      else line.reversed = true;
      return { type, reference, approved: true };
    }
    if (line !== undefined) return { type, reference, approved: line.approved };
    if (this.#reversedBefore.has(reference)) {
      this.originalsAfterReversal++;
      return { type, reference, approved: false };
    }
    this.#book.set(reference, { key, approved: approves, reversed: false });
    return { type, reference, approved: approves };
  }

  /** Effects that are approved and not reversed, by idempotency key. */
  liveEffects(): Map<string, number> {
    const live = new Map<string, number>();
    for (const { key, approved, reversed } of this.#book.values()) {
      if (approved && !reversed) live.set(key, (live.get(key) ?? 0) + 1);
    }
    return live;
  }
}
