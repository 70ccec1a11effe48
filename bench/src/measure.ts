// Times one piece of work: correctness first, then warm-up, then runs, per CPU-second of the process.
import { given } from '@chipswitch/bytes';

/** One piece of work to be timed. `run` does it `iterations` times and must not skip any. */
export interface Measure {
  readonly name: string;
  /** Throws when the work is not done right; it runs before anything is timed. */
  readonly check: () => void | Promise<void>;
  readonly run: (iterations: number) => void | Promise<void>;
  /** Name of the measure of the same suite that this one is compared with. */
  readonly baseline?: string;
  /** What an issue asks for: operations per CPU-second, and times the baseline. */
  readonly barPerSecond?: number;
  readonly barRatio?: number;
}

/** Figures of one measure; rates are operations per CPU-second (user + system) of this process. */
export interface Figures {
  readonly name: string;
  readonly runs: readonly number[];
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly wallMedian: number;
  readonly baseline?: string;
  readonly ratio?: number;
  readonly barPerSecond?: number;
  readonly barRatio?: number;
  readonly barMet?: boolean;
}

/** How long to warm up and to measure, and how often. */
export interface Effort {
  readonly runs: number;
  readonly warmUpMs: number;
  readonly runMs: number;
}

/** Middle value of a list that is not empty. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function iterationsFor(measure: Measure, ms: number): Promise<number> {
  let iterations = 1;
  for (;;) {
    const start = performance.now();
    await measure.run(iterations);
    const spent = performance.now() - start;
    if (spent >= ms / 4) return Math.max(1, Math.ceil((iterations * ms) / spent));
    iterations = Math.ceil(iterations * (spent < ms / 64 ? 8 : 2));
  }
}

async function once(measure: Measure, iterations: number): Promise<{ cpu: number; wall: number }> {
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  await measure.run(iterations);
  const wallMs = performance.now() - start;
  const cpu = process.cpuUsage(cpuStart);
  return { cpu: (iterations * 1e6) / (cpu.user + cpu.system), wall: (iterations * 1e3) / wallMs };
}

/** Checks, warms up and times one measure. */
export async function timeMeasure(measure: Measure, effort: Effort): Promise<Figures> {
  await measure.check();
  await iterationsFor(measure, effort.warmUpMs);
  const iterations = await iterationsFor(measure, effort.runMs);
  const results: { cpu: number; wall: number }[] = [];
  for (let i = 0; i < effort.runs; i++) results.push(await once(measure, iterations));
  const runs = results.map((result) => result.cpu);
  return {
    name: measure.name,
    runs,
    min: Math.min(...runs),
    median: medianOf(runs),
    max: Math.max(...runs),
    wallMedian: medianOf(results.map((result) => result.wall)),
  };
}

/** The figures with the ratio to their baseline and whether the bar is met. */
export function compare(figures: Figures, measure: Measure, all: readonly Figures[]): Figures {
  const base = all.find((other) => other.name === measure.baseline);
  const ratio = base === undefined ? undefined : figures.median / base.median;
  const bars: boolean[] = [];
  if (measure.barPerSecond !== undefined) bars.push(figures.median >= measure.barPerSecond);
  if (measure.barRatio !== undefined) bars.push((ratio ?? 0) >= measure.barRatio);
  return {
    ...figures,
    ...given({
      baseline: measure.baseline,
      ratio,
      barPerSecond: measure.barPerSecond,
      barRatio: measure.barRatio,
    }),
    ...(bars.length === 0 ? {} : { barMet: bars.every(Boolean) }),
  };
}
