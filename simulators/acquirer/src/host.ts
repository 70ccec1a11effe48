// An acquirer host on a wire: hears requests in its dialect, lets the issuer decide, keeps its book, answers, and misbehaves
// when the amount asks for it.
import type { Socket } from 'node:net';
import { given } from '@chipswitch/bytes';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type FrameParts,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  isResponseMti,
  swapTpdu,
} from 'iso8583-js';
import { type HostFault, wishOfAmount } from './amount-table.ts';
import { HostAuthorizations } from './authorizations.ts';
import type { HostBook } from './book.ts';
import type { Decision, IssuerDesk } from './issuer.ts';
import { isSealed, macHolds, sealed } from './message-mac.ts';
import { type HostTlsFiles, openTransport } from './transport.ts';
import type { HostWire } from './wire/host-wire.ts';
import { hostWireOf } from './wire/wires.ts';

/** What a host is made of. */
export interface AcquirerParts {
  readonly name: string;
  /** Name of a ready-made spec of iso8583-js: any of 1987 or 1993 without a header, or unionpayPos. */
  readonly dialect: string;
  readonly port: number;
  readonly issuers: IssuerDesk;
  readonly book: HostBook;
  /** How long after the request a late answer comes. */
  readonly lateMs: number;
  /** MAC key (double length, hex): what comes without a right MAC is not heard, what is said has one. */
  readonly macKeyHex?: string;
  readonly tls?: HostTlsFiles;
  /** The host dials in here instead of listening at `port`. */
  readonly dialTo?: { readonly host: string; readonly port: number; readonly serverName?: string };
  /** How it is signed on: by any code (the default), by one of its own, never (a refusal), or it signs itself on. */
  readonly signOn?: 'by-host' | { readonly code?: string; readonly refuse?: string };
  readonly onNote?: (note: string) => void;
}

/** A running host. */
export interface Acquirer {
  readonly port: number;
  /** Breaks every link, as a cable pulled out would. */
  readonly breakLinks: () => void;
  /** Asks on every link of its own accord: 002 signs off, 301 tests, 161 exchanges keys, 201 cuts over. */
  readonly ask: (code: string) => void;
  /** Codes (DE 39) that its own network messages were answered with, as they stood on the wire. */
  readonly heardCodes: readonly string[];
  readonly close: () => Promise<void>;
}

/** One message that came in. */
interface Asked {
  readonly socket: Socket;
  readonly wire: IsoMessage;
  /** As the host understands it. */
  readonly message: IsoMessage;
  readonly around: FrameParts;
}

const amountText = (amountMinor: bigint): string => String(amountMinor).padStart(12, '0');
const declinedOnceMax = 10_000;

class AcquirerHost {
  readonly #parts: AcquirerParts;
  readonly #wire: HostWire;
  readonly #macKey: Buffer | undefined;
  readonly #authorizations: HostAuthorizations;
  readonly #declinedOnce = new Set<string>();
  readonly #silentOnce = new Set<string>();
  readonly sockets = new Set<Socket>();
  readonly heardCodes: string[] = [];
  #lastOwn = 0;

  constructor(parts: AcquirerParts) {
    this.#parts = parts;
    this.#wire = hostWireOf(parts.dialect);
    const { macKeyHex } = parts;
    this.#macKey = macKeyHex === undefined ? undefined : Buffer.from(macKeyHex, 'hex');
    this.#authorizations = new HostAuthorizations(parts);
  }

