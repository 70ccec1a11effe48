// One connection: its bytes become frames, its frames messages, its responses find their requests.
import {
  decodeMessage,
  type DecodeError,
  FrameDecoder,
  isResponseMti,
  type Message,
  responseMti,
} from 'iso8583-js';
import { type Candidates, type Chunk, detectDialect, type Dialect } from './detect.ts';
import type { StreamEvent } from './reassembly.ts';

/** A message seen on a wire. */
export interface SeenMessage {
  readonly kind: 'message';
  /** 1, 2, 3 … in order of completion. */
  readonly number: number;
  readonly connection: number;
  readonly timeNs: bigint;
  readonly source: string;
  readonly destination: string;
  readonly dialect: Dialect;
  readonly bytes: Uint8Array;
  readonly tpdu: Uint8Array | undefined;
  /** The message, or as much of it as was understood. */
  readonly message: Partial<Message>;
  readonly error: DecodeError | undefined;
  /** Number of the request that this message answers, and the time between them. */
  readonly answers?: { readonly number: number; readonly latencyNs: bigint };
  /** Number of the message that this one repeats. */
  readonly repeats?: number;
}

/** Something on a connection that is no message. */
export interface Remark {
  readonly kind: 'remark';
  readonly connection: number;
  readonly timeNs: bigint;
  readonly source: string;
  readonly destination: string;
  readonly what: 'gap' | 'bad frame' | 'keep-alive' | 'tls' | 'unknown protocol' | 'cut message';
  /** Bytes lost or not understood. */
  readonly bytes: number;
}

/** What a conversation gives. */
export type Seen = SeenMessage | Remark;

/** Requests of one connection that wait for their answer; the oldest is given up beyond. */
const pendingMax = 4096;
/** Bytes looked at before the dialect is decided, per connection. */
const detectBytes = 16 * 1024;
const detectEvents = 24;

interface Pending {
  readonly number: number;
  readonly timeNs: bigint;
  readonly source: string;
  readonly mti: string;
  readonly message: Partial<Message>;
}

interface Direction {
  decoder: FrameDecoder;
  /** The latest event, for a remark at the end. */
  latest: StreamEvent;
}

/** Elements that a response carries back unchanged: what tells two requests apart (ISO 8583:1987 4.1.3). */
const keyElements = ['de11', 'de41', 'de7', 'de42', 'de32', 'de37', 'de3', 'de4'] as const;
/** Of these only the STAN must be there and equal; the others must not differ where both have them. */
function agrees(request: Partial<Message>, response: Partial<Message>): boolean {
  if (request.de11 === undefined || request.de11 !== response.de11) return false;
  return keyElements.slice(0, 5).every((key) => {
    const [left, right] = [request[key], response[key]];
    return typeof left !== 'string' || typeof right !== 'string' || left === right;
  });
}

/** A remark on what came last. */
function remarkOn(event: StreamEvent, what: Remark['what'], bytes: number): Remark {
  const { connection, timeNs, source, destination } = event;
  return { kind: 'remark', connection, timeNs, source, destination, what, bytes };
}

/** Messages of one connection. */
export class Conversation {
  readonly #candidates: Candidates;
  readonly #nextNumber: () => number;
  #waiting: StreamEvent[] = [];
  #waitingBytes = 0;
  #dialect: Dialect | undefined;
  /** Nothing fits: the rest of the connection is passed over. */
  #gaveUp = false;
  readonly #directions = new Map<string, Direction>();
  readonly #pending: Pending[] = [];

  constructor(candidates: Candidates, nextNumber: () => number) {
    this.#candidates = candidates;
    this.#nextNumber = nextNumber;
  }

  /** How the connection is read, once that is known. */
  get dialect(): Dialect | undefined {
    return this.#dialect;
  }

  /** Requests that have no answer. */
  get unanswered(): readonly { number: number; mti: string; timeNs: bigint }[] {
    return this.#pending.map(({ number, mti, timeNs }) => ({ number, mti, timeNs }));
  }

