// Many terminals under an open-loop load: payments arrive when they arrive, whatever the answers do,
// and each is timed from its arrival (so that a stalled host cannot hide its stall).
import { createHistogram } from 'node:perf_hooks';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { PaymentOrder, PaymentResult } from './payment.ts';
import type { Terminal } from './terminal.ts';

/** What a fleet is asked to do. */
export interface FleetOptions {
  readonly terminals: readonly Terminal[];
  readonly ratePerSecond: number;
  readonly payments: number;
  /** The n-th payment; `random` is the fleet's own, so that a seed repeats the run's orders. */
  readonly order: (n: number, random: () => number) => PaymentOrder;
  readonly seed?: number;
  /** Payments that may wait for a free terminal; more are counted as overrun and not made. */
  readonly waitingMax?: number;
  readonly onResult?: (result: PaymentResult, latencyMs: number) => void;
}

/** Latency from arrival to the end of the payment, milliseconds. */
export interface LatencyReport {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What came of a run. */
export interface FleetReport {
  readonly arrived: number;
  readonly finished: number;
  readonly overruns: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly responseCodes: Readonly<Record<string, number>>;
  readonly latencyMs: LatencyReport;
  readonly durationMs: number;
  readonly finishedPerSecond: number;
}

/** Numbers from 0 (included) to 1 (excluded): the same seed, the same orders and gaps. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

const microsecondsMax = 3_600_000_000;

class FleetRun {
  readonly #options: FleetOptions;
  readonly #random: () => number;
  readonly #free: Terminal[];
  readonly #waiting: { readonly n: number; readonly arrivedMs: number }[] = [];
  readonly #latency = createHistogram({ highest: microsecondsMax, figures: 3 });
  readonly #outcomes: Record<string, number> = {};
  readonly #codes: Record<string, number> = {};
  readonly #startedMs = performance.now();
  #arrived = 0;
  #finished = 0;
  #overruns = 0;
  #nextMs: number;
  #finish: () => void = () => undefined;
  #fail: (reason: unknown) => void = () => undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
    this.#free = [...options.terminals];
    this.#nextMs = this.#startedMs;
  }

  run(): Promise<FleetReport> {
    return new Promise((resolve, reject) => {
      this.#finish = () => resolve(this.#report());
      this.#fail = reject;
      this.#arrivals();
    });
  }

  /** Exponential gaps: a Poisson stream. Arrivals that are overdue come at once, at their own time. */
  #arrivals(): void {
    const { payments, ratePerSecond, waitingMax = 10_000 } = this.#options;
    const now = performance.now();
    while (this.#arrived < payments && this.#nextMs <= now) {
      const arrival = { n: this.#arrived++, arrivedMs: this.#nextMs };
      this.#nextMs += (-Math.log(1 - this.#random()) / ratePerSecond) * 1000;
      if (this.#waiting.length >= waitingMax) this.#overruns++;
      else this.#waiting.push(arrival);
    }
    this.#dispatch();
    if (this.#arrived < payments) {
      setTimeout(() => this.#arrivals(), Math.max(0, this.#nextMs - performance.now()));
    } else this.#finishWhenDone();
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#free.length > 0) {
      const arrival = this.#waiting.shift();
      const terminal = this.#free.shift();
      if (!arrival || !terminal) return;
      this.#pay(terminal, arrival).catch(this.#fail);
    }
  }

  async #pay(terminal: Terminal, arrival: { n: number; arrivedMs: number }): Promise<void> {
    const result = await terminal.pay(this.#options.order(arrival.n, this.#random));
    const latencyMs = performance.now() - arrival.arrivedMs;
    this.#latency.record(Math.min(Math.max(1, Math.round(latencyMs * 1000)), microsecondsMax));
    this.#outcomes[result.outcome] = (this.#outcomes[result.outcome] ?? 0) + 1;
    const code = result.responseCode ?? result.reason;
    this.#codes[code] = (this.#codes[code] ?? 0) + 1;
    this.#finished++;
    this.#options.onResult?.(result, latencyMs);
    this.#free.push(terminal);
    this.#dispatch();
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    const all = this.#arrived === this.#options.payments;
    if (all && this.#finished + this.#overruns === this.#arrived) this.#finish();
  }

  #report(): FleetReport {
    const durationMs = performance.now() - this.#startedMs;
    const at = (percent: number): number => this.#latency.percentile(percent) / 1000;
    const none = this.#finished === 0;
    return {
      arrived: this.#arrived,
      finished: this.#finished,
      overruns: this.#overruns,
      outcomes: this.#outcomes,
      responseCodes: this.#codes,
      latencyMs: {
        p50: none ? 0 : at(50),
        p90: none ? 0 : at(90),
        p99: none ? 0 : at(99),
        p999: none ? 0 : at(99.9),
        max: none ? 0 : this.#latency.max / 1000,
      },
      durationMs,
      finishedPerSecond: (this.#finished / durationMs) * 1000,
    };
  }
}

/**
 * Runs a load and reports it when the last payment has ended.
 *
 * @example
 * const report = await runFleet({ terminals, ratePerSecond: 50, payments: 500, order });
 * report.latencyMs.p99
 */
export function runFleet(options: FleetOptions): Promise<FleetReport> {
  return new FleetRun(options).run();
}
