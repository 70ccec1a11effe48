// Seeded worlds: the product's core keeps its guarantees in every weather; a spoiled core is found out.
import { paymentKinds } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import {
  VirtualTime,
  type WorldReport,
  createRandom,
  faultNames,
  runWorld,
  shrinkWorld,
} from '../src/index.ts';

const seeds = Array.from({ length: 150 }, (_, i) => i + 1);

const isPlayed = ([, times]: readonly [string, number]): boolean => times > 20;

describe('the seeded world', () => {
  it('keeps every guarantee, seed by seed', { timeout: 300_000 }, async () => {
    const reports: WorldReport[] = [];
    for (const seed of seeds) reports.push(await runWorld({ seed }));
    expect(reports.flatMap((report) => report.violations)).toEqual([]);
    const sum = (of: (report: WorldReport) => number): number =>
      reports.reduce((total, report) => total + of(report), 0);
    // The weather was bad enough to mean something.
    expect(sum((report) => report.kills)).toBeGreaterThan(300);
    expect(sum((report) => report.lineBreaks)).toBeGreaterThan(500);
    expect(sum((report) => report.reversed)).toBeGreaterThan(1_000);
    expect(sum((report) => report.approved)).toBeGreaterThan(1_000);
    expect(sum((report) => report.adopted)).toBeGreaterThan(50);
    expect(sum((report) => report.manual)).toBeGreaterThan(10);
    expect(sum((report) => report.batches)).toBeGreaterThan(1_000);
    // Every kind that a terminal can ask for was approved, and not once only.
    for (const { name, asked } of paymentKinds.values()) {
      if (asked.length > 0)
        expect([name, sum(({ kinds }) => kinds[name] ?? 0)]).toSatisfy(isPlayed);
    }
  });
  it('tells the same story for the same seed', async () => {
    expect(await runWorld({ seed: 42 })).toEqual(await runWorld({ seed: 42 }));
    expect(await runWorld({ seed: 42 })).not.toEqual(await runWorld({ seed: 43 }));
  });
});

describe('faults', () => {
  it('that are left out do not strike', { timeout: 60_000 }, async () => {
    const without = [...faultNames];
    for (const seed of seeds.slice(0, 10)) {
      const report = await runWorld({ seed, without });
      expect(report).toMatchObject({ ok: true, kills: 0, lineBreaks: 0, adopted: 0, manual: 0 });
      expect(report.reversed).toBe(0);
    }
  });
  it.each(faultNames)('strike by themselves, all holds: %s', { timeout: 60_000 }, async (fault) => {
    const without = faultNames.filter((other) => other !== fault);
    for (const seed of seeds.slice(0, 4)) {
      expect((await runWorld({ seed, without, terminals: 2 })).violations).toEqual([]);
    }
  });
});

describe('a world that fails', () => {
  const forgetful = () => ({ queue: () => undefined });

  it('is told as short as can be', { timeout: 60_000 }, async () => {
    const shortest = await shrinkWorld({ seed: 3, spoil: forgetful });
    expect(shortest).toMatchObject({ terminals: 1 });
    expect(shortest?.faults.length).toBeLessThan(4);
    const [violation] = shortest?.report.violations ?? [];
    expect(violation).toMatchObject({ guarantee: 'I3' });
    expect(violation.story.length).toBeGreaterThan(2);
    expect(violation.story.join()).toMatch(/terminal -> (one|two): 0[124]/);
  });
  it('is none where nothing is broken', async () => {
    expect(await shrinkWorld({ seed: 3 })).toBeUndefined();
  });
});

describe('its parts', () => {
  it('do work in the order of time, then of asking', () => {
    const time = new VirtualTime();
    const done: string[] = [];
    const random = createRandom(7);
    const due = Array.from({ length: 500 }, () => random.whole(0, 50));
    due.forEach((at, i) => time.after(at, () => done.push(`${at}/${i}`)));
    while (time.step());
    const wanted = due
      .map((at, i) => [at, i] as const)
      .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(done).toEqual(wanted.map(([at, i]) => `${at}/${i}`));
    expect(time.nowMs).toBe(Math.max(...due));
  });
  it('draw the same numbers from the same seed, within their bounds', () => {
    const draw = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 100 }, () => random.whole(3, 9));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(1))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  });
});
