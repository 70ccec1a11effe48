// The link to one acquirer host: one connection, many requests in flight, matched by what the host
// must echo; signed on before it carries anything, echo-tested when idle.
import { type Socket, connect } from 'node:net';
import { type IsoMessage, type TraceNumbers, textOf } from '@chipswitch/transaction';
import { FrameDecoder, type FrameOptions, encodeFrame } from 'iso8583-js';
import type { HostConfig } from '../config.ts';
import type { Counters } from '../counters.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Awaiting, HostPort, NotSentReason } from '../in-flight/ports.ts';

/** What the link needs. */
export interface HostLinkParts {
  readonly config: HostConfig;
  readonly dialect: Dialect;
  readonly counters: Counters;
  readonly traceNumbers: TraceNumbers;
  /** MMDDhhmmss, UTC. */
  readonly transmission: () => string;
  /** An answer nobody waits for: late, doubled, or another's. */
  readonly onOrphan: (message: IsoMessage) => void;
  readonly onUp: () => void;
  /** Places for reversals and advices beside those for requests: a flood of these stops no reversal. */
  readonly followUpPlaces: number;
  readonly onNote: (event: string) => void;
}

/** States of the link. */
export type LinkState = 'down' | 'connecting' | 'signing-on' | 'up' | 'closed';

const framing: FrameOptions = { length: 'binary2', maxBytes: 8192 };
const writeBytesMax = 4 << 20;
const reconnectMsMax = 5_000;

/** Answers are matched by class, function, STAN and terminal: never by less. */
function matchKey(message: IsoMessage, side: 'asked' | 'answer'): string {
  const { mti } = message;
  const asked = Number(mti[2]) - (side === 'answer' ? 1 : 0);
  return `${mti[1]}${asked}/${textOf(message, 11)}/${textOf(message, 41)?.trim() ?? ''}`;
}

/** A link; `start` connects and keeps connecting until `close`. */
export class HostLink implements HostPort {
  readonly #parts: HostLinkParts;
  readonly #awaiting = new Map<string, Awaiting>();
  #state: LinkState = 'down';
  #socket: Socket | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastHeardMs = 0;
  #corked = false;

  constructor(parts: HostLinkParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.config.name;
  }