  onConnection(socket: Socket): void {
    const decoder = new FrameDecoder(this.#wire.framing);
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
        if (frame.body.length > 0) this.#onBody(socket, frame.body, frame);
      }
    });
    if (this.#parts.signOn === 'by-host') this.ask('001', socket);
  }

  /** Sends a network message of its own. */
  ask(code: string, socket: Socket): void {
    const stan = String(900_000 + (++this.#lastOwn % 99_999)).padStart(6, '0');
    this.#write(socket, this.#wire.network(code, stan), this.#wire.frameParts);
  }

  #onBody(socket: Socket, body: Uint8Array, { tpdu, header }: FrameParts): void {
    const decoded = decodeMessage(this.#wire.spec, body);
    if (!decoded.ok) {
      this.#parts.onNote?.(`undecodable: ${decoded.error.code} at ${decoded.error.path}`);
      return;
    }
    const wire = decoded.message;
    if (this.#macKey !== undefined && isSealed(wire) && !macHolds(this.#macKey, wire, body)) {
      this.#parts.onNote?.(`a ${wire.mti} has no MAC that holds`);
      return;
    }
    // The answer to what it asked itself is noted, and nothing follows.
    if (isResponseMti(wire.mti)) return void this.heardCodes.push(textOf(wire, 39) ?? '');
    const message = this.#wire.hear(wire);
    const around = { ...(tpdu && { tpdu: swapTpdu(tpdu) }), ...given({ header }) };
    const asked: Asked = { socket, wire, message, around };
    switch (message.mti.slice(0, 3)) {
      case '080':
      case '082':
        return this.#answer(asked, { de39: this.#networkCode(message) });
      case '010':
      case '020':
        return this.#onRequest(asked);
      case '042':
      case '040':
        return this.#onReversal(asked);
      case '022':
      case '012':
        return this.#answer(asked, { de39: this.#authorizations.advice(message) });
      default:
        return this.#answer(asked, { de39: '12' });
    }
  }

  #networkCode(message: IsoMessage): string {
    const { signOn } = this.#parts;
    const code = textOf(message, 70);
    if (code === '301' || code === '002' || typeof signOn !== 'object') return '00';
    if (signOn.refuse !== undefined) return signOn.refuse;
    return signOn.code === undefined || signOn.code === code ? '00' : '05';
  }

  #onRequest(asked: Asked): void {
    const { message } = asked;
    const { fault } = wishOfAmount(BigInt(textOf(message, 4) ?? '0'));
    if (fault?.type === 'decline-first' && this.#declines(message)) {
      return this.#answer(asked, { de39: '51' });
    }
    this.#reply(asked, this.#authorizations.request(message), fault);
  }

  /** The first time that this card asks for this amount. */
  #declines(message: IsoMessage): boolean {
    const key = `${textOf(message, 2)}/${textOf(message, 4)}`;
    if (this.#declinedOnce.delete(key)) return false;
    if (this.#declinedOnce.size < declinedOnceMax) this.#declinedOnce.add(key);
    return true;
  }

  #reply(asked: Asked, decision: Decision, fault: HostFault | undefined): void {
    const { approvalCode, iccData, responseCode, amountMinor, additionalAmounts } = decision;
    const decided: Partial<IsoMessage> = {
      de39: responseCode,
      ...given({ de38: approvalCode, de48: decision.privateData }),
      ...given({ de54: additionalAmounts, de55: iccData }),
      ...given({ de4: amountMinor === undefined ? undefined : amountText(amountMinor) }),
    };
    const answer = (more: Partial<IsoMessage> = {}): void =>
      this.#answer(asked, { ...decided, ...more });
    switch (fault?.type) {
      case undefined:
      case 'decline-first':
        return answer();
      case 'slow':
        return this.#later(fault.ms, answer);
      case 'late-answer':
        return this.#later(this.#parts.lateMs, answer);
      case 'no-answer':
        return undefined;
      case 'answer-twice':
        answer();
        return answer();
      case 'malformed': {
        const bytes = Uint8Array.of(0x30, 0x32, 0x58, 0xff);
        return void asked.socket.write(encodeFrame(this.#wire.framing, bytes, asked.around));
      }
      case 'reset':
        return void asked.socket.resetAndDestroy();
      case 'wrong-arpc':
        return answer(this.#spoiled(iccData));
      case 'other-stan': {
        const stan = Number(textOf(asked.message, 11));
        return answer({ de11: String((stan + 1) % 1_000_000).padStart(6, '0') });
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

  #onReversal(asked: Asked): void {
    const { message } = asked;
    const responseCode = this.#authorizations.reversal(message);
    const silent = wishOfAmount(BigInt(textOf(message, 4) ?? '0')).fault?.type === 'no-answer';
    // The amount that is never answered loses the first answer to its reversal too: it is sent again.
    const key = textOf(message, 90) ?? '';
    if (silent && !this.#silentOnce.delete(key)) {
      if (this.#silentOnce.size < declinedOnceMax) this.#silentOnce.add(key);
      return;
    }
    this.#answer(asked, { de39: responseCode });
  }

  #answer({ socket, wire, message, around }: Asked, decided: Partial<IsoMessage>): void {
    const { spec, say, echo } = this.#wire;
    const answer = createResponse(spec, wire, say(wire, message, decided), { echo });
    if (answer === undefined) throw new RangeError(`a message ${wire.mti} has no answer`);
    this.#write(socket, answer, around);
  }

  #write(socket: Socket, message: IsoMessage, around: FrameParts): void {
    if (!socket.writable) return;
    const own = this.#macKey !== undefined && isSealed(message);
    const said = own ? sealed(this.#macKey, this.#wire.spec, message) : message;
    const encoded = encodeMessage(this.#wire.spec, said);
    if (!encoded.ok) throw new Error(`the host's message does not fit: ${encoded.error.path}`);
    socket.write(encodeFrame(this.#wire.framing, encoded.bytes, around));
  }
}

/**
 * Opens a host on loopback; port 0 takes a free one.
 *
 * @throws RangeError for a dialect that no host speaks.
 */
export async function openAcquirer(parts: AcquirerParts): Promise<Acquirer> {
  const host = new AcquirerHost(parts);
  const { port, tls, dialTo, onNote = () => undefined } = parts;
  const transport = await openTransport({
    port,
    ...given({ tls, dialTo }),
    onSocket: (socket) => host.onConnection(socket),
    onNote,
  });
  const breakLinks = (): void => {
    for (const socket of host.sockets) socket.destroy();
  };
  return {
    port: transport.port,
    breakLinks,
    ask: (code) => {
      for (const socket of host.sockets) host.ask(code, socket);
    },
    heardCodes: host.heardCodes,
    close: () => {
      const closed = transport.close();
      breakLinks();
      return closed;
    },
  };
}
