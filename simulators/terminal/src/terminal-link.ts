// The line to the switch: one TCP connection, two-byte length and TPDU, answers matched by type,
// trace number and terminal (switch notes b 13). Reconnects when it is needed next.
import { type Socket, connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { fromHex } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  posTerminal,
  responseMti,
} from 'iso8583-js';
import type { ExchangeResult, HostLink } from './host-link.ts';
import { MessageMac } from './message-mac.ts';
import { TerminalFault } from './terminal-fault.ts';

/** Where the switch is and how long to try. */
export interface TerminalLinkOptions {
  readonly host: string;
  readonly port: number;
  /** TLS instead of plain TCP; client certificate and CA as node:tls takes them. */
  readonly tls?: ConnectionOptions;
  /** MAC keys of terminals by their ids (double length, hex): what they send has a MAC, what they get must have one. */
  readonly macKeys?: Readonly<Record<string, string>>;
  /** TPDU in front of every message, ten hex digits. */
  readonly tpdu?: string;
  readonly connectMs?: number;
  /** Pause after a failed connection, doubled up to the second number. */
  readonly reconnectMs?: readonly [number, number];
  /** Questions in flight at most; more are not sent. */
  readonly inFlightMax?: number;
  /** Bytes waiting for the network at most; more are not sent. */
  readonly waitingBytesMax?: number;
  /** An answer nobody waits for: late, twice, or another terminal's. */
  readonly onUnmatched?: (message: IsoMessage) => void;
}

/** What went over the line. */
export interface LinkCounters {
  sent: number;
  answered: number;
  timedOut: number;
  notSent: number;
  linkLost: number;
  unmatched: number;
  undecodable: number;
  connects: number;
}

interface Waiting {
  readonly settle: (result: ExchangeResult) => void;
}

const framing = { length: 'binary2', tpdu: true, maxBytes: 4096 } as const;

function failed(code: 'not-sent' | 'timed-out' | 'link-lost' | 'undecodable'): ExchangeResult {
  return { ok: false, error: { code } };
}

/** Key that an answer carries and its question expects. */
function matchKey(mti: string, message: IsoMessage): string {
  return `${mti}/${textOf(message, 11) ?? ''}/${textOf(message, 41)?.trim() ?? ''}`;
}

/** The bytes of a message in the POS dialect. @throws TerminalFault for a message that does not fit */
export function encodePosMessage(message: IsoMessage): Uint8Array {
  const encoded = encodeMessage<IsoMessage>(posTerminal, message);
  if (encoded.ok) return encoded.bytes;
  const { code, path } = encoded.error;
  throw new TerminalFault('message-invalid', `${message.mti}: ${code} at ${path}`);
}

/** One connection, shared by as many terminals as like. */
export class TerminalLink implements HostLink {
  readonly counters: LinkCounters = {
    sent: 0,
    answered: 0,
    timedOut: 0,
    notSent: 0,
    linkLost: 0,
    unmatched: 0,
    undecodable: 0,
    connects: 0,
  };
  readonly #options: TerminalLinkOptions;
  readonly #tpdu: Uint8Array;
  readonly #macs: ReadonlyMap<string, MessageMac>;
  readonly #waiting = new Map<string, Waiting>();
  #socket: Socket | undefined;
  #connecting: Promise<Socket | undefined> | undefined;
  #pauseMs = 0;
  #notBefore = 0;
  #closed = false;

  constructor(options: TerminalLinkOptions) {
    this.#options = options;
    this.#tpdu = fromHex(options.tpdu ?? '6000010000');
    this.#macs = new Map(
      Object.entries(options.macKeys ?? {}).map(([terminalId, key]) => [
        terminalId,
        new MessageMac(key, encodePosMessage),
      ]),
    );
    if (this.#tpdu.length !== 5) throw new TerminalFault('configuration', 'a TPDU has five bytes');
  }

