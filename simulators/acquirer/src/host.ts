// An acquirer host on a socket: reads requests in its dialect, lets the issuer decide, keeps its book,
// answers, and misbehaves when the amount asks for it.
import { type Server, type Socket, createServer } from 'node:net';
import { given } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type FrameOptions,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  isResponseMti,
  specs,
} from 'iso8583-js';
import { type HostFault, wishOfAmount } from './amount-table.ts';
import { HostAuthorizations } from './authorizations.ts';
import type { HostBook } from './book.ts';
import type { Decision, IssuerDesk } from './issuer.ts';

/** What a host is made of. */
export interface AcquirerParts {
  readonly name: string;
  /** Name of a ready-made spec of iso8583-js. */
  readonly dialect: string;
  readonly port: number;
  readonly issuers: IssuerDesk;
  readonly book: HostBook;
  /** How long after the request a late answer comes. */
  readonly lateMs: number;
  readonly onNote?: (note: string) => void;
}

/** A running host. */
export interface Acquirer {
  readonly port: number;
  /** Breaks every link, as a cable pulled out would. */
  readonly breakLinks: () => void;
  readonly close: () => Promise<void>;
}

const framing: FrameOptions = { length: 'binary2', maxBytes: 8192 };
const echoed = [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70, 90];

const amountText = (amountMinor: bigint): string => String(amountMinor).padStart(12, '0');

class AcquirerHost {
  readonly #parts: AcquirerParts;
  readonly #authorizations: HostAuthorizations;
  readonly sockets = new Set<Socket>();

  constructor(parts: AcquirerParts) {
    this.#parts = parts;
    this.#authorizations = new HostAuthorizations(parts);
  }

  onConnection(socket: Socket): void {
    const decoder = new FrameDecoder(framing);
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', (error) => this.#parts.onNote?.(`link error: ${error.message}`));
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok) {
          socket.destroy();
          return;
        }
        if (frame.body.length > 0) this.#onBody(socket, frame.body);
      }
    });
  }

  #onBody(socket: Socket, body: Uint8Array): void {
    const decoded = decodeMessage(specs[this.#parts.dialect], body);
    if (!decoded.ok) {
      this.#parts.onNote?.(`undecodable: ${decoded.error.code} at ${decoded.error.path}`);
      return;
    }
    const { message } = decoded;
    if (isResponseMti(message.mti)) return; // Not a question, and nothing was asked from here.
    switch (message.mti.slice(0, 3)) {
      case '080':
        return this.#send(socket, this.#answer(message, '00'));
      case '010':
      case '020':
        return this.#onRequest(socket, message);
      case '042':
      case '040':
        return this.#onReversal(socket, message);
      case '022':
      case '012':
        return this.#onAdvice(socket, message);
      default:
        return this.#send(socket, this.#answer(message, '12'));
    }
  }

  #onRequest(socket: Socket, message: IsoMessage): void {
    const { fault } = wishOfAmount(BigInt(textOf(message, 4) ?? '0'));
    this.#reply(socket, message, this.#authorizations.request(message), fault);
  }

  #reply(
    socket: Socket,
    message: IsoMessage,
    decision: Decision,
    fault: HostFault | undefined,
  ): void {
    const { approvalCode, iccData, responseCode, amountMinor, additionalAmounts } = decision;
    const answer: IsoMessage = {
      ...this.#answer(message, responseCode),
      ...given({ de38: approvalCode, de48: decision.privateData }),
      ...given({ de54: additionalAmounts, de55: iccData }),
      ...given({ de4: amountMinor === undefined ? undefined : amountText(amountMinor) }),
    };
    switch (fault?.type) {
      case undefined:
        return this.#send(socket, answer);
      case 'slow':
        return this.#later(fault.ms, () => this.#send(socket, answer));
      case 'late-answer':
        return this.#later(this.#parts.lateMs, () => this.#send(socket, answer));
      case 'no-answer':
        return undefined;
      case 'answer-twice':
        this.#send(socket, answer);
        return this.#send(socket, answer);
      case 'malformed':
        return void socket.write(encodeFrame(framing, Uint8Array.of(0x30, 0x32, 0x58, 0xff)));
      case 'reset':
        return void socket.resetAndDestroy();
      case 'wrong-arpc':
        return this.#send(socket, { ...answer, ...this.#spoiled(iccData) });
      case 'other-stan': {
        const other = String((Number(textOf(message, 11)) + 1) % 1_000_000).padStart(6, '0');
        return this.#send(socket, { ...answer, de11: other });
      }
    }
  }

  #spoiled(iccData: Uint8Array | undefined): { de55?: Uint8Array } {
    if (iccData === undefined) return {};
    const spoiled = Uint8Array.from(iccData);
    spoiled[2] ^= 0xff;
    return { de55: spoiled };
  }

  #later(ms: number, work: () => void): void {
    setTimeout(work, ms).unref();
  }

  #onReversal(socket: Socket, message: IsoMessage): void {
    const responseCode = this.#authorizations.reversal(message);
    const silent = wishOfAmount(BigInt(textOf(message, 4) ?? '0')).fault?.type === 'no-answer';
    // The amount that is never answered loses the first answer to its reversal too: an 0421 follows.
    if (silent && message.mti.endsWith('0')) return;
    this.#send(socket, this.#answer(message, responseCode));
  }

  #onAdvice(socket: Socket, message: IsoMessage): void {
    this.#send(socket, this.#answer(message, this.#authorizations.advice(message)));
  }

  #answer(message: IsoMessage, responseCode: string): IsoMessage {
    const spec = specs[this.#parts.dialect];
    const answer = createResponse(spec, message, { de39: responseCode }, { echo: echoed });
    if (answer === undefined) throw new RangeError(`a message ${message.mti} has no answer`);
    return answer;
  }

  #send(socket: Socket, message: IsoMessage): void {
    if (!socket.writable) return;
    const encoded = encodeMessage(specs[this.#parts.dialect], message);
    if (!encoded.ok) throw new Error(`the host's answer does not fit: ${encoded.error.path}`);
    socket.write(encodeFrame(framing, encoded.bytes));
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Opens a host on loopback; port 0 takes a free one. */
export async function openAcquirer(parts: AcquirerParts): Promise<Acquirer> {
  if (!Object.hasOwn(specs, parts.dialect)) throw new RangeError(`no dialect "${parts.dialect}"`);
  const host = new AcquirerHost(parts);
  const server = createServer((socket) => host.onConnection(socket));
  const port = await listen(server, parts.port);
  const breakLinks = (): void => {
    for (const socket of host.sockets) socket.destroy();
  };
  return {
    port,
    breakLinks,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakLinks();
      }),
  };
}
