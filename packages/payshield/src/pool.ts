// Links to several HSMs: commands go to the least busy link, move on when one is lost, and never wait for ever.
import type { LinkAnswer, PayshieldLinkErrorCode } from './link-errors.ts';
import { type HsmAddress, HsmLink, type LinkEvents, type LinkSettings } from './link.ts';

/** Settings of a pool; every limit has a default. */
export interface PoolSettings {
  /** HSMs with the same local master key. */
  readonly hsms: readonly HsmAddress[];
  /**
   * `spread` uses all HSMs at once; `ordered` the first that answers, the others while it is away.
   * `spread` when left out.
   */
  readonly policy?: 'spread' | 'ordered';
  /** Links to each HSM; 2 when left out. */
  readonly connectionsPerHsm?: number;
  /** Characters of the message header as set in the HSMs; 4 when left out. */
  readonly headerLength?: number;
  /** Commands on one link at a time; 64 when left out. */
  readonly inFlightPerConnection?: number;
  /** Commands that wait for a link at a time; 10,000 when left out. */
  readonly queueLengthMax?: number;
  /** Time of one attempt; 2,000 ms when left out. */
  readonly timeoutMs?: number;
  /** How often a command is sent at most, each time over another link; 2 when left out. */
  readonly attemptsMax?: number;
  readonly connectTimeoutMs?: number;
  /** First pause before a lost link is made again; doubles up to the longest, with jitter. */
  readonly reconnectDelayMs?: number;
  readonly reconnectDelayMaxMs?: number;
  /** Whether a new link may take commands; asked with the link itself before it joins. */
  readonly admit?: (ask: LinkAsk) => Promise<boolean>;
}

/** Sends one command over one certain link. */
export type LinkAsk = (commandAndBody: Uint8Array, response: string) => Promise<LinkAnswer>;

/** Counters of a pool, for metrics. */
export interface PoolStatistics {
  readonly linksReady: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly sent: number;
  readonly answered: number;
  readonly late: number;
  readonly retried: number;
  readonly failed: Readonly<Partial<Record<PayshieldLinkErrorCode, number>>>;
}

interface Task {
  readonly commandAndBody: Uint8Array;
  readonly response: string;
  readonly done: (answer: LinkAnswer) => void;
  readonly giveUpAt: number;
  /** Link it was lost on: the next attempt goes to another HSM where there is one. */
  lastHost: string | undefined;
  attempts: number;
}

interface Place {
  readonly address: HsmAddress;
  readonly rank: number;
  link: HsmLink | undefined;
  admitted: boolean;
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

const retriable: ReadonlySet<PayshieldLinkErrorCode> = new Set([
  'timeout',
  'link-lost',
  'header-mismatch',
  'response-mismatch',
  'frame',
]);

const placeName = (address: HsmAddress): string => `${address.host}:${address.port}`;

/** A pool of links. */
export class HsmPool {
  readonly #settings: Required<Omit<PoolSettings, 'admit'>> & Pick<PoolSettings, 'admit'>;
  readonly #places: Place[] = [];
  readonly #queue: Task[] = [];
  #queueHead = 0;
  #queueTimer: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #counters = { sent: 0, answered: 0, late: 0, retried: 0 };
  readonly #failed: Partial<Record<PayshieldLinkErrorCode, number>> = {};

  constructor(settings: PoolSettings) {
    this.#settings = {
      policy: 'spread',
      connectionsPerHsm: 2,
      headerLength: 4,
      inFlightPerConnection: 64,
      queueLengthMax: 10_000,
      timeoutMs: 2000,
      attemptsMax: 2,
      connectTimeoutMs: 1000,
      reconnectDelayMs: 50,
      reconnectDelayMaxMs: 5000,
      ...settings,
    };
    for (let i = 0; i < this.#settings.connectionsPerHsm; i++) {
      for (const [rank, address] of settings.hsms.entries()) {
        const place: Place = {
          address,
          rank,
          link: undefined,
          admitted: false,
          failures: 0,
          timer: undefined,
        };
        this.#places.push(place);
        this.#open(place);
      }
    }
  }

