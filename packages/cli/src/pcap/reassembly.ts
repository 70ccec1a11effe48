// TCP reassembly (RFC 9293 section 3.10): the bytes of each direction in order, once, with gaps named. Bounded.
import type { Segment } from './segment.ts';

/** Bytes of one direction of one connection, in order. */
export interface StreamPiece {
  readonly kind: 'data';
  readonly connection: number;
  readonly source: string;
  readonly destination: string;
  /** Time of the packet that brought the last of these bytes. */
  readonly timeNs: bigint;
  readonly bytes: Uint8Array;
}

/** Bytes that the capture does not have: what follows starts somewhere inside a message. */
export interface StreamGap {
  readonly kind: 'gap';
  readonly connection: number;
  readonly source: string;
  readonly destination: string;
  readonly timeNs: bigint;
  readonly missing: number;
}

/** What reassembly gives. */
export type StreamEvent = StreamPiece | StreamGap;

/** Limits of reassembly; more is answered by giving up the oldest, never by more memory. */
export interface ReassemblyLimits {
  readonly connectionsMax: number;
  /** Segments that wait in one direction for an earlier one. */
  readonly waitingMax: number;
  readonly waitingBytesMax: number;
}

const limitsDefault: ReassemblyLimits = {
  connectionsMax: 4096,
  waitingMax: 256,
  waitingBytesMax: 1024 * 1024,
};

interface Waiting {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly timeNs: bigint;
}

interface Direction {
  readonly connection: number;
  readonly source: string;
  readonly destination: string;
  next: number | undefined;
  waiting: Waiting[];
  waitingBytes: number;
}

/** Signed distance of two sequence numbers modulo 2^32 (RFC 9293 section 3.4). */
function ahead(from: number, to: number): number {
  return (to - from) | 0;
}

/** Puts segments in order; bytes that were delivered once are never delivered again. */
export class Reassembly {
  readonly #limits: ReassemblyLimits;
  /** In order of last use, so that the first is the one to give up. */
  readonly #directions = new Map<string, Direction>();
  readonly #connections = new Map<string, number>();
  #count = 0;

  constructor(limits: Partial<ReassemblyLimits> = {}) {
    this.#limits = { ...limitsDefault, ...limits };
  }

  /** Takes one segment; gives what it completed, in order. */
  push(segment: Segment): StreamEvent[] {
    const events: StreamEvent[] = [];
    const direction = this.#directionOf(segment, events);
    if (segment.acknowledged !== undefined) this.#confirmGap(segment, segment.acknowledged, events);
    const start = segment.syn ? (segment.sequence + 1) >>> 0 : segment.sequence;
    if (segment.syn) {
      // A new connection on an old pair of ports begins afresh.
      this.#flush(direction, segment.timeNs, events);
      direction.next = start;
    }
    direction.next ??= start;
    if (segment.payload.length > 0) {
      this.#store(direction, { sequence: start, bytes: segment.payload, timeNs: segment.timeNs });
      this.#deliver(direction, events);
      this.#bound(direction, events);
    }
    if (segment.missing > 0) this.#skipMissing(direction, segment, start, events);
    if (segment.rst || segment.fin) this.#flush(direction, segment.timeNs, events);
    return events;
  }

