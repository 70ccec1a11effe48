// That the world can see: every planted fault is found out within 500 seeds, by a guarantee that it breaks.
import { describe, expect, it } from 'vitest';
import { runWorld } from '../src/index.ts';
import { type PlantedFault, plantedFaults } from './planted-faults.ts';

const seedsMax = 500;

/** The guarantees that were broken up to the seed at which the wanted one is. */
async function brokenBy({ spoil, breaks }: PlantedFault): Promise<ReadonlySet<string>> {
  const broken = new Set<string>();
  for (let seed = 1; seed <= seedsMax && !broken.has(breaks); seed++) {
    for (const { guarantee } of (await runWorld({ seed, spoil })).violations) broken.add(guarantee);
  }
  return broken;
}

describe('a planted fault is found out', () => {
  it.each(plantedFaults.map((fault) => [fault.what, fault.breaks, fault] as const))(
    '%s (%s)',
    async (_what, breaks, fault) => {
      expect([...(await brokenBy(fault))]).toContain(breaks);
    },
    120_000,
  );
});
