// node simulators/world/src/main.ts [--seeds N] [--seed S]: worlds, and the seed of any that goes wrong.
import { commandLine } from '@chipswitch/program';
import { shrinkWorld } from './shrink.ts';
import { type WorldReport, runWorld } from './world.ts';

const { values } = commandLine({
  name: 'world',
  usage: [
    'npm run world [-- --seeds N --seed S --steps M]',
    'Runs N seeded worlds (default 1000, or 1 with --seed) from seed S (default 1), in each of which every terminal makes M payments (default 25); exit code 1 when any went wrong.',
  ],
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, steps: { type: 'string' } },
});

function whole(name: keyof typeof values, otherwise: number, max: number): number {
  const number = Number(values[name] ?? otherwise);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  console.error(`world: --${name} takes a whole number from 1 to ${max}`);
  process.exit(2);
}

const first = whole('seed', 1, 2 ** 31 - 1);
const count = whole('seeds', values.seed === undefined ? 1_000 : 1, 10_000_000);
const paymentsEach = whole('steps', 25, 1_000);

const storiesMax = 3;
const shrunkMax = 5;

function tell({ seed, violations }: WorldReport): void {
  const told = new Set<string>();
  for (const { guarantee, key, text, story } of violations) {
    console.log(`seed ${seed}: ${guarantee} ${key === undefined ? '' : `${key}: `}${text}`);
    if (key === undefined || told.has(key) || told.size >= storiesMax) continue;
    told.add(key);
    for (const line of story) console.log(`  ${line}`);
  }
}

/** The world of a seed once more, with what happened to the payments that went wrong in it, as short as can be. */
async function tellShortest(seed: number): Promise<void> {
  const shortest = await shrinkWorld({ seed, paymentsEach });
  if (shortest === undefined) return;
  const { terminals, faults, report } = shortest;
  const what = faults.length === 0 ? 'nothing' : faults.join(', ');
  console.log(
    `seed ${seed}: ${terminals} terminals, ${shortest.paymentsEach} payments each, with ${what}`,
  );
  tell(report);
}

const started = performance.now();
const totals = {
  payments: 0,
  approved: 0,
  reversed: 0,
  manual: 0,
  batches: 0,
  kills: 0,
  adopted: 0,
  lineBreaks: 0,
};
const kinds: Record<string, number> = {};
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const report = await runWorld({ seed, paymentsEach });
  for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += report[name];
  for (const [kind, count] of Object.entries(report.kinds)) {
    kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  if (report.ok) continue;
  if (failed++ < shrunkMax) await tellShortest(seed);
  else tell(report);
}
const seconds = (performance.now() - started) / 1_000;
const { payments, approved, reversed, manual, batches, kills, adopted, lineBreaks } = totals;
console.log(
  `${count} worlds in ${seconds.toFixed(1)} s: ${payments} payments, ${approved} approved, ${reversed} reversed, ${manual} left to a person, ${batches} batches, ${kills} kills, ${adopted} takeovers, ${lineBreaks} broken lines`,
);
console.log(
  Object.entries(kinds)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', '),
);
console.log(`${count - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
