// One line to a host: a connection that is signed on before it carries anything, echo-tested when idle, and dialled again
// when it breaks. What it carries belongs to the link (host-link.ts).
import type { Socket } from 'node:net';
import { FrameDecoder, type FrameParts, encodeFrame, findResponseCode } from 'iso8583-js';
import type { NetworkMessage } from '../dialects/host-dialect.ts';
import { Breaker } from './breaker.ts';
import type { HostProtocol } from './host-protocol.ts';
import type { HostSettings } from './host-settings.ts';

/** States of a line. `signed-off`: the host wants no more payments for now. */
export type LineState = 'down' | 'connecting' | 'signing-on' | 'up' | 'signed-off' | 'closed';

/** A message that came in, with what stood around it. */
export interface LineFrame extends FrameParts {
  readonly body: Uint8Array;
}

/** What a line needs. */
export interface HostLineParts {
  /** Its address, for people. */
  readonly name: string;
  readonly protocol: HostProtocol;
  readonly settings: Pick<HostSettings, 'echoMs' | 'breaker' | 'timers'>;
  /** Opens a socket; absent where the host dials in. */
  readonly dial?: (onConnected: () => void) => Socket;
  /** Asks the host; `done` is told its code, '' for an answer without one, undefined for no answer. */
  readonly ask: (
    line: HostLine,
    message: NetworkMessage,
    done: (code: string | undefined) => void,
  ) => void;
  readonly onFrame: (line: HostLine, frame: LineFrame) => void;
  readonly onUp: (line: HostLine) => void;
  /** The connection is gone: what was asked over it has no answer. */
  readonly onLost: (line: HostLine) => void;
  /** The host did what no host should. */
  readonly onFault: (note: string) => void;
  readonly onNote: (note: string) => void;
}

const writeBytesMax = 4 << 20;
const reconnectMsMax = 5_000;
const tellAgainMs = 60_000;
const firstBytesMax = 12;

/** Whether a code consents to a sign-on: of 1987, or of 1993. */
function isConsent(code: string): boolean {
  const meaning = findResponseCode(code)?.class;
  return meaning === 'approved' || meaning === 'accepted';
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
}

/** A line; `start` connects, or waits for the host to, until `close`. */
export class HostLine {
  readonly breaker: Breaker;
  readonly #parts: HostLineParts;
  #state: LineState = 'down';
  #reason = 'not started';
  #told = { reason: '', atMs: 0 };
  #socket: Socket | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastHeardMs = 0;
  /** An echo is out since then. */
  #isEchoed = false;
  #corked = false;
  /** What came in before anything could be made of it. */
  #first: { bytes: Uint8Array; total: number } | undefined;

  constructor(parts: HostLineParts) {
    this.#parts = parts;
    this.breaker = new Breaker(parts.settings.breaker);
  }

  get name(): string {
    return this.#parts.name;
  }

  get state(): LineState {
    return this.#state;
  }

  /** Why it is not up; '' while it is. */
  get reason(): string {
    return this.#state === 'up' ? '' : this.#reason;
  }

