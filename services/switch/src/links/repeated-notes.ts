// Notes of a link, each said once and then again only after a while: a host that fails all day fills no log.

const sayAgainMs = 60_000;
const kindsMax = 256;
const looksPerSecondMax = 10;

/** The notes of one link. */
export class RepeatedNotes {
  readonly #say: (note: string) => void;
  readonly #saidAtMs = new Map<string, number>();
  #looks = { second: 0, count: 0 };

  constructor(say: (note: string) => void) {
    this.#say = say;
  }

  say(note: string): void {
    const nowMs = performance.now();
    if (nowMs - (this.#saidAtMs.get(note) ?? -sayAgainMs) < sayAgainMs) return;
    this.#saidAtMs.delete(note);
    this.#saidAtMs.set(note, nowMs);
    for (const [oldest] of this.#saidAtMs) {
      if (this.#saidAtMs.size <= kindsMax) break;
      this.#saidAtMs.delete(oldest);
    }
    this.#say(note);
  }

  /** Whether there is time to look into what went wrong: so many a second, whatever a host sends. */
  mayLook(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (this.#looks.second !== second) this.#looks = { second, count: 0 };
    return ++this.#looks.count <= looksPerSecondMax;
  }
}
