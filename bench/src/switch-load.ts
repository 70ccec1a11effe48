// Open-loop load on a TCP port: messages leave on schedule, whether or not answers came; the latency
// of each counts from when it should have left.
import { type Socket, connect } from 'node:net';
import { type RecordableHistogram, createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is to be sent. */
export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** The frame of message number n. */
  readonly frame: (n: number) => Uint8Array;
  /** Takes what arrives on one connection; gives the numbers of the messages that are answered. */
  readonly reader: () => (chunk: Uint8Array) => readonly number[];
}

/** What was seen. Latencies in microseconds. */
export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const drainMs = 5_000;

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}

function resultOf(histogram: RecordableHistogram, sent: number, elapsedMs: number): LoadResult {
  const micro = (nano: number): number => Math.round(nano / 1_000);
  return {
    sent,
    answered: histogram.count,
    perSecond: Math.round((histogram.count * 1_000) / elapsedMs),
    p50: micro(histogram.percentile(50)),
    p99: micro(histogram.percentile(99)),
    p999: micro(histogram.percentile(99.9)),
    max: micro(histogram.max),
  };
}

/** Sends on schedule until the time is over, then waits for the answers that are still due. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const histogram = createHistogram();
  const due = new Map<number, number>();
  const sockets: Socket[] = [];
  for (let i = 0; i < plan.connections; i++) {
    const socket = await open(plan.port);
    const read = plan.reader();
    socket.on('data', (chunk) => {
      const now = performance.now();
      for (const n of read(chunk)) {
        const scheduled = due.get(n);
        if (scheduled === undefined) continue;
        due.delete(n);
        histogram.record(Math.max(1, Math.round((now - scheduled) * 1e6)));
      }
    });
    sockets.push(socket);
  }
  const total = Math.round(plan.perSecond * plan.seconds);
  const start = performance.now();
  for (let n = 0; n < total;) {
    const now = performance.now();
    const until = Math.min(total, Math.floor(((now - start) / 1_000) * plan.perSecond) + 1);
    for (; n < until; n++) {
      due.set(n, start + (n * 1_000) / plan.perSecond);
      sockets[n % sockets.length].write(plan.frame(n));
    }
    await sleep(1);
  }
  const elapsedMs = performance.now() - start;
  const deadline = performance.now() + drainMs;
  while (due.size > 0 && performance.now() < deadline) await sleep(5);
  for (const socket of sockets) socket.destroy();
  return resultOf(histogram, total, elapsedMs);
}
