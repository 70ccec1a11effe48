// One TCP (or TLS) connection to one HSM: commands pipelined under their headers, each with its own end.
import { type Socket, connect } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { FrameReader } from './frame.ts';
import { textOf } from './latin1.ts';
import type { LinkAnswer, PayshieldLinkErrorCode } from './link-errors.ts';

/** Where an HSM is. Its port is 1500 for TCP and 2500 for TLS unless it was set otherwise. */
export interface HsmAddress {
  readonly host: string;
  readonly port: number;
  /** TLS options; plain TCP when left out. */
  readonly tls?: ConnectionOptions;
}

/** Settings of one link. */
export interface LinkSettings {
  readonly address: HsmAddress;
  readonly headerLength: number;
  readonly inFlightMax: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** What a link tells its owner. */
export interface LinkEvents {
  readonly ready: (link: HsmLink) => void;
  /** Room came free: an answer arrived or a command timed out. */
  readonly room: (link: HsmLink) => void;
  readonly closed: (link: HsmLink) => void;
  /** An answer came after its command had timed out. */
  readonly late: (link: HsmLink) => void;
}

interface Pending {
  readonly done: (answer: LinkAnswer) => void;
  readonly deadline: number;
  readonly response: string;
}

const headerAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Timed-out commands in a row, with no answer between them, after which a link is given up. */
const silentTimeoutsMax = 3;
/** Timed-out headers that are remembered so that their late answers are known for what they are. */
const expiredMax = 1024;

/** One connection. It is made to be thrown away: once closed it stays closed. */
export class HsmLink {
  readonly address: HsmAddress;
  readonly #settings: LinkSettings;
  readonly #events: LinkEvents;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #pending = new Map<string, Pending>();
  readonly #expired = new Set<string>();
  readonly #headersMax: number;
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #silent = 0;
  #hasAnswered = false;
  #out: Uint8Array[] = [];
  #flushing = false;
  #state: 'connecting' | 'ready' | 'closed' = 'connecting';

  constructor(settings: LinkSettings, events: LinkEvents) {
    this.address = settings.address;
    this.#settings = settings;
    this.#events = events;
    this.#headersMax = headerAlphabet.length ** settings.headerLength;
    const { host, port, tls } = settings.address;
    this.#socket = tls === undefined ? connect({ host, port }) : connectTls({ ...tls, host, port });
    this.#socket.setNoDelay(true);
    this.#timer = setTimeout(() => this.#close('no-link'), settings.connectTimeoutMs);
    this.#socket.once(tls === undefined ? 'connect' : 'secureConnect', () => this.#connected());
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', () => this.#close('link-lost'));
    this.#socket.on('close', () => this.#close('link-lost'));
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** Whether the HSM has answered anything over this link: a link that has not is no success. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Commands on their way. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /** Whether one more command may be sent. Without a header there is nothing to tell answers apart by. */
  get hasRoom(): boolean {
    const room = this.#settings.headerLength === 0 ? 1 : this.#settings.inFlightMax;
    return this.#state === 'ready' && this.#pending.size < room;
  }

  /**
   * Sends a command and its body; `done` is called exactly once.
   *
   * @param giveUpAt when the caller no longer wants the answer, if that is before the link's own time
   */
  send(
    commandAndBody: Uint8Array,
    response: string,
    done: (answer: LinkAnswer) => void,
    giveUpAt = Number.POSITIVE_INFINITY,
  ): void {
    if (this.#state !== 'ready') {
      done({ ok: false, error: { code: 'link-lost' } });
      return;
    }
    const header = this.#nextHeader();
    const { headerLength, timeoutMs } = this.#settings;
    const length = headerLength + commandAndBody.length;
    const frame = new Uint8Array(2 + length);
    frame[0] = length >> 8;
    frame[1] = length & 255;
    for (let i = 0; i < headerLength; i++) frame[2 + i] = header.charCodeAt(i);
    frame.set(commandAndBody, 2 + headerLength);
    const deadline = Math.min(performance.now() + timeoutMs, giveUpAt);
    this.#pending.set(header, { done, response, deadline });
    this.#wakeAt(deadline);
    this.#out.push(frame);
    if (this.#flushing) return;
    // Commands of one turn of the event loop leave in one write.
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  /** Gives the link up; what is on it ends as `closed`. */
  close(): void {
    this.#close('closed');
  }

  #wakeAt(deadline: number): void {
    if (this.#timer !== undefined && this.#timerAt <= deadline) return;
    clearTimeout(this.#timer);
    this.#timerAt = deadline;
    const left = Math.max(1, Math.ceil(deadline - performance.now()));
    this.#timer = setTimeout(() => this.#expire(), left);
  }

  #nextHeader(): string {
    for (;;) {
      let number = this.#sequence;
      this.#sequence = (this.#sequence + 1) % this.#headersMax;
      let header = '';
      for (let i = 0; i < this.#settings.headerLength; i++) {
        header = headerAlphabet[number % 36] + header;
        number = Math.floor(number / 36);
      }
      if (!this.#pending.has(header)) {
        this.#expired.delete(header);
        return header;
      }
    }
  }

  #connected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#state !== 'connecting') return;
    this.#state = 'ready';
    this.#events.ready(this);
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#out.length === 0 || this.#state !== 'ready') return;
    this.#socket.write(this.#out.length === 1 ? this.#out[0] : Buffer.concat(this.#out));
    this.#out = [];
  }

  #receive(chunk: Uint8Array): void {
    const read = this.#reader.push(chunk);
    if (!read.ok) {
      this.#close('frame');
      return;
    }
    for (const message of read.value) if (!this.#deliver(message)) return;
    if (this.#state === 'ready') this.#events.room(this);
  }

  #deliver(message: Uint8Array): boolean {
    const { headerLength } = this.#settings;
    const header = textOf(message, 0, Math.min(headerLength, message.length));
    const pending = this.#pending.get(header);
    if (pending === undefined) {
      if (this.#expired.delete(header)) {
        this.#events.late(this);
        return true;
      }
      this.#close('header-mismatch');
      return false;
    }
    const answer = message.subarray(headerLength);
    if (textOf(answer, 0, Math.min(2, answer.length)) !== pending.response) {
      this.#close('response-mismatch');
      return false;
    }
    this.#pending.delete(header);
    this.#silent = 0;
    this.#hasAnswered = true;
    pending.done({ ok: true, message: answer });
    return true;
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [header, pending] of this.#pending) {
      if (pending.deadline > now) {
        next = Math.min(next, pending.deadline);
        continue;
      }
      this.#pending.delete(header);
      this.#silent++;
      if (this.#expired.size < expiredMax) this.#expired.add(header);
      pending.done({ ok: false, error: { code: 'timeout' } });
    }
    if (next !== Number.POSITIVE_INFINITY) this.#wakeAt(next);
    // Without headers a late answer would be taken for the next command's.
    const silentMax = this.#settings.headerLength === 0 ? 1 : silentTimeoutsMax;
    if (this.#silent >= silentMax || this.#expired.size >= expiredMax) this.#close('link-lost');
    else if (this.#state === 'ready') this.#events.room(this);
  }

  #close(code: PayshieldLinkErrorCode): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#socket.destroy();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#out = [];
    for (const { done } of pending) done({ ok: false, error: { code } });
    this.#events.closed(this);
  }
}