  get statistics(): PoolStatistics {
    const ready = this.#places.filter((place) => place.admitted && place.link?.ready === true);
    return {
      linksReady: ready.length,
      inFlight: this.#places.reduce((sum, place) => sum + (place.link?.inFlight ?? 0), 0),
      queued: this.#queue.length - this.#queueHead,
      ...this.#counters,
      failed: { ...this.#failed },
    };
  }

  /** Sends a command; the answer comes within `timeoutMs` times `attemptsMax`, whatever happens. */
  send(commandAndBody: Uint8Array, response: string): Promise<LinkAnswer> {
    return new Promise((resolve) => {
      const { timeoutMs, attemptsMax } = this.#settings;
      const task: Task = {
        commandAndBody,
        response,
        done: resolve,
        giveUpAt: performance.now() + timeoutMs * attemptsMax,
        lastHost: undefined,
        attempts: 0,
      };
      if (this.#closed) this.#fail(task, 'closed');
      else this.#dispatch(task);
    });
  }

  /** Closes every link; what is on its way or waits ends as `closed`. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#queueTimer);
    for (const task of this.#queue.splice(0).slice(this.#queueHead)) this.#fail(task, 'closed');
    this.#queueHead = 0;
    for (const place of this.#places) {
      clearTimeout(place.timer);
      place.link?.close();
    }
  }

  #open(place: Place): void {
    const { headerLength, inFlightPerConnection, timeoutMs, connectTimeoutMs } = this.#settings;
    const settings: LinkSettings = {
      address: place.address,
      headerLength,
      inFlightMax: Math.max(1, Math.min(inFlightPerConnection, (36 ** headerLength) >> 1 || 1)),
      timeoutMs,
      connectTimeoutMs,
    };
    const events: LinkEvents = {
      ready: (link) => void this.#admit(place, link),
      room: () => this.#drain(),
      late: () => this.#counters.late++,
      closed: () => this.#reopenLater(place),
    };
    place.admitted = false;
    place.link = new HsmLink(settings, events);
  }

  async #admit(place: Place, link: HsmLink): Promise<void> {
    const { admit } = this.#settings;
    if (admit !== undefined) {
      const ask: LinkAsk = (commandAndBody, response) =>
        new Promise((resolve) => {
          link.send(commandAndBody, response, resolve);
        });
      if (!(await admit(ask))) {
        this.#failed['lmk-mismatch'] = (this.#failed['lmk-mismatch'] ?? 0) + 1;
        link.close();
        return;
      }
    }
    if (!link.ready) return;
    place.admitted = true;
    this.#drain();
  }

  // Exponential back-off with jitter: half of the pause is fixed, half is chance, so that many
  // clients of one HSM do not come back in step.
  #reopenLater(place: Place): void {
    // Only an answer says that an HSM is well: one that takes links and then misbehaves is not.
    if (place.link?.hasAnswered === true && place.admitted) place.failures = 0;
    place.link = undefined;
    place.admitted = false;
    if (this.#closed) return;
    const { reconnectDelayMs, reconnectDelayMaxMs } = this.#settings;
    const pause = Math.min(
      reconnectDelayMaxMs,
      reconnectDelayMs * 2 ** Math.min(place.failures, 16),
    );
    place.failures++;
    place.timer = setTimeout(() => this.#open(place), pause / 2 + Math.random() * (pause / 2));
    place.timer.unref();
  }

  #choose(avoid: string | undefined): HsmLink | undefined {
    let best: Place | undefined;
    let bestScore = Number.POSITIVE_INFINITY;
    const ordered = this.#settings.policy === 'ordered';
    for (const place of this.#places) {
      if (!place.admitted || place.link === undefined || !place.link.hasRoom) continue;
      let score = place.link.inFlight + (ordered ? place.rank * 1e6 : 0);
      if (avoid !== undefined && placeName(place.address) === avoid) score += 1e9;
      if (score < bestScore) [best, bestScore] = [place, score];
    }
    return best?.link;
  }

  #dispatch(task: Task): void {
    const link = this.#choose(task.lastHost);
    if (link === undefined) {
      this.#enqueue(task);
      return;
    }
    task.attempts++;
    task.lastHost = placeName(link.address);
    this.#counters.sent++;
    const done = (answer: LinkAnswer): void => this.#finish(task, answer);
    link.send(task.commandAndBody, task.response, done, task.giveUpAt);
  }

  #finish(task: Task, answer: LinkAnswer): void {
    if (answer.ok) {
      this.#counters.answered++;
      task.done(answer);
      return;
    }
    const { attemptsMax } = this.#settings;
    const again = retriable.has(answer.error.code) && task.attempts < attemptsMax && !this.#closed;
    if (!again || performance.now() >= task.giveUpAt) {
      this.#fail(task, answer.error.code);
      return;
    }
    this.#counters.retried++;
    this.#dispatch(task);
  }

  #fail(task: Task, code: PayshieldLinkErrorCode): void {
    this.#failed[code] = (this.#failed[code] ?? 0) + 1;
    task.done({ ok: false, error: { code } });
  }

  #enqueue(task: Task): void {
    if (this.#queue.length - this.#queueHead >= this.#settings.queueLengthMax) {
      this.#fail(task, 'queue-full');
      return;
    }
    if (task.attempts === 0) this.#queue.push(task);
    // What was sent before has less time left than what waits: it goes to the front.
    else if (this.#queueHead > 0) this.#queue[--this.#queueHead] = task;
    else this.#queue.unshift(task);
    clearTimeout(this.#queueTimer);
    this.#queueTimer = undefined;
    this.#watchQueue();
  }

  #watchQueue(): void {
    if (this.#queueTimer !== undefined || this.#queueHead >= this.#queue.length) return;
    const wait = Math.max(1, this.#queue[this.#queueHead].giveUpAt - performance.now());
    this.#queueTimer = setTimeout(() => {
      this.#queueTimer = undefined;
      const now = performance.now();
      while (this.#queueHead < this.#queue.length) {
        const task = this.#queue[this.#queueHead];
        if (task.giveUpAt > now) break;
        this.#queueHead++;
        this.#fail(task, task.attempts === 0 ? 'no-link' : 'link-lost');
      }
      this.#compact();
      this.#watchQueue();
    }, Math.ceil(wait));
  }

  #compact(): void {
    if (this.#queueHead < 256 && this.#queueHead < this.#queue.length) return;
    this.#queue.splice(0, this.#queueHead);
    this.#queueHead = 0;
  }

  #drain(): void {
    while (this.#queueHead < this.#queue.length) {
      const task = this.#queue[this.#queueHead];
      if (this.#choose(task.lastHost) === undefined) break;
      this.#queueHead++;
      this.#dispatch(task);
    }
    this.#compact();
  }
}