  /** Whether there is a connection now. */
  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects now rather than at the first question; false when that did not work in time. */
  async connect(timeoutMs: number): Promise<boolean> {
    return (this.#socket ?? (await this.#open(timeoutMs))) !== undefined;
  }

  async exchange(message: IsoMessage, timeoutMs: number): Promise<ExchangeResult> {
    const started = performance.now();
    const body =
      this.#macs.get(textOf(message, 41) ?? '')?.seal(message) ?? encodePosMessage(message);
    const frame = encodeFrame(framing, body, { tpdu: this.#tpdu });
    const socket = this.#socket ?? (await this.#open(timeoutMs));
    const left = timeoutMs - (performance.now() - started);
    const key = matchKey(responseMti(message.mti) ?? '', message);
    if (!socket || left <= 0 || !this.#mayWrite(socket, key)) {
      this.counters.notSent++;
      return failed('not-sent');
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.counters.timedOut++;
        this.#waiting.delete(key);
        resolve(failed('timed-out'));
      }, left);
      const settle = (result: ExchangeResult): void => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        resolve(result);
      };
      this.#waiting.set(key, { settle });
      this.counters.sent++;
      socket.write(frame);
    });
  }

  #mayWrite(socket: Socket, key: string): boolean {
    const { inFlightMax = 10_000, waitingBytesMax = 1 << 20 } = this.#options;
    return (
      !this.#waiting.has(key) &&
      this.#waiting.size < inFlightMax &&
      socket.writableLength <= waitingBytesMax
    );
  }

  /** Closes the line; questions in flight end as `link-lost`. */
  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
    this.#lose();
  }

  /** The one attempt under way, or a new one; never longer than the caller's own time. */
  async #open(timeoutMs: number): Promise<Socket | undefined> {
    if (this.#closed) return undefined;
    this.#connecting ??= this.#connectAfterPause().finally(() => {
      this.#connecting = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const giveUp = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeoutMs);
    });
    try {
      return await Promise.race([this.#connecting, giveUp]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #connectAfterPause(): Promise<Socket | undefined> {
    const wait = this.#notBefore - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (this.#closed) return undefined;
    const socket = await this.#connect();
    const [first, most] = this.#options.reconnectMs ?? [100, 5_000];
    if (socket) {
      this.#pauseMs = 0;
      this.counters.connects++;
      this.#attach(socket);
    } else {
      this.#pauseMs = this.#pauseMs === 0 ? first : Math.min(this.#pauseMs * 2, most);
      this.#notBefore = performance.now() + this.#pauseMs;
    }
    return socket;
  }

  #connect(): Promise<Socket | undefined> {
    const { host, port, tls, connectMs = 5_000 } = this.#options;
    return new Promise((resolve) => {
      const socket = tls ? connectTls({ ...tls, host, port }) : connectTcp({ host, port });
      const done = (result: Socket | undefined): void => {
        clearTimeout(timer);
        socket.removeListener('error', fail);
        if (!result) socket.destroy();
        resolve(result);
      };
      const fail = (): void => {
        // A late error of an abandoned socket must not end the process.
        socket.on('error', () => undefined);
        done(undefined);
      };
      const timer = setTimeout(fail, connectMs);
      socket.once('error', fail);
      socket.once(tls ? 'secureConnect' : 'connect', () => done(socket));
    });
  }

  #attach(socket: Socket): void {
    const decoder = new FrameDecoder(framing);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(socket, decoder, chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#lose();
    });
  }

  #lose(): void {
    this.#socket = undefined;
    const lost = [...this.#waiting.values()];
    this.counters.linkLost += lost.length;
    for (const waiting of lost) waiting.settle(failed('link-lost'));
  }

  #receive(socket: Socket, decoder: FrameDecoder, chunk: Uint8Array): void {
    for (const frame of decoder.push(chunk)) {
      if (!frame.ok) {
        // The stream cannot be read on: whatever was in flight is unknown.
        this.counters.undecodable++;
        socket.destroy();
        return;
      }
      if (frame.keepAlive !== true) this.#take(frame.body);
    }
  }

  #take(body: Uint8Array): void {
    const decoded = decodeMessage<IsoMessage>(posTerminal, body);
    if (!decoded.ok) {
      // No key can be trusted, so nobody is told; the question it was meant for runs into its timer.
      this.counters.undecodable++;
      return;
    }
    const { message } = decoded;
    if (this.#macs.get(textOf(message, 41) ?? '')?.holds(message, body) === false) {
      this.counters.undecodable++;
      return;
    }
    const waiting = this.#waiting.get(matchKey(message.mti, message));
    if (waiting) {
      this.counters.answered++;
      waiting.settle({ ok: true, message });
      return;
    }
    this.counters.unmatched++;
    this.#options.onUnmatched?.(message);
  }
}