  /** Takes what reassembly gave. */
  push(event: StreamEvent): Seen[] {
    if (this.#dialect !== undefined) return this.#read(event);
    if (this.#gaveUp) return [];
    this.#waiting.push(event);
    this.#waitingBytes += event.kind === 'data' ? event.bytes.length : 0;
    const enough = this.#waitingBytes >= detectBytes || this.#waiting.length >= detectEvents;
    return enough ? this.#decide() : [];
  }

  /** At the end of the connection or capture. */
  end(): Seen[] {
    const seen = this.#dialect === undefined && !this.#gaveUp ? this.#decide() : [];
    for (const { decoder, latest } of this.#directions.values()) {
      const cut = decoder.pendingBytes;
      if (cut > 0) seen.push(remarkOn(latest, 'cut message', cut));
    }
    return seen;
  }

  #decide(): Seen[] {
    const bySource = new Map<string, Chunk[]>();
    let afterGap = false;
    for (const event of this.#waiting) {
      if (event.kind === 'gap') {
        afterGap = true;
        continue;
      }
      const chunks = bySource.get(event.source) ?? [];
      bySource.set(event.source, [...chunks, { bytes: event.bytes, afterGap }]);
      afterGap = false;
    }
    this.#dialect = detectDialect([...bySource.values()], this.#candidates);
    const events = this.#waiting;
    this.#waiting = [];
    if (this.#dialect !== undefined) return events.flatMap((event) => this.#read(event));
    this.#gaveUp = true;
    const [first] = events.filter((event) => event.kind === 'data');
    if (first === undefined) return [];
    const { connection, timeNs, source, destination, bytes } = first;
    // A TLS record: handshake or data, major version 3 (RFC 8446 5.1).
    const tls = (bytes[0] === 0x16 || bytes[0] === 0x17) && bytes[1] === 3;
    const what = tls ? 'tls' : 'unknown protocol';
    return [
      { kind: 'remark', connection, timeNs, source, destination, what, bytes: this.#waitingBytes },
    ];
  }

  #read(event: StreamEvent): Seen[] {
    const dialect = this.#dialect;
    if (dialect === undefined) return [];
    const { source, destination } = event;
    const key = `${source} ${destination}`;
    const known = this.#directions.get(key);
    const fresh = { decoder: new FrameDecoder(dialect.framing.options), latest: event };
    const direction = known ?? fresh;
    direction.latest = event;
    this.#directions.set(key, direction);
    if (event.kind === 'gap') {
      direction.decoder = new FrameDecoder(dialect.framing.options);
      return [remarkOn(event, 'gap', event.missing)];
    }
    const seen: Seen[] = [];
    for (const frame of direction.decoder.push(event.bytes)) {
      if (!frame.ok) {
        direction.decoder = new FrameDecoder(dialect.framing.options);
        seen.push(remarkOn(event, 'bad frame', event.bytes.length));
      } else if (frame.body.length === 0) seen.push(remarkOn(event, 'keep-alive', 0));
      else seen.push(this.#message(event, dialect, frame.body, frame.tpdu));
    }
    return seen;
  }

  #message(
    event: StreamEvent,
    dialect: Dialect,
    bytes: Uint8Array,
    tpdu: Uint8Array | undefined,
  ): SeenMessage {
    const { connection, timeNs, source, destination } = event;
    const result = decodeMessage(dialect.spec, bytes);
    const message = result.ok ? result.message : result.partial;
    const seen: SeenMessage = {
      kind: 'message',
      number: this.#nextNumber(),
      connection,
      timeNs,
      source,
      destination,
      dialect,
      bytes,
      tpdu,
      message,
      error: result.ok ? undefined : result.error,
    };
    const mti = message.mti;
    if (mti === undefined) return seen;
    return isResponseMti(mti) ? this.#answer(seen, mti) : this.#ask(seen, mti);
  }

  #ask(seen: SeenMessage, mti: string): SeenMessage {
    const { source, message, number, timeNs } = seen;
    const original = this.#pending.find(
      (pending) =>
        pending.source === source &&
        pending.mti.slice(0, 3) === mti.slice(0, 3) &&
        agrees(pending.message, message),
    );
    // Without an answer to expect (a notification) nothing is kept.
    if (responseMti(mti) !== undefined) {
      if (this.#pending.length >= pendingMax) this.#pending.shift();
      if (original === undefined) this.#pending.push({ number, timeNs, source, mti, message });
    }
    return original === undefined ? seen : { ...seen, repeats: original.number };
  }

  #answer(seen: SeenMessage, mti: string): SeenMessage {
    const at = this.#pending.findIndex(
      (pending) =>
        pending.source === seen.destination &&
        responseMti(pending.mti) === mti &&
        agrees(pending.message, seen.message),
    );
    if (at < 0) return seen;
    const [request] = this.#pending.splice(at, 1);
    const latencyNs = seen.timeNs - request.timeNs;
    return { ...seen, answers: { number: request.number, latencyNs } };
  }
}
