// An acquirer host on a socket: reads requests in its dialect, lets the issuer decide, keeps its book,
// answers, and misbehaves when the amount asks for it.
import { type Server, type Socket, createServer } from 'node:net';
import { given } from '@chipswitch/bytes';
import { maskPan } from '@chipswitch/cardholder-data';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type FrameOptions,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  findResponseCode,
  isResponseMti,
  specs,
  verdictOf,
} from 'iso8583-js';
import { type HostFault, wishOfAmount } from './amount-table.ts';
import { type Authorization, type BookEntry, HostBook } from './book.ts';
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
const originalForm = /^0(\d)\d\d(\d{6})(\d{10})/;

class AcquirerHost {
  readonly #parts: AcquirerParts;
  readonly sockets = new Set<Socket>();

  constructor(parts: AcquirerParts) {
    this.#parts = parts;
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

  #key(message: IsoMessage): string {
    const [stan, transmission, terminal] = [11, 7, 41].map((e) => textOf(message, e) ?? '');
    return this.#keyOf(message.mti.slice(1, 2), stan, transmission, terminal);
  }

  // Two hosts of one process share the book, not the numbers.
  #keyOf(messageClass: string, stan: string, transmission: string, terminalId: string): string {
    return `${this.#parts.name}/${HostBook.key(messageClass, stan, transmission, terminalId)}`;
  }

  #enter(message: IsoMessage, effect: BookEntry['effect'], responseCode: string): void {
    this.#parts.book.write({
      at: new Date().toISOString(),
      host: this.#parts.name,
      effect,
      mti: message.mti,
      stan: textOf(message, 11) ?? '',
      transmission: textOf(message, 7) ?? '',
      terminalId: (textOf(message, 41) ?? '').trim(),
      retrievalReference: (textOf(message, 37) ?? '').trim(),
      pan: maskPan(textOf(message, 2) ?? ''),
      amountMinor: String(BigInt(textOf(message, 4) ?? '0')),
      responseCode,
    });
  }

  #onRequest(socket: Socket, message: IsoMessage): void {
    const { book, issuers } = this.#parts;
    const key = this.#key(message);
    const known = book.find(key);
    if (known !== undefined) {
      // A repeat, or the original of a reversal that overtook it: no second effect either way.
      const code = known === 'reversed-before' ? '94' : known.responseCode;
      this.#enter(message, 'repeated', code);
      return this.#send(socket, this.#answer(message, code));
    }
    const amountMinor = BigInt(textOf(message, 4) ?? '0');
    const wish = wishOfAmount(amountMinor);
    const decision = issuers.decide(message, wish.responseCode);
    const approved = verdictOf(decision.responseCode) === 'approved';
    const panDigits = textOf(message, 2) ?? '';
    const { responseCode } = decision;
    book.keep(key, { responseCode, approved, amountMinor, panDigits, reversed: false });
    this.#enter(message, approved ? 'approved' : 'declined', responseCode);
    this.#reply(socket, message, decision, wish.fault);
  }

  #reply(
    socket: Socket,
    message: IsoMessage,
    decision: Decision,
    fault: HostFault | undefined,
  ): void {
    const { approvalCode, iccData, responseCode } = decision;
    const partial = findResponseCode(responseCode)?.class === 'approved-partial';
    const answer: IsoMessage = {
      ...this.#answer(message, responseCode),
      ...given({ de38: approvalCode, de55: iccData }),
      ...(partial ? { de4: this.#half(message) } : {}),
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

  #half(message: IsoMessage): string {
    return String(BigInt(textOf(message, 4) ?? '0') / 2n).padStart(12, '0');
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
    const { book, issuers } = this.#parts;
    const original = originalForm.exec(textOf(message, 90) ?? '');
    if (original === null) return this.#send(socket, this.#answer(message, '30'));
    const [, messageClass, stan, transmission] = original;
    const key = this.#keyOf(messageClass, stan, transmission, textOf(message, 41) ?? '');
    const known = book.find(key);
    if (this.#isEffective(known)) {
      known.reversed = true;
      issuers.restore(known.panDigits, known.amountMinor);
      this.#enter(message, 'reversed', '00');
    } else {
      if (known === undefined) book.keep(key, 'reversed-before');
      this.#enter(message, 'nothing-to-reverse', '00');
    }
    const silent = wishOfAmount(BigInt(textOf(message, 4) ?? '0')).fault?.type === 'no-answer';
    // The amount that is never answered loses the first answer to its reversal too: an 0421 follows.
    if (silent && message.mti.endsWith('0')) return;
    this.#send(socket, this.#answer(message, '00'));
  }

  #isEffective(known: Authorization | string | undefined): known is Authorization {
    return typeof known === 'object' && known.approved && !known.reversed;
  }

  #onAdvice(socket: Socket, message: IsoMessage): void {
    const key = this.#key(message);
    const repeated = this.#parts.book.find(key) !== undefined;
    const amountMinor = BigInt(textOf(message, 4) ?? '0');
    const panDigits = textOf(message, 2) ?? '';
    if (!repeated) {
      const advised = {
        responseCode: '00',
        approved: true,
        amountMinor,
        panDigits,
        reversed: false,
      };
      this.#parts.book.keep(key, advised);
    }
    this.#enter(message, repeated ? 'repeated' : 'advised', '00');
    this.#send(socket, this.#answer(message, '00'));
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
