// The terminals' port: frames with a length and a TPDU, every buffer and every wait bounded (I8).
import { type Server, type Socket, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { given } from '@chipswitch/bytes';
import {
  type Frame,
  FrameDecoder,
  type FrameOptions,
  type FrameParts,
  encodeFrame,
  swapTpdu,
} from 'iso8583-js';
import type { ListenConfig, ListenTlsConfig, PortConfig } from './config.ts';
import type { Counters } from './counters.ts';
import { frameOptionsOf } from './doors/port-settings.ts';
import { systemClock } from './in-flight/ports.ts';
import { type AddressUse, AddressUses, TokenBucket } from './link-limits.ts';
import { type Judged, type LineFrame, Question } from './question.ts';
import { certifiedIdOf, createTlsPort } from './terminal-tls.ts';

/** What the listener needs. */
export interface TerminalListenerParts {
  readonly config: ListenConfig;
  readonly counters: Counters;
  /** Takes one frame; its promise ends when the frame is done with. It must not reject. */
  readonly onFrame: (frame: LineFrame) => Promise<void>;
  /** A frame's time is over and it was not answered: what it gets now is the last that it can get. */
  readonly onOverdue: (frame: LineFrame) => void;
  readonly onNote: (note: { connection: number; event: string }) => void;
}

/** The open port. */
export interface TerminalListener {
  readonly port: number;
  /** The port with mutual TLS, where there is one. */
  readonly tlsPort: number | undefined;
  /** Of `listen.ports`, in their order. */
  readonly ports: readonly number[];
  readonly connections: () => number;
  /** Stops taking connections and questions; ends when those there are were answered, or `drainMs` is over. */
  readonly close: () => Promise<void>;
}

const writeBytesMax = 1 << 20;

/** Where a connection comes from, and by which port. */
interface Peer {
  readonly door: Door;
  readonly address: AddressUse;
  /** Called once, when a known terminal speaks over it. */
  readonly onKnown: () => void;
}

/** One port: which of the configuration's it is, and how its frames look. */
interface Door {
  readonly number: number;
  readonly framing: FrameOptions;
}

/** One terminal's connection. */
class TerminalConnection {
  readonly #socket: Socket;
  readonly #parts: TerminalListenerParts;
  readonly #decoder: FrameDecoder;
  readonly #door: Door;
  readonly #framing: FrameOptions;
  readonly #id: number;
  #inFlight = 0;
  /** Why nothing is read at the moment. */
  readonly #holds = new Set<'in-flight' | 'unread' | 'rate'>();
  readonly #address: AddressUse;
  readonly #frames: TokenBucket;
  readonly #onKnown: () => void;
  /** Messages in a row that were of no use. */
  #strikes = 0;
  #wasKnown = false;
  #isCondemned = false;
  #isDraining = false;
  #unreadDeadline: NodeJS.Timeout | undefined;
  #rateTimer: NodeJS.Timeout | undefined;
  /** Several questions were in flight at once: it is no single terminal's line. */
  #isShared = false;
  #deadline: NodeJS.Timeout | undefined;
  #first: boolean;
  #corked = false;

  readonly #certifiedTerminalId: string | undefined;

  constructor(socket: Socket, id: number, parts: TerminalListenerParts, peer: Peer) {
    this.#socket = socket;
    this.#address = peer.address;
    this.#onKnown = peer.onKnown;
    const rate = parts.config.lineFramesPerSecondMax;
    this.#frames = new TokenBucket(rate, rate, performance.now());
    this.#certifiedTerminalId = certifiedIdOf(socket);
    this.#first = !(socket instanceof TLSSocket);
    this.#id = id;
    this.#parts = parts;
    this.#door = peer.door;
    this.#framing = peer.door.framing;
    this.#decoder = new FrameDecoder(this.#framing);
    socket.setNoDelay(true);
    socket.setTimeout(parts.config.idleMs, () => this.#drop('idleCloses', 'idle'));
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (error) =>
      this.#note(`link error ${(error as NodeJS.ErrnoException).code ?? ''}`),
    );
    socket.on('drain', () => this.#onRead());
    socket.on('close', () => {
      for (const timer of [this.#deadline, this.#unreadDeadline, this.#rateTimer]) {
        clearTimeout(timer);
      }
    });
  }

  #note(event: string): void {
    this.#parts.onNote({ connection: this.#id, event });
  }

  #drop(counter: Parameters<Counters['add']>[0], event: string): void {
    this.#parts.counters.add(counter);
    this.#note(event);
    this.#socket.destroy();
  }

  #onData(chunk: Uint8Array): void {
    if (this.#first) {
      this.#first = false;
      // A TLS record of a handshake (RFC 8446 5.1) would otherwise be waited for as a long frame.
      if (chunk[0] === 0x16 && chunk[1] === 0x03) {
        return this.#drop('tlsOnPlainPort', 'TLS hello on a plain port');
      }
    }
    for (const frame of this.#decoder.push(chunk)) {
      this.#endFrameDeadline();
      if (!frame.ok) return this.#drop('frameErrors', `frame: ${frame.error.code}`);
      if (frame.keepAlive === true || frame.body.length === 0)
        this.#parts.counters.add('framesDropped');
      else this.#take(frame);
      if (this.#isCondemned) return;
    }
    this.#watchPartialFrame();
  }

  #watchPartialFrame(): void {
    if (this.#decoder.pendingBytes === 0) return this.#endFrameDeadline();
    this.#deadline ??= setTimeout(
      () => this.#drop('frameDeadlines', 'half a frame, then silence'),
      this.#parts.config.frameDeadlineMs,
    );
  }

  // It belongs to one frame: with that frame it ends.
  #endFrameDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #take({ body, tpdu, header }: Extract<Frame, { ok: true }>): void {
    this.#parts.counters.add('terminalFrames');
    this.#inFlight++;
    if (this.#inFlight > 1) this.#isShared = true;
    if (this.#inFlight >= this.#parts.config.inFlightMax) this.#hold('in-flight');
    this.#payForFrame();
    const { config, onFrame, onOverdue, counters } = this.#parts;
    const asked = {
      body,
      door: this.#door.number,
      connection: this.#id,
      certifiedTerminalId: this.#certifiedTerminalId,
      judged: (what: Judged) => this.#judge(what),
      reply: (answer: Uint8Array) =>
        this.#reply(answer, {
          ...(tpdu === undefined ? {} : { tpdu: swapTpdu(tpdu) }),
          ...given({ header }),
        }),
      giveUp: () => this.#giveUp(),
    };
    const question = new Question(asked, {
      clock: systemClock,
      terminalMs: config.terminalMs,
      onOverdue: (frame) => {
        counters.add('overdue');
        onOverdue(frame);
      },
    });
    void onFrame(question.frame).finally(() => {
      question.end();
      this.#inFlight--;
      if (this.#inFlight < config.inFlightMax) this.#release('in-flight');
      if (this.#isCondemned && this.#inFlight === 0) this.#endCondemned();
      if (this.#isDraining) this.drain();
    });
  }

  #hold(why: 'in-flight' | 'unread' | 'rate'): void {
    this.#holds.add(why);
    this.#socket.pause();
  }

  #release(why: 'in-flight' | 'unread' | 'rate'): void {
    if (!this.#holds.delete(why)) return;
    if (this.#holds.size === 0 && !this.#isCondemned && !this.#isDraining) this.#socket.resume();
  }

  // A frame beyond its line's or its address's rate is worked on; the next ones stay in the network until then.
  #payForFrame(): void {
    const nowMs = performance.now();
    const isPaid = [this.#frames, this.#address.frames].map((bucket) => bucket.take(nowMs));
    if (isPaid.every(Boolean) || this.#holds.has('rate')) return;
    this.#hold('rate');
    const waitMs = Math.max(this.#frames.waitMs(nowMs), this.#address.frames.waitMs(nowMs));
    this.#rateTimer = setTimeout(() => this.#release('rate'), waitMs);
  }

  #judge(what: Judged): void {
    if (what === 'known') {
      this.#strikes = 0;
      if (!this.#wasKnown) this.#onKnown();
      this.#wasKnown = true;
      return;
    }
    this.#strikes++;
    const isForgiven = this.#address.strikes.take(performance.now()) || this.#wasKnown;
    if (isForgiven && this.#strikes < this.#parts.config.strikesMax) return;
    // What was answered still leaves; nothing more is read.
    this.#isCondemned = true;
    this.#socket.pause();
  }

  #endCondemned(): void {
    if (this.#socket.destroyed) return;
    this.#parts.counters.add('linesForStrikes');
    this.#note('nothing of use comes over this line');
    this.#socket.setTimeout(1_000, () => this.#socket.destroy());
    this.#socket.destroySoon();
  }

  // Answers that nobody reads stop the reading of questions, and after a while the line.
  #onUnread(): void {
    this.#hold('unread');
    this.#unreadDeadline ??= setTimeout(
      () => this.#drop('writeOverflows', 'the terminal does not read'),
      this.#parts.config.terminalMs,
    );
  }

  #onRead(): void {
    clearTimeout(this.#unreadDeadline);
    this.#unreadDeadline = undefined;
    this.#release('unread');
  }

  // One question's trouble is not the line's: where several are asked at once, each has a timer of its own.
  #giveUp(): void {
    this.#parts.counters.add('abandoned');
    // Whether others ask beside it shows once everything that came with it was looked at.
    setImmediate(() => {
      if (this.#socket.destroyed) return;
      this.#note(`no answer can be given${this.#isShared ? ' to one question' : ''}`);
      if (!this.#isShared) this.#socket.destroy();
    });
  }

  #reply(body: Uint8Array, back: FrameParts): Promise<boolean> {
    const socket = this.#socket;
    if (socket.destroyed || !socket.writable) return Promise.resolve(false);
    if (socket.writableLength > writeBytesMax) {
      this.#drop('writeOverflows', 'the terminal does not read');
      return Promise.resolve(false);
    }
    this.#corkThisTurn();
    return new Promise((resolve) => {
      const isTaken = socket.write(encodeFrame(this.#framing, body, back), (error) =>
        resolve(error === null || error === undefined),
      );
      if (!isTaken) this.#onUnread();
    });
  }

  // All answers of one turn of the event loop leave in one write; nothing waits for a timer.
  #corkThisTurn(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  /** Nothing more is read; what was asked is answered, then the line ends. */
  drain(): void {
    this.#isDraining = true;
    this.#socket.pause();
    if (this.#inFlight === 0) this.#socket.destroySoon();
  }

  close(): void {
    this.#socket.destroy();
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.close(() => resolve()));

const beyondPlaces = 64;

/** The lines that are open, each at one of the places there are. */
class Lines {
  readonly #parts: TerminalListenerParts;
  readonly #open = new Map<Socket, TerminalConnection>();
  /** Those over which no known terminal has spoken, the oldest first. */
  readonly #unknown = new Map<Socket, { readonly address: string }>();
  readonly #addresses: AddressUses;
  #count = 0;

  constructor(parts: TerminalListenerParts) {
    this.#parts = parts;
    this.#addresses = new AddressUses(parts.config.addressFramesPerSecondMax);
  }

  get size(): number {
    return this.#open.size;
  }

  take(socket: Socket, door: Door): void {
    const { config, counters } = this.#parts;
    const address = socket.remoteAddress ?? '';
    const isFull = this.#addresses.connectionsOf(address) >= config.connectionsPerAddressMax;
    if (isFull || (this.#open.size >= config.connectionsMax && !this.#makePlace())) {
      counters.add('connectionsRefused');
      return void socket.destroy();
    }
    counters.add('terminalConnections');
    this.#unknown.set(socket, { address });
    const peer = {
      door,
      address: this.#addresses.join(address, performance.now()),
      onKnown: () => void this.#unknown.delete(socket),
    };
    this.#open.set(socket, new TerminalConnection(socket, ++this.#count, this.#parts, peer));
    socket.once('close', () => {
      if (this.#open.delete(socket)) this.#addresses.leave(address, performance.now());
      this.#unknown.delete(socket);
    });
  }

  // The oldest line that no known terminal has used gives its place up.
  #makePlace(): boolean {
    const [first] = this.#unknown;
    if (first === undefined) return false;
    const [oldest, { address }] = first;
    this.#parts.counters.add('linesForPlaces');
    this.#unknown.delete(oldest);
    if (this.#open.delete(oldest)) {
      this.#addresses.leave(address, performance.now());
    }
    oldest.destroy();
    return true;
  }

  /** Ends the lines as their questions are answered; after `ms` all of them. */
  drain(ms: number): void {
    for (const connection of this.#open.values()) connection.drain();
    const close = (): void => {
      for (const connection of this.#open.values()) connection.close();
    };
    // While a server closes, the lines it has taken keep the process up.
    setTimeout(close, ms).unref();
  }
}

interface PortPlace extends Pick<PortConfig, 'host' | 'port' | 'framing'> {
  readonly tls?: Omit<ListenTlsConfig, 'port'>;
}

/** Opens the ports. Rejects with the system's error when it cannot, with SettingError for a bad file. */
export async function openTerminalListener(
  parts: TerminalListenerParts,
): Promise<TerminalListener> {
  const { config } = parts;
  const lines = new Lines(parts);
  const servers: Server[] = [];
  const open = (place: PortPlace, number: number): Promise<number> => {
    const framing = frameOptionsOf(place.framing, config.frameBytesMax);
    const onConnection = (socket: Socket): void => lines.take(socket, { number, framing });
    const server =
      place.tls === undefined
        ? createServer(onConnection)
        : createTlsPort(place.tls, {
            onConnection,
            onHandshakeFailed: (code) => {
              parts.counters.add('tlsErrors');
              parts.onNote({ connection: 0, event: `TLS handshake: ${code}` });
            },
          });
    // A few more than there are places: for those that get one of a line that is closed for them.
    server.maxConnections = config.connectionsMax + beyondPlaces;
    servers.push(server);
    return listen(server, place.host ?? config.host, place.port);
  };
  const close = async (): Promise<void> => {
    const ended = servers.map(closed);
    lines.drain(config.drainMs);
    await Promise.all(ended);
  };
  try {
    const { tls, ...plain } = config;
    const port = await open(plain, 0);
    const tlsPort =
      tls === undefined ? undefined : await open({ ...plain, port: tls.port, tls }, 0);
    const ports: number[] = [];
    for (const [i, place] of config.ports.entries()) ports.push(await open(place, i + 1));
    return { port, tlsPort, ports, connections: () => lines.size, close };
  } catch (error) {
    // One that cannot be opened leaves none open.
    await close();
    throw error;
  }
}