  /** More is waiting to be written than the host takes. */
  get isClogged(): boolean {
    return (this.#socket?.writableLength ?? 0) > writeBytesMax;
  }

  start(): void {
    if (this.#state === 'closed') return;
    const { dial } = this.#parts;
    if (dial === undefined) {
      this.#state = 'down';
      this.#reason = 'the host has not dialled in';
      return;
    }
    this.#state = 'connecting';
    this.#reason = '';
    this.#isEchoed = false;
    const socket = dial(() => this.#guarded(socket, () => this.#onConnected()));
    this.#attach(socket);
  }

  /** The host has dialled in; a line that it had before is given up for this one. */
  accept(socket: Socket): void {
    if (this.#state === 'closed') return void socket.destroy();
    const before = this.#socket;
    if (before !== undefined) {
      this.#parts.onNote(`${this.name}: the host has dialled in again`);
      this.#socket = undefined;
      before.destroy();
      this.#parts.onLost(this);
    }
    clearTimeout(this.#timer);
    this.#attach(socket);
    this.#guarded(socket, () => this.#onConnected());
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** Gives the connection up; it is dialled again. */
  drop(reason: string): void {
    this.#reason = reason;
    this.#socket?.destroy();
  }

  /** Writes a message; several of one turn of the event loop leave in one segment. */
  write(body: Uint8Array, parts?: FrameParts): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const { options, parts: own } = this.#parts.protocol.framing;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    socket.write(encodeFrame(options, body, parts ?? own));
  }

  /** The host signs itself on: it may be sent payments. */
  signOnByHost(): void {
    if (this.#state === 'signed-off') this.#up('the host signed on again');
    else if (this.#state === 'signing-on' && this.#parts.protocol.signOn === 'by-host') {
      this.#up('the host signed on');
    }
  }

  signOffByHost(): void {
    if (this.#state !== 'up') return;
    this.#state = 'signed-off';
    this.#reason = 'the host signed off';
    this.#tell();
  }

  /** A message of the host could not be read: while the line is not up yet, that is why. */
  onUnreadable(problem: string): void {
    if (this.#state === 'signing-on') this.#reason = `cannot read the host: ${problem}`;
  }

  /** A request went unanswered; enough of them in a row ask whether anybody is there. */
  onUnanswered(nowMs: number): void {
    if (!this.breaker.onUnanswered(nowMs)) return;
    this.#parts.onNote(`${this.name}: no answers: requests are held back`);
    const { echo } = this.#parts.protocol;
    const socket = this.#socket;
    if (echo === undefined || this.#state !== 'up') return;
    this.#parts.ask(this, echo, (code) => {
      if (code !== undefined || this.#socket !== socket || this.#lastHeardMs >= nowMs) return;
      this.drop('no sign of life');
    });
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    this.#first = { bytes: new Uint8Array(0), total: 0 };
    const decoder = new FrameDecoder(this.#parts.protocol.framing.options);
    socket.on('data', (chunk) => this.#guarded(socket, () => this.#onData(socket, decoder, chunk)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.code ?? error.message;
    });
    socket.once('close', () => {
      if (this.#socket === socket) this.#onClose();
    });
  }

  // Whatever goes wrong about one line ends that line, not the process.
  #guarded(socket: Socket, work: () => void): void {
    try {
      if (this.#socket === socket) work();
    } catch (error) {
      this.#reason = `fault: ${error instanceof Error ? error.message : String(error)}`;
      this.#parts.onFault(`${this.name}: ${this.#reason}`);
      socket.destroy();
    }
  }

  #onConnected(): void {
    const { protocol, settings } = this.#parts;
    const { signOn } = protocol;
    this.#lastHeardMs = performance.now();
    if (signOn === undefined) return this.#up('connected');
    this.#state = 'signing-on';
    if (signOn === 'by-host') {
      this.#reason = 'waits for the host to sign on';
      return this.#watch();
    }
    this.#reason = '';
    this.#timer = setTimeout(
      () => this.drop(this.#reason === '' ? this.#silence() : this.#reason),
      settings.timers.answerMs,
    );
    this.#parts.ask(this, signOn, (code) => {
      if (code === undefined || this.#state !== 'signing-on') return;
      if (isConsent(code)) return this.#up('signed on');
      this.drop(`sign-on answered ${code === '' ? 'without a code' : code}`);
    });
  }

  #silence(): string {
    const first = this.#first;
    const { answerMs } = this.#parts.settings.timers;
    if (first === undefined || first.total === 0) {
      return `no answer to the sign-on in ${answerMs} ms`;
    }
    const more = first.total > first.bytes.length ? ' …' : '';
    return `${first.total} bytes that are no frame: ${hexOf(first.bytes)}${more}`;
  }

  #up(note: string): void {
    clearTimeout(this.#timer);
    this.#state = 'up';
    this.#reason = '';
    this.#failures = 0;
    this.#told = { reason: '', atMs: 0 };
    this.breaker.onAnswered();
    this.#parts.onNote(note);
    this.#watch();
    this.#parts.onUp(this);
  }

  // Silence for twice the echo interval, an echo among it, is a half-open connection: no reset will ever come.
  #watch(): void {
    const { settings, protocol } = this.#parts;
    const { echoMs } = settings;
    const { echo } = protocol;
    clearTimeout(this.#timer);
    if (echo === undefined) return;
    const silentMs = performance.now() - this.#lastHeardMs;
    const leftMs = silentMs < echoMs ? echoMs - silentMs : 2 * echoMs - silentMs;
    this.#timer = setTimeout(() => this.#onSilence(echo), leftMs > 0 ? leftMs : echoMs);
  }

  #onSilence(echo: NetworkMessage): void {
    const { echoMs } = this.#parts.settings;
    const socket = this.#socket;
    const silentMs = (): number => performance.now() - this.#lastHeardMs;
    if (silentMs() >= 2 * echoMs && this.#isEchoed) {
      // What has arrived while this process was held up is read first.
      setImmediate(() => {
        if (this.#socket !== socket || this.#state === 'closed') return;
        if (silentMs() >= 2 * echoMs) this.drop('no sign of life');
        else this.#watch();
      });
      return;
    }
    // Any answer to an echo proves life, whatever its code.
    if (silentMs() >= echoMs) {
      this.#isEchoed = true;
      this.#parts.ask(this, echo, () => undefined);
    }
    this.#watch();
  }

  #onData(socket: Socket, decoder: FrameDecoder, chunk: Uint8Array): void {
    this.#lastHeardMs = performance.now();
    this.#isEchoed = false;
    this.#keepFirst(chunk);
    for (const frame of decoder.push(chunk)) {
      if (!frame.ok) {
        const { code, offset } = frame.error;
        this.#reason =
          this.#first === undefined ? `no frame: ${code} at byte ${offset}` : this.#silence();
        this.#parts.onFault(`${this.name}: ${this.#reason}`);
        socket.destroy();
        return;
      }
      this.#first = undefined;
      if (frame.body.length > 0) this.#parts.onFrame(this, frame);
      if (this.#socket !== socket) return;
    }
  }

  // Only before the first frame, and so few bytes that they hold no card number.
  #keepFirst(chunk: Uint8Array): void {
    const first = this.#first;
    if (first === undefined) return;
    first.total += chunk.length;
    const bytes = [...first.bytes, ...chunk.subarray(0, firstBytesMax)].slice(0, firstBytesMax);
    first.bytes = Uint8Array.from(bytes);
  }

  /** Says why the line is not up: once for each reason, and again after a while. */
  #tell(): void {
    const nowMs = performance.now();
    const { reason, atMs } = this.#told;
    if (reason === this.#reason && nowMs - atMs < tellAgainMs) return;
    this.#told = { reason: this.#reason, atMs: nowMs };
    this.#parts.onNote(`line ${this.name} is not up: ${this.#reason}`);
  }

  #onClose(): void {
    clearTimeout(this.#timer);
    if (this.#state === 'closed') return;
    const wasUp = this.#state === 'up' || this.#state === 'signed-off';
    if (this.#reason === '') this.#reason = 'the host closed the connection';
    if (wasUp) this.#parts.onNote('link lost');
    this.#state = 'down';
    this.#socket = undefined;
    this.#tell();
    this.#parts.onLost(this);
    if (this.#parts.dial === undefined) return;
    const delayMs = Math.min(50 * 2 ** Math.min(this.#failures++, 8), reconnectMsMax);
    this.#timer = setTimeout(() => this.start(), delayMs);
  }
}
