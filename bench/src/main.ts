// npm run bench -- [suite…] [--quick] [--json FILE]: min / median / max of at least five runs.
// … --against REV: the same suites there and here in turns; exit code 1 when a measure has lost speed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { given } from '@chipswitch/bytes';
import { SettingError, commandLine } from '@chipswitch/program';
import { runAgainst } from './against.ts';
import { type Effort, type Figures, compare, timeMeasure } from './measure.ts';
import { type MeasureSuite, type Suite, figuresLine } from './suite.ts';
import { comparisonLines, lossesOf } from './tree-ratios.ts';

// Suites load lazily: each pulls in what it compares with.
const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  emv: async () => (await import('./emv.ts')).suite,
  codec: async () => (await import('./codec.ts')).suite,
  security: async () => (await import('./security.ts')).suite,
  payshield: async () => (await import('./security-payshield.ts')).suite,
  routing: async () => (await import('./routing.ts')).suite,
  switch: async () => (await import('./switch.ts')).suite,
  settlement: async () => (await import('./settlement.ts')).suite,
};

async function runMeasures(suite: MeasureSuite, effort: Effort): Promise<Record<string, unknown>> {
  const measures = await suite.measures();
  const all: Figures[] = [];
  for (const measure of measures) {
    const timed = await timeMeasure(measure, effort);
    all.push(timed);
    console.error(`  timed ${measure.name}`);
  }
  const compared = measures.map((measure, i) => compare(all[i], measure, all));
  for (const figures of compared) console.log(figuresLine(figures));
  const facts = suite.facts === undefined ? undefined : await suite.facts();
  for (const [name, value] of Object.entries(facts ?? {})) console.log(`${name}: ${String(value)}`);
  return { figures: compared, ...given({ facts }) };
}

/** Suites that time themselves under load, and so give no operations per CPU-second. */
async function loadTestsOf(chosen: readonly string[]): Promise<string[]> {
  const loaded = await Promise.all(chosen.map((name) => suites[name]()));
  return chosen.filter((_name, index) => 'load' in loaded[index]);
}

interface Comparison {
  readonly revision: string;
  readonly chosen: readonly string[];
  /** The suites were named, and not all of them taken. */
  readonly isNamed: boolean;
  readonly rounds: number;
}

async function compareWith({ revision, chosen, isNamed, rounds }: Comparison): Promise<number> {
  if (!Number.isInteger(rounds) || rounds < 5 || rounds > 1_000) {
    throw new SettingError('--rounds', 'must be a whole number from 5 to 1000');
  }
  const onProgress = (line: string): void => console.error(`  ${line}`);
  const loads = await loadTestsOf(chosen);
  if (loads.length > 0 && isNamed) {
    throw new SettingError(
      '--against',
      `${loads.join(', ')} is a load test, which has no rates to compare`,
    );
  }
  for (const name of loads) onProgress(`${name} is a load test: left out`);
  const measured = chosen.filter((name) => !loads.includes(name));
  const compared = await runAgainst({ revision, suites: measured, rounds, onProgress });
  for (const line of comparisonLines(compared)) console.log(line);
  const lost = lossesOf(compared).length > 0;
  return lost || compared.ratios.length === 0 ? 1 : 0;
}

async function main(): Promise<number> {
  const { values, words: named } = commandLine({
    name: 'bench',
    usage: [
      'npm run bench [-- SUITE… --quick --json FILE]',
      'npm run bench -- SUITE… --against REV [--rounds N]   ratios to another revision, in turns',
      `Suites: ${Object.keys(suites).join(', ')} (default: all). Min / median / max of five runs.`,
    ],
    options: {
      quick: { type: 'boolean', default: false },
      against: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      json: {
        type: 'string',
        default: fileURLToPath(new URL('../../.chipswitch/bench/results.json', import.meta.url)),
      },
    },
    argumentsMax: Object.keys(suites).length,
  });
  const { quick, json: file, against } = values;
  const chosen = named.length > 0 ? named : Object.keys(suites);
  const unknown = chosen.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined) {
    console.error(`bench: no suite "${unknown}"; there are: ${Object.keys(suites).join(', ')}`);
    return 2;
  }
  if (against !== undefined) {
    const isNamed = named.length > 0;
    return compareWith({ revision: against, chosen, isNamed, rounds: Number(values.rounds) });
  }
  const effort: Effort = { runs: 5, warmUpMs: quick ? 200 : 1000, runMs: quick ? 200 : 1000 };
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const results: Record<string, unknown> = {};
  for (const name of chosen) {
    const suite = await suites[name]();
    console.log(`\n${name}: operations per CPU-second, min / median / max of ${effort.runs} runs`);
    if ('load' in suite) {
      const report = await suite.load();
      for (const line of report.lines) console.log(line);
      results[name] = report.data;
    } else results[name] = await runMeasures(suite, effort);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, effort, results }, null, 2)}\n`);
  console.log(`\nresults: ${file}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}
