// The simulated HSM on a TCP port, with faults on request: late, wrong header, dropped, cut off, error codes.
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { toLatin1 } from '@chipswitch/bytes';
import { type HsmSettings, SimulatedHsm } from './hsm.ts';
import { FrameStream, framed } from './wire/frame.ts';

/** What goes wrong with one answer. */
export type Fault =
  /** The answer leaves this much later. */
  | { readonly kind: 'late'; readonly delayMs: number }
  /** The answer has another header than the command. */
  | { readonly kind: 'wrong-header' }
  /** No answer, the link stays up. */
  | { readonly kind: 'silent' }
  /** The link is closed in the middle of the command. */
  | { readonly kind: 'drop' }
  /** Half of the answer's frame leaves, then the link is closed. */
  | { readonly kind: 'truncated' }
  /** A response code that is not the command's. */
  | { readonly kind: 'wrong-code' }
  /** This error code instead of the answer. */
  | { readonly kind: 'error'; readonly errorCode: string }
  /** Bytes that are no frame. */
  | { readonly kind: 'garbage' };

/** A fault and the commands it befalls. */
export interface FaultRule {
  readonly fault: Fault;
  /** Commands it befalls; all when left out. */
  readonly commands?: readonly string[];
  /** How many answers it befalls; all when left out. */
  readonly times?: number;
}

/** Settings of a simulated HSM on a port. */
export interface HsmServerSettings extends HsmSettings {
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  readonly host?: string;
  /** Connections beyond these are closed at once, as an HSM does; 64 when left out. */
  readonly connectionsMax?: number;
}

/** A running simulated HSM. */
export interface HsmServer {
  readonly port: number;
  readonly hsm: SimulatedHsm;
  /** Commands answered so far, by code. */
  readonly answered: ReadonlyMap<string, number>;
  /** Replaces the fault rules; the first that fits is applied. */
  setFaults(rules: readonly FaultRule[]): void;
  /** Closes every link at once; the port stays open. */
  dropConnections(): void;
  close(): Promise<void>;
}

interface LiveRule {
  readonly rule: FaultRule;
  left: number;
}

class SimulatorLink {
  readonly #socket: Socket;
  readonly #reader = new FrameStream();
  readonly #serve: (message: Uint8Array, link: SimulatorLink) => void;
  #out: Uint8Array[] = [];

  constructor(socket: Socket, serve: (message: Uint8Array, link: SimulatorLink) => void) {
    this.#socket = socket;
    this.#serve = serve;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    // A link that the client resets is no matter of the simulator's: the close event follows.
    socket.on('error', () => socket.destroy());
  }

  #receive(chunk: Uint8Array): void {
    const messages = this.#reader.push(chunk);
    if (messages === undefined) {
      this.#socket.destroy();
      return;
    }
    for (const message of messages) this.#serve(message, this);
    this.#flush();
  }

  // Answers to one read leave in one write.
  #flush(): void {
    if (this.#out.length === 0 || this.#socket.destroyed) return;
    this.#socket.write(Buffer.concat(this.#out));
    this.#out = [];
  }

  send(message: Uint8Array): void {
    const frame = framed(message);
    if (frame !== undefined) this.#out.push(frame);
  }

  sendLater(message: Uint8Array, delayMs: number): void {
    setTimeout(() => {
      this.send(message);
      this.#flush();
    }, delayMs).unref();
  }

  sendThenClose(bytes: Uint8Array): void {
    this.#socket.end(bytes);
    this.#out = [];
  }

  close(): void {
    this.#socket.destroy();
  }
}

function corrupted(answer: Uint8Array, headerLength: number): Uint8Array {
  const copy = answer.slice();
  if (headerLength > 0) copy[0] ^= 0x01;
  return copy;
}

function applyFault(
  fault: Fault,
  answer: Uint8Array,
  link: SimulatorLink,
  hsm: SimulatedHsm,
): void {
  switch (fault.kind) {
    case 'late':
      return link.sendLater(answer, fault.delayMs);
    case 'wrong-header':
      return link.send(corrupted(answer, hsm.headerLength));
    case 'silent':
      return undefined;
    case 'drop':
      return link.close();
    case 'truncated': {
      const frame = framed(answer);
      return frame && link.sendThenClose(frame.subarray(0, frame.length >> 1));
    }
    case 'wrong-code': {
      const copy = answer.slice();
      copy[hsm.headerLength] = 0x58;
      return link.send(copy);
    }
    case 'error': {
      const start = toLatin1(answer, 0, hsm.headerLength + 2) + fault.errorCode;
      return link.send(Uint8Array.from(start, (character) => character.charCodeAt(0)));
    }
    case 'garbage':
      return link.sendThenClose(new Uint8Array(64));
    default:
      return fault satisfies never;
  }
}

/** The first rule that fits a command, used up by one. */
function takeFault(rules: readonly LiveRule[], command: string): Fault | undefined {
  for (const live of rules) {
    const { commands } = live.rule;
    if (live.left <= 0 || (commands !== undefined && !commands.includes(command))) continue;
    live.left--;
    return live.rule.fault;
  }
  return undefined;
}

/**
 * Starts a simulated HSM.
 *
 * @example
 * const server = await startHsm({ headerLength: 4 });
 * server.setFaults([{ fault: { kind: 'late', delayMs: 500 }, commands: ['CA'], times: 1 }]);
 */
export async function startHsm(settings: HsmServerSettings = {}): Promise<HsmServer> {
  const hsm = new SimulatedHsm(settings);
  const connectionsMax = settings.connectionsMax ?? 64;
  const links = new Set<SimulatorLink>();
  const answered = new Map<string, number>();
  let rules: LiveRule[] = [];

  const serve = (message: Uint8Array, link: SimulatorLink): void => {
    const answer = hsm.answer(message);
    if (answer === undefined) {
      link.close();
      return;
    }
    const command = toLatin1(message, hsm.headerLength, hsm.headerLength + 2);
    answered.set(command, (answered.get(command) ?? 0) + 1);
    const fault = takeFault(rules, command);
    if (fault === undefined) link.send(answer);
    else applyFault(fault, answer, link, hsm);
  };

  const server: Server = createServer((socket) => {
    if (links.size >= connectionsMax) {
      socket.destroy();
      return;
    }
    const link = new SimulatorLink(socket, serve);
    links.add(link);
    socket.on('close', () => links.delete(link));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, settings.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    hsm,
    answered,
    setFaults: (next) => {
      rules = next.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    dropConnections: () => {
      for (const link of links) link.close();
    },
    close: async () => {
      for (const link of links) link.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