  /** At the end of the capture: what still waits, behind gaps. */
  end(): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const direction of this.#directions.values()) {
      this.#flush(direction, direction.waiting.at(-1)?.timeNs ?? 0n, events);
    }
    this.#directions.clear();
    return events;
  }

  #directionOf(segment: Segment, events: StreamEvent[]): Direction {
    const { source, destination } = segment;
    const key = `${source} ${destination}`;
    const known = this.#directions.get(key);
    if (known !== undefined) {
      this.#directions.delete(key);
      this.#directions.set(key, known);
      if (segment.syn && known.next !== undefined && ahead(known.next, segment.sequence + 1) !== 0)
        return this.#renew(key, known, segment, events);
      return known;
    }
    const connection = this.#connectionOf(source, destination);
    const direction: Direction = {
      connection,
      source,
      destination,
      next: undefined,
      waiting: [],
      waitingBytes: 0,
    };
    this.#directions.set(key, direction);
    if (this.#directions.size > this.#limits.connectionsMax * 2) {
      const [oldestKey, oldest] = [...this.#directions.entries()][0];
      this.#flush(oldest, segment.timeNs, events);
      this.#directions.delete(oldestKey);
    }
    return direction;
  }

  #renew(key: string, old: Direction, segment: Segment, events: StreamEvent[]): Direction {
    this.#flush(old, segment.timeNs, events);
    const { source, destination } = old;
    const reverse = this.#directions.get(`${destination} ${source}`);
    const shared = reverse !== undefined && reverse.connection > old.connection;
    if (!shared) this.#connections.delete([source, destination].sort().join(' '));
    const connection = this.#connectionOf(source, destination);
    const renewed = { ...old, connection, next: undefined, waiting: [], waitingBytes: 0 };
    this.#directions.set(key, renewed);
    return renewed;
  }

  #connectionOf(source: string, destination: string): number {
    const key = [source, destination].sort().join(' ');
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    this.#count++;
    this.#connections.set(key, this.#count);
    if (this.#connections.size > this.#limits.connectionsMax) {
      const [oldest] = this.#connections.keys();
      this.#connections.delete(oldest);
    }
    return this.#count;
  }

  #store(direction: Direction, piece: Waiting): void {
    const { waiting } = direction;
    let at = waiting.length;
    while (at > 0 && ahead(waiting[at - 1].sequence, piece.sequence) < 0) at--;
    waiting.splice(at, 0, piece);
    direction.waitingBytes += piece.bytes.length;
  }

  #deliver(direction: Direction, events: StreamEvent[]): void {
    for (let first = direction.waiting[0]; first !== undefined; first = direction.waiting[0]) {
      const next = direction.next ?? first.sequence;
      const seen = ahead(first.sequence, next);
      if (seen < 0) return;
      direction.waiting.shift();
      direction.waitingBytes -= first.bytes.length;
      if (seen >= first.bytes.length) continue;
      const { connection, source, destination } = direction;
      const bytes = first.bytes.subarray(seen);
      direction.next = (next + bytes.length) >>> 0;
      events.push({ kind: 'data', connection, source, destination, timeNs: first.timeNs, bytes });
    }
  }

  /** Names a gap and goes on behind it. */
  #jump(direction: Direction, timeNs: bigint, events: StreamEvent[]): void {
    const [first] = direction.waiting;
    if (first === undefined || direction.next === undefined) return;
    const missing = ahead(direction.next, first.sequence);
    const { connection, source, destination } = direction;
    if (missing > 0) events.push({ kind: 'gap', connection, source, destination, timeNs, missing });
    direction.next = first.sequence;
    this.#deliver(direction, events);
  }

  /** The receiver has bytes that the capture has not: waiting for them any longer is of no use. */
  #confirmGap(segment: Segment, acknowledged: number, events: StreamEvent[]): void {
    const reverse = this.#directions.get(`${segment.destination} ${segment.source}`);
    if (reverse === undefined) return;
    for (let first = reverse.waiting.at(0); first !== undefined; first = reverse.waiting.at(0)) {
      if (ahead(first.sequence, acknowledged) <= 0) return;
      this.#jump(reverse, first.timeNs, events);
    }
  }

  #bound(direction: Direction, events: StreamEvent[]): void {
    const { waitingMax, waitingBytesMax } = this.#limits;
    while (direction.waiting.length > waitingMax || direction.waitingBytes > waitingBytesMax)
      this.#jump(direction, direction.waiting[0].timeNs, events);
  }

  #flush(direction: Direction, timeNs: bigint, events: StreamEvent[]): void {
    while (direction.waiting.length > 0) this.#jump(direction, timeNs, events);
  }

  /** Bytes cut off by the snap length are a gap at once. */
  #skipMissing(direction: Direction, segment: Segment, start: number, events: StreamEvent[]): void {
    const end = (start + segment.payload.length) >>> 0;
    if (direction.next === undefined || ahead(direction.next, end) !== 0) return;
    const { connection, source, destination } = direction;
    const { timeNs, missing } = segment;
    events.push({ kind: 'gap', connection, source, destination, timeNs, missing });
    direction.next = (end + missing) >>> 0;
    this.#deliver(direction, events);
  }
}
