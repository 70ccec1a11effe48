// The terminals' port: frames with a length and a TPDU, every buffer and every wait bounded (I8).
import { type Server, type Socket, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { FrameDecoder, type FrameOptions, encodeFrame, swapTpdu } from 'iso8583-js';
import type { ListenConfig } from './config.ts';
import type { Counters } from './counters.ts';
import { certifiedIdOf, createTlsPort } from './terminal-tls.ts';

/** One message of a terminal and the way back to it. */
export interface TerminalFrame {
  readonly body: Uint8Array;
  /** Sends an answer; false when it could not be handed to the terminal's link. */
  readonly reply: (body: Uint8Array) => Promise<boolean>;
  /** No answer comes to this message: its link closes (I10), unless others ask over it too (I7). */
  readonly giveUp: () => void;
  /** How long the terminal still waits (I10); once it is over nothing is sent any more. */
  readonly msLeft: () => number;
  /** Identifies the connection in the log. */
  readonly connection: number;
  /** The terminal that the link's certificate names; undefined on the plain port. */
  readonly certifiedTerminalId: string | undefined;
}

/** What the listener needs. */
export interface TerminalListenerParts {
  readonly config: ListenConfig;
  readonly counters: Counters;
  /** Takes one frame; its promise ends when the frame is done with. It must not reject. */
  readonly onFrame: (frame: TerminalFrame) => Promise<void>;
  /** A frame's time is over and it was not answered: what it gets now is the last that it can get. */
  readonly onOverdue: (frame: TerminalFrame) => void;
  readonly onNote: (note: { connection: number; event: string }) => void;
}

/** The open port. */
export interface TerminalListener {
  readonly port: number;
  /** The port with mutual TLS, where there is one. */
  readonly tlsPort: number | undefined;
  readonly connections: () => number;
  /** Stops taking connections, closes those there are. */
  readonly close: () => Promise<void>;
}

const writeBytesMax = 1 << 20;

/** One message that is being worked on: it is answered, or told that no answer comes, within the terminal's time. */
class Question {
  readonly frame: TerminalFrame;
  readonly #deadlineMs: number;
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  constructor(
    frame: QuestionFrame,
    terminalMs: number,
    onOverdue: TerminalListenerParts['onOverdue'],
  ) {
    this.#deadlineMs = performance.now() + terminalMs;
    const msLeft = (): number => (this.#isOver ? 0 : this.#deadlineMs - performance.now());
    this.frame = {
      ...frame,
      msLeft,
      reply: (body) => (msLeft() > 0 ? frame.reply(body) : Promise.resolve(false)),
      giveUp: () => {
        if (this.#isOver) return;
        this.end();
        frame.giveUp();
      },
    };
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      onOverdue({ ...frame, msLeft: () => 0 });
    }, terminalMs);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

type QuestionFrame = Omit<TerminalFrame, 'msLeft'>;

/** One terminal's connection. */
class TerminalConnection {
  readonly #socket: Socket;
  readonly #parts: TerminalListenerParts;
  readonly #decoder: FrameDecoder;
  readonly #framing: FrameOptions;
  readonly #id: number;
  #inFlight = 0;
  /** Several questions were in flight at once: it is no single terminal's line. */
  #isShared = false;
  #deadline: NodeJS.Timeout | undefined;
  #first: boolean;
  #corked = false;

  readonly #certifiedTerminalId: string | undefined;

  constructor(socket: Socket, id: number, parts: TerminalListenerParts) {
    this.#socket = socket;
    this.#certifiedTerminalId = certifiedIdOf(socket);
    this.#first = !(socket instanceof TLSSocket);
    this.#id = id;
    this.#parts = parts;
    this.#framing = { length: 'binary2', tpdu: true, maxBytes: parts.config.frameBytesMax };
    this.#decoder = new FrameDecoder(this.#framing);
    socket.setNoDelay(true);
    socket.setTimeout(parts.config.idleMs, () => this.#drop('idleCloses', 'idle'));
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (error) =>
      this.#note(`link error ${(error as NodeJS.ErrnoException).code ?? ''}`),
    );
    socket.on('close', () => clearTimeout(this.#deadline));
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
      else this.#take(frame.body, frame.tpdu);
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

  #take(body: Uint8Array, tpdu: Uint8Array | undefined): void {
    this.#parts.counters.add('terminalFrames');
    this.#inFlight++;
    if (this.#inFlight > 1) this.#isShared = true;
    if (this.#inFlight >= this.#parts.config.inFlightMax) this.#socket.pause();
    const { config, onFrame, onOverdue, counters } = this.#parts;
    const asked = {
      body,
      connection: this.#id,
      certifiedTerminalId: this.#certifiedTerminalId,
      reply: (answer: Uint8Array) => this.#reply(answer, tpdu),
      giveUp: () => this.#giveUp(),
    };
    const question = new Question(asked, config.terminalMs, (frame) => {
      counters.add('overdue');
      onOverdue(frame);
    });
    void onFrame(question.frame).finally(() => {
      question.end();
      this.#inFlight--;
      if (this.#inFlight < this.#parts.config.inFlightMax) this.#socket.resume();
    });
  }

  // One question's trouble is not the line's: where several are asked at once, each has a timer of its own.
  #giveUp(): void {
    if (!this.#isShared) return this.#drop('abandoned', 'no answer can be given');
    this.#parts.counters.add('abandoned');
    this.#note('no answer can be given to one question');
  }

  #reply(body: Uint8Array, tpdu: Uint8Array | undefined): Promise<boolean> {
    const socket = this.#socket;
    if (socket.destroyed || !socket.writable) return Promise.resolve(false);
    if (socket.writableLength > writeBytesMax) {
      this.#drop('writeOverflows', 'the terminal does not read');
      return Promise.resolve(false);
    }
    const back = tpdu === undefined ? {} : { tpdu: swapTpdu(tpdu) };
    this.#corkThisTurn();
    return new Promise((resolve) => {
      socket.write(encodeFrame(this.#framing, body, back), (error) =>
        resolve(error === null || error === undefined),
      );
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

/** Opens the ports. Rejects with the system's error when it cannot, with SettingError for a bad file. */
export async function openTerminalListener(
  parts: TerminalListenerParts,
): Promise<TerminalListener> {
  const { config } = parts;
  const open = new Map<Socket, TerminalConnection>();
  let connections = 0;
  const onConnection = (socket: Socket): void => {
    if (open.size >= config.connectionsMax) return void socket.destroy();
    parts.counters.add('terminalConnections');
    open.set(socket, new TerminalConnection(socket, ++connections, parts));
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer(onConnection);
  server.maxConnections = config.connectionsMax;
  const servers = [server];
  const port = await listen(server, config.host, config.port);
  let tlsPort: number | undefined;
  if (config.tls !== undefined) {
    const secure = createTlsPort(config.tls, {
      onConnection,
      onHandshakeFailed: (code) => {
        parts.counters.add('tlsErrors');
        parts.onNote({ connection: 0, event: `TLS handshake: ${code}` });
      },
    });
    secure.maxConnections = config.connectionsMax;
    servers.push(secure);
    tlsPort = await listen(secure, config.host, config.tls.port);
  }
  return {
    port,
    tlsPort,
    connections: () => open.size,
    close: async () => {
      const ended = servers.map(closed);
      for (const connection of open.values()) connection.close();
      await Promise.all(ended);
    },
  };
}
