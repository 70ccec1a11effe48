// Counts of a capture: packets, connections, messages, latencies by kind of message.
import type { Conversation, Remark, Seen } from './conversation.ts';
import type { NoSegment, Segment } from './segment.ts';

/** One connection in the summary. */
export interface ConnectionCount {
  readonly connection: number;
  readonly framing: string | undefined;
  readonly spec: string | undefined;
  readonly unanswered: readonly { readonly number: number; readonly mti: string }[];
}

/** Latency of one kind of pair, in nanoseconds. */
export interface LatencyCount {
  readonly pair: string;
  readonly count: number;
  readonly p50Ns: bigint;
  readonly p95Ns: bigint;
  readonly maxNs: bigint;
}

/** Latencies kept per kind of pair; beyond that every second one is dropped and counted double. */
const samplesMax = 8192;

interface Samples {
  values: bigint[];
  /** Each kept value stands for this many. */
  every: number;
  seen: number;
  max: bigint;
}

/** Connections listed one by one; the others are only counted. */
const connectionsListedMax = 1000;

function quantile(sorted: readonly bigint[], share: number): bigint {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0n;
}

/** Counts while a capture is read. */
export class Tally {
  packets = 0;
  readonly skipped = new Map<NoSegment, number>();
  messages = 0;
  undecoded = 0;
  answered = 0;
  repeats = 0;
  unmatched = 0;
  unansweredTotal = 0;
  readonly remarks = new Map<Remark['what'], number>();
  readonly connections: ConnectionCount[] = [];
  connectionsTotal = 0;
  readonly #latencies = new Map<string, Samples>();

  /** Counts one packet. */
  packet(segment: Segment | NoSegment): void {
    this.packets++;
    if (typeof segment === 'string')
      this.skipped.set(segment, (this.skipped.get(segment) ?? 0) + 1);
  }

  /** Counts what was seen and gives it back. */
  count(seen: Seen[]): Seen[] {
    for (const one of seen) {
      if (one.kind === 'remark') {
        this.remarks.set(one.what, (this.remarks.get(one.what) ?? 0) + 1);
        continue;
      }
      this.messages++;
      if (one.error !== undefined) this.undecoded++;
      if (one.repeats !== undefined) this.repeats++;
      const mti = one.message.mti;
      if (one.answers !== undefined) {
        this.answered++;
        this.#latency(mti ?? '?', one.answers.latencyNs);
      } else if (mti !== undefined && Number(mti[2]) % 2 === 1) this.unmatched++;
    }
    return seen;
  }

  /** Notes how a connection was read, when it ends. */
  close(connection: number, conversation: Conversation): void {
    const { dialect, unanswered } = conversation;
    this.connectionsTotal++;
    this.unansweredTotal += unanswered.length;
    if (this.connections.length >= connectionsListedMax) return;
    this.connections.push({
      connection,
      framing: dialect?.framing.name,
      spec: dialect?.specName,
      unanswered: unanswered.slice(0, 20),
    });
  }

  #latency(mti: string, latencyNs: bigint): void {
    const samples = this.#latencies.get(mti) ?? { values: [], every: 1, seen: 0, max: 0n };
    this.#latencies.set(mti, samples);
    samples.seen++;
    if (latencyNs > samples.max) samples.max = latencyNs;
    if (samples.seen % samples.every === 0) samples.values.push(latencyNs);
    if (samples.values.length <= samplesMax) return;
    samples.values = samples.values.filter((_, index) => index % 2 === 0);
    samples.every *= 2;
  }

  /** Latencies by message type of the answer. */
  latencies(): LatencyCount[] {
    return [...this.#latencies].map(([pair, { values, seen, max }]) => {
      const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      return {
        pair,
        count: seen,
        p50Ns: quantile(sorted, 0.5),
        p95Ns: quantile(sorted, 0.95),
        maxNs: max,
      };
    });
  }
}
