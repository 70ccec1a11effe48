// node simulators/world/src/main.ts [--seeds N] [--seed S]: worlds, and the seed of any that goes wrong.
import { commandLine } from '@chipswitch/program';
import { shrinkWorld } from './shrink.ts';
import { type WorldReport, runWorld } from './world.ts';

const { values } = commandLine({
  name: 'world',
  usage: [
    'npm run world [-- --seeds N | --seed S]',
    'Runs so many seeded worlds (default 1000), or the one of a seed; exit code 1 when any went wrong.',
  ],
  options: { seeds: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
const first = Number(values.seed ?? 1);
const count = values.seed === undefined ? Number(values.seeds) : 1;
if (!Number.isInteger(first) || !Number.isInteger(count) || count < 1 || count > 10_000_000) {
  console.error('world: --seeds and --seed take whole numbers');
  process.exit(2);
}

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
  const shortest = await shrinkWorld(seed);
  if (shortest === undefined) return;
  const { terminals, paymentsEach, faults, report } = shortest;
  const what = faults.length === 0 ? 'nothing' : faults.join(', ');
  console.log(`seed ${seed}: ${terminals} terminals, ${paymentsEach} payments each, with ${what}`);
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
  const report = await runWorld({ seed });
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
