// The comparison of two trees: medians over all turns, names on one side only, the bar.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  baselinesOf,
  compareTrees,
  comparisonLines,
  lossesOf,
  runsOf,
} from '../src/tree-ratios.ts';

const figures = (name: string, runs: number[]) => ({ name, runs });
const turn = (decode: number[], more: object = {}) => ({
  results: { codec: { figures: [figures('decode', decode)], ...more } },
});

describe('two trees', () => {
  it('are compared by the medians of all turns', () => {
    const here = runsOf([turn([90, 100, 1]), turn([110, 95])]);
    const there = runsOf([turn([100, 100, 100])]);
    expect([...here]).toEqual([['codec: decode', [90, 100, 1, 110, 95]]]);
    expect(compareTrees(here, there).ratios).toEqual([
      { name: 'codec: decode', here: 95, there: 100, ratio: 0.95, isBaseline: false },
    ]);
  });
  it('a measure of one side only is named, not judged', () => {
    const here = new Map([['a', [1]]]);
    const there = new Map([['b', [1]]]);
    const compared = compareTrees(here, there);
    expect(compared).toEqual({ ratios: [], onlyHere: ['a'], onlyThere: ['b'] });
  });
  it('a load test has no measures', () => {
    expect(runsOf([{ results: { switch: { data: 1 } } }]).size).toBe(0);
  });
  it('a loss is marked, at the bar and below it', () => {
    const lines = (here: number) =>
      comparisonLines(compareTrees(new Map([['a', [here]]]), new Map([['a', [1_000]]]))).join('\n');
    expect(lines(950)).not.toContain('UNDER');
    expect(lines(949)).toContain('UNDER 0.95');
  });
});

describe('what is not ours', () => {
  it('is shown, and not judged', () => {
    const turns = [
      {
        results: {
          emv: { figures: [{ name: 'ours', runs: [99], baseline: 'peer' }, figures('peer', [50])] },
        },
      },
    ];
    const there = new Map([
      ['emv: ours', [100]],
      ['emv: peer', [100]],
    ]);
    const compared = compareTrees(runsOf(turns), there, baselinesOf(turns));
    expect(lossesOf(compared)).toEqual([]);
    expect(comparisonLines(compared).join('\n')).toMatch(
      /peer .* 0\.50 {2}\(not ours\)[\s\S]*lowest ratio 0\.99/,
    );
  });
});

describe('--against', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const bench = (...words: string[]) =>
    spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });
  it.each([
    [['codec', '--against', 'no-such-revision'], /^bench: --against: /],
    [
      ['codec', '--against', 'HEAD', '--rounds', '4'],
      /^bench: --rounds: must be a whole number from 5/,
    ],
    [['codec', '--against', 'HEAD', '--rounds', 'many'], /^bench: --rounds: /],
    [
      ['switch', '--against', 'HEAD'],
      /^bench: --against: switch is a load test, which has no rates/,
    ],
    [['codec', 'switch', '--against', 'HEAD'], /^bench: --against: switch is a load test/],
  ])('%j is refused in a line', (words, line) => {
    const { status, stdout, stderr } = bench(...words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(line);
  });
});