  get state(): LinkState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#awaiting.size;
  }

  start(): void {
    if (this.#state === 'closed') return;
    this.#state = 'connecting';
    const { host, port } = this.#parts.config;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    const decoder = new FrameDecoder(framing);
    socket.once('connect', () => this.#signOn());
    socket.on('data', (chunk) => this.#onData(socket, decoder, chunk));
    socket.on('error', (error) =>
      this.#parts.onNote(`link error ${(error as NodeJS.ErrnoException).code ?? ''}`),
    );
    socket.once('close', () => this.#onClose());
  }

  /** Stops for good; whoever still waits hears that the link is lost. */
  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#loseAll();
  }

  /**
   * Writes a message whose answer is awaited.
   *
   * @returns why nothing was written, or undefined once the message may have left.
   */
  send(message: IsoMessage, awaiting: Awaiting): NotSentReason | undefined {
    if (this.#state !== 'up' || this.#socket === undefined) return 'link-down';
    const { config, followUpPlaces } = this.#parts;
    const places = config.inFlightMax + (message.mti[2] === '2' ? followUpPlaces : 0);
    if (this.#awaiting.size >= places) return 'overloaded';
    if (this.#socket.writableLength > writeBytesMax) return 'overloaded';
    const key = matchKey(message, 'asked');
    if (this.#awaiting.has(key)) return 'key-in-flight';
    const body = this.#encoded(message);
    if (body === undefined) return 'does-not-fit';
    this.#awaiting.set(key, awaiting);
    this.#write(body);
    return undefined;
  }

  /** Nobody waits for this message's answer any longer: one that comes is an orphan. */
  forget(message: IsoMessage): void {
    this.#awaiting.delete(matchKey(message, 'asked'));
  }

  // What a terminal sent need not fit the host's dialect; then nothing is written and nobody waits.
  #encoded(message: IsoMessage): Uint8Array | undefined {
    try {
      return this.#parts.dialect.encode(message);
    } catch (error) {
      this.#parts.counters.add('hostFaults');
      this.#parts.onNote(error instanceof Error ? error.message : 'a message does not fit');
      return undefined;
    }
  }

  #write(body: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    socket.write(encodeFrame(framing, body));
  }

  #onData(socket: Socket, decoder: FrameDecoder, chunk: Uint8Array): void {
    this.#lastHeardMs = performance.now();
    for (const frame of decoder.push(chunk)) {
      if (!frame.ok) {
        this.#parts.counters.add('hostFaults');
        this.#parts.onNote(`frame from host: ${frame.error.code}`);
        socket.destroy();
        return;
      }
      if (frame.body.length > 0) this.#onBody(frame.body);
    }
  }

  #onBody(body: Uint8Array): void {
    const decoded = this.#parts.dialect.decode(body);
    if (!decoded.ok) {
      // What cannot be read answers nobody: its payment times out and is reversed.
      this.#parts.counters.add('hostFaults');
      this.#parts.onNote(`undecodable answer: ${decoded.problem}`);
      return;
    }
    const { message } = decoded;
    if (message.mti === '0800') {
      const answer = this.#encoded({ ...message, mti: '0810', de39: '00' });
      if (answer !== undefined) this.#write(answer);
      return;
    }
    const key = matchKey(message, 'answer');
    const awaiting = this.#awaiting.get(key);
    if (awaiting === undefined) {
      this.#parts.onOrphan(message);
      return;
    }
    this.#awaiting.delete(key);
    if (awaiting.onAnswer(message) === 'wait') this.#awaiting.set(key, awaiting);
  }

  #network(code: string, onAnswer: () => void): void {
    const stan = this.#parts.traceNumbers.take();
    if (stan === undefined) return;
    const message: IsoMessage = {
      mti: '0800',
      de7: this.#parts.transmission(),
      de11: stan,
      de70: code,
    };
    // Place and trace number are given back with the answer, with the link, or when it is not answered.
    const giveBack = (): void => {
      clearTimeout(unanswered);
      this.forget(message);
      this.#parts.traceNumbers.release(stan);
    };
    const unanswered = setTimeout(giveBack, this.#parts.config.timers.answerMs);
    const body = this.#encoded(message);
    if (body === undefined) return giveBack();
    this.#awaiting.set(matchKey(message, 'asked'), {
      onAnswer: (answer) => {
        giveBack();
        if (textOf(answer, 39) === '00') onAnswer();
        else this.#socket?.destroy();
        return undefined;
      },
      onLinkLost: giveBack,
    });
    this.#write(body);
  }

  #signOn(): void {
    this.#state = 'signing-on';
    this.#lastHeardMs = performance.now();
    this.#timer = setTimeout(() => this.#socket?.destroy(), this.#parts.config.timers.answerMs);
    this.#network('001', () => {
      clearTimeout(this.#timer);
      this.#state = 'up';
      this.#failures = 0;
      this.#parts.onNote('signed on');
      this.#echoLater();
      this.#parts.onUp();
    });
  }

  // Silence for twice the echo interval is a half-open connection: no reset will ever come.
  #echoLater(): void {
    const { echoMs } = this.#parts.config;
    this.#timer = setTimeout(() => {
      const silentMs = performance.now() - this.#lastHeardMs;
      if (silentMs > 2 * echoMs) {
        this.#parts.onNote('no sign of life');
        this.#socket?.destroy();
        return;
      }
      if (silentMs > echoMs / 2) this.#network('301', () => undefined);
      this.#echoLater();
    }, echoMs);
  }

  #loseAll(): void {
    const lost = [...this.#awaiting.values()];
    this.#awaiting.clear();
    for (const awaiting of lost) awaiting.onLinkLost();
  }

  #onClose(): void {
    clearTimeout(this.#timer);
    if (this.#state === 'closed') return;
    if (this.#state === 'up') this.#parts.onNote('link lost');
    this.#state = 'down';
    this.#socket = undefined;
    this.#loseAll();
    const delayMs = Math.min(50 * 2 ** Math.min(this.#failures++, 8), reconnectMsMax);
    this.#timer = setTimeout(() => this.start(), delayMs);
  }
}
