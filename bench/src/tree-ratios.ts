// Two trees compared: every run of a measure in both, and the ratio of the medians.
import { medianOf } from './measure.ts';

/** Runs by the name of their suite and measure, in operations per CPU-second. */
export type RunsByName = ReadonlyMap<string, readonly number[]>;

/** One measure in both trees. */
export interface TreeRatio {
  readonly name: string;
  readonly here: number;
  readonly there: number;
  /** Here over there: 1 is as fast, less is slower. */
  readonly ratio: number;
  /** What others are measured by, a peer or node:crypto: the same code in both trees, shown as the machine's own spread. */
  readonly isBaseline: boolean;
}

/** The comparison: what both have, and what only one has. */
export interface TreeComparison {
  readonly ratios: readonly TreeRatio[];
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
}

/** Runs of the measures in results that the suite has written, a load test left out. */
export function runsOf(results: readonly unknown[]): RunsByName {
  const runs = new Map<string, number[]>();
  for (const result of results) {
    const { results: suites } = result as { results: Record<string, { figures?: unknown }> };
    for (const [suite, { figures }] of Object.entries(suites)) {
      if (!Array.isArray(figures)) continue;
      for (const { name, runs: own } of figures as { name: string; runs: number[] }[]) {
        const key = `${suite}: ${name}`;
        runs.set(key, [...(runs.get(key) ?? []), ...own]);
      }
    }
  }
  return runs;
}

/** Names of what other measures are compared with. */
export function baselinesOf(results: readonly unknown[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const result of results) {
    const { results: suites } = result as { results: Record<string, { figures?: unknown }> };
    for (const [suite, { figures }] of Object.entries(suites)) {
      if (!Array.isArray(figures)) continue;
      for (const { baseline } of figures as { baseline?: string }[])
        if (baseline !== undefined) names.add(`${suite}: ${baseline}`);
    }
  }
  return names;
}

/** Compares by name. */
export function compareTrees(
  here: RunsByName,
  there: RunsByName,
  baselines: ReadonlySet<string> = new Set(),
): TreeComparison {
  const ratios = [...here].flatMap(([name, runs]) => {
    const other = there.get(name);
    if (other === undefined) return [];
    const [a, b] = [medianOf(runs), medianOf(other)];
    return [{ name, here: a, there: b, ratio: a / b, isBaseline: baselines.has(name) }];
  });
  const missing = (from: RunsByName, of: RunsByName): string[] =>
    [...of.keys()].filter((name) => !from.has(name));
  return { ratios, onlyHere: missing(there, here), onlyThere: missing(here, there) };
}

/** The bar: less than this of the other tree's speed is a loss. */
const ratioMin = 0.95;

/** What is slower than the bar allows. */
export function lossesOf({ ratios }: TreeComparison): readonly TreeRatio[] {
  return ratios.filter(({ ratio, isBaseline }) => ratio < ratioMin && !isBaseline);
}

/** Lines for a person, one per measure. */
export function comparisonLines(compared: TreeComparison): string[] {
  const rate = (value: number): string => Math.round(value).toLocaleString('en-US').padStart(12);
  const losses = new Set(lossesOf(compared));
  const lines = compared.ratios.map((one) => {
    const { name, here, there, ratio, isBaseline } = one;
    const mark = losses.has(one) ? `  UNDER ${ratioMin}` : isBaseline ? '  (not ours)' : '';
    return `${name.padEnd(62)} ${rate(there)} ${rate(here)}  ${ratio.toFixed(2)}${mark}`;
  });
  const own = compared.ratios.filter(({ isBaseline }) => !isBaseline);
  const lowest = Math.min(...own.map(({ ratio }) => ratio));
  return [
    `${'measure'.padEnd(62)} ${'there'.padStart(12)} ${'here'.padStart(12)}  ratio`,
    ...lines,
    ...compared.onlyHere.map((name) => `only here:  ${name}`),
    ...compared.onlyThere.map((name) => `only there: ${name}`),
    `lowest ratio ${lowest.toFixed(2)}, bar ${ratioMin}`,
  ];
}
