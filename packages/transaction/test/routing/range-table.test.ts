// Ranges of card numbers: what a row may state, and that the narrowest range that holds a number is found.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type RouteRow,
  type RoutingPlan,
  type StatedRange,
  compileRouting,
  readCardRange,
} from '../../src/index.ts';

const row = (range: StatedRange, host = 'a'): RouteRow => ({
  ...range,
  scheme: 'visa',
  hosts: [host],
  cryptogram: 'pass-through',
});
const compiled = (routes: readonly RouteRow[]) => compileRouting({ routes, rules: [], costs: [] });

function tableOf(routes: readonly RouteRow[]): (pan: string) => string | undefined {
  const built = compiled(routes);
  if (!built.ok) throw new Error(`${built.error.code} at ${built.error.path}`);
  return (pan) => built.routing.lookUp(pan)?.hosts[0];
}

describe('a stated range', () => {
  it.each([
    [{ prefix: '4' }, [4e14, 0], [499_999_999_999_999, 9999]],
    [{ prefix: '476173900101' }, [476_173_900_101_000, 0], [476_173_900_101_999, 9999]],
    [{ from: '40000000', to: '40000001' }, [400_000_000_000_000, 0], [400_000_019_999_999, 9999]],
    [
      { from: '4000000000000000000', to: '4000000000009999999' },
      [4e14, 0],
      [400_000_000_000_999, 9999],
    ],
    [{ from: '0', to: '9' }, [0, 0], [999_999_999_999_999, 9999]],
  ])('%j has these bounds', (stated, first, last) => {
    const read = readCardRange(stated);
    expect(read.ok && [read.range.firstHead, read.range.firstTail]).toEqual(first);
    expect(read.ok && [read.range.lastHead, read.range.lastTail]).toEqual(last);
  });
  it.each<[StatedRange, string, string]>([
    [{}, 'range-missing', 'prefix'],
    [{ prefix: '4', from: '4', to: '5' }, 'range-missing', 'prefix'],
    [{ from: '4' }, 'range-missing', 'to'],
    [{ to: '4' }, 'range-missing', 'from'],
    [{ prefix: '' }, 'range-digits', 'prefix'],
    [{ prefix: '4x' }, 'range-digits', 'prefix'],
    [{ prefix: '٤' }, 'range-digits', 'prefix'],
    [{ prefix: '1234567890123' }, 'range-digits', 'prefix'],
    [{ from: '4 ', to: '50' }, 'range-digits', 'from'],
    [{ from: '40000000000000000000', to: '50000000000000000000' }, 'range-digits', 'from'],
    [{ from: '40', to: '500' }, 'range-digits', 'to'],
    [{ from: '50', to: '49' }, 'range-backwards', 'to'],
    [{ from: '4761739001010119', to: '4761739001010119' }, 'range-too-narrow', 'to'],
    [{ from: '4761739001010000', to: '4761739001019998' }, 'range-too-narrow', 'to'],
  ])('%j is refused: %s at %s', (stated, code, path) => {
    expect(readCardRange(stated)).toEqual({ ok: false, error: { code, path } });
  });
  it('as narrow as a prefix of twelve digits is the narrowest, so that none names a card', () => {
    expect(readCardRange({ from: '4761739001010000', to: '4761739001019999' }).ok).toBe(true);
  });
});

describe('the table', () => {
  const lookUp = tableOf([
    row({ prefix: '4' }, 'any'),
    row({ prefix: '476173' }, 'special'),
    row({ prefix: '47617390' }, 'one'),
    row({ prefix: '6' }, 'up'),
    row({ from: '47617300', to: '47617389' }, 'within'),
    row({ from: '2221000000000000', to: '2720999999999999' }, 'second-series'),
    row({ from: '5000000000000000000', to: '5000000000123456789' }, 'uneven'),
  ]);
  it.each([
    ['4761739001010119', 'one'],
    ['4761731001010119', 'within'],
    ['4761739101010119', 'special'],
    ['4111111111111111', 'any'],
    ['6228480402564890018', 'up'],
    ['2221000000000009', 'second-series'],
    ['2720999999999999', 'second-series'],
    ['2721000000000000', undefined],
    ['2220999999999999', undefined],
    ['5000000000123456789', 'uneven'],
    ['5000000000123456790', undefined],
    ['5413330089020011', undefined],
    ['0000000000000000', undefined],
    ['9999999999999999999', undefined],
    ['', undefined],
    ['4', undefined],
    ['47617390x1010119', undefined],
    ['٤761739001010119', undefined],
    ['47617390010101190000', undefined],
  ])('%s goes to %s', (pan, host) => {
    expect(lookUp(pan)).toBe(host);
  });
  it('is empty without rows', () => {
    expect(tableOf([])('4761739001010119')).toBeUndefined();
  });
  it.each<[string, readonly RouteRow[], object]>([
    [
      'a prefix that is there twice',
      [row({ prefix: '4' }), row({ prefix: '5' }), row({ prefix: '4' }, 'b')],
      { code: 'range-twice', path: 'routes[2].prefix', other: 'routes[0]' },
    ],
    [
      'a prefix that is a range of another row',
      [row({ from: '40000', to: '49999' }), row({ prefix: '4' })],
      { code: 'range-twice', path: 'routes[1].prefix', other: 'routes[0]' },
    ],
    [
      'a range that begins inside another and ends outside, whatever their hosts',
      [row({ from: '4100', to: '4299' }), row({ from: '4200', to: '4399' })],
      { code: 'ranges-cross', path: 'routes[1].from', other: 'routes[0]' },
    ],
    [
      'ranges that cross in their last digits',
      [
        row({ from: '4000000000000000000', to: '4000000000100000000' }),
        row({ from: '4000000000100000000', to: '4000000000200000000' }),
      ],
      { code: 'ranges-cross', path: 'routes[1].from', other: 'routes[0]' },
    ],
    [
      'a row without a host',
      [{ ...row({ prefix: '4' }), hosts: [] }],
      { code: 'no-host', path: 'routes[0].hosts' },
    ],
    [
      'a row that names a host twice',
      [{ ...row({ prefix: '4' }), hosts: ['a', 'a'] }],
      { code: 'host-twice', path: 'routes[0].hosts' },
    ],
    [
      'a range that is none',
      [row({ prefix: '4' }), row({ from: '5', to: '4' })],
      { code: 'range-backwards', path: 'routes[1].to' },
    ],
  ])('refuses %s', (_what, routes, error) => {
    expect(compiled(routes)).toEqual({ ok: false, error });
  });
});

describe('a table that was compiled before', () => {
  const routes = [row({ prefix: '4' }, 'any'), row({ prefix: '47' }, 'one')];
  const first = compileRouting({ routes, rules: [], costs: [] });
  if (!first.ok) throw new Error(first.error.path);
  const again = (more: Partial<RoutingPlan>) =>
    compileRouting({ routes: [...routes], rules: [], costs: [], ...more }, first.routing);
  it('is taken over where the rows are the same, one by one', () => {
    expect(again({})).toEqual({ ok: true, routing: first.routing });
    const ruled = again({ rules: [{ name: 'r', when: {}, hosts: ['b'] }] });
    expect(ruled.ok && ruled.routing).not.toBe(first.routing);
    expect(ruled.ok && ruled.routing.lookUp('4761739001010119')).toBe(routes[1]);
  });
  it('is not where a row is another, gone, or at another place', () => {
    for (const others of [
      [routes[0], row({ prefix: '47' }, 'other')],
      [routes[0]],
      [routes[1], routes[0]],
      [...routes, row({ prefix: '476' }, 'new')],
    ]) {
      const built = again({ routes: others });
      const fresh = tableOf(others);
      expect(built.ok && built.routing.lookUp('4761739001010119')?.hosts[0]).toBe(
        fresh('4761739001010119'),
      );
    }
  });
  it('still refuses a rule that cannot be', () => {
    expect(again({ rules: [{ name: 'r', when: {}, hosts: [] }] })).toMatchObject({ ok: false });
  });
});

/** A range that lies within another or apart from it: a prefix, or from a prefix to the next ones. */
const nested = fc.record({
  digits: fc.stringMatching(/^[0-3]{1,7}$/),
  host: fc.constantFrom('a', 'b', 'c'),
});

describe('property', () => {
  it('the longest prefix wins, as the longest of all that fit does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(nested, { selector: ({ digits }) => digits, maxLength: 40 }),
        fc.array(fc.stringMatching(/^[0-3]{12,19}$/), { minLength: 1, maxLength: 20 }),
        (prefixes, pans) => {
          const lookUp = tableOf(prefixes.map(({ digits, host }) => row({ prefix: digits }, host)));
          for (const pan of pans) {
            const fitting = prefixes.filter(({ digits }) => pan.startsWith(digits));
            const longest = fitting.toSorted((a, b) => b.digits.length - a.digits.length)[0];
            expect(lookUp(pan)).toBe(longest?.host);
          }
        },
      ),
    );
  });
  it('of any ranges either two cross or the narrowest that holds a number is found', () => {
    const range = fc
      .tuple(fc.bigInt(0n, 999_999n), fc.bigInt(0n, 999_999n))
      .map(([a, b]) => (a < b ? [a, b] : [b, a]));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), fc.bigInt(0n, 999_999n), (ranges, number) => {
        const text = (n: bigint): string => String(n).padStart(6, '0');
        const routes = ranges.map(([from, to], i) =>
          row({ from: text(from), to: text(to) }, `h${i}`),
        );
        const built = compiled(routes);
        const crossing = ranges.some(([a, b], i) =>
          ranges.some(
            ([c, d], j) => i !== j && ((a < c && c <= b && b < d) || (a === c && b === d)),
          ),
        );
        expect(built.ok).toBe(!crossing);
        if (!built.ok) return;
        const holding = routes
          .map((one, i) => ({ one, width: ranges[i][1] - ranges[i][0] }))
          .filter((_, i) => ranges[i][0] <= number && number <= ranges[i][1])
          .toSorted((x, y) => Number(x.width - y.width));
        expect(built.routing.lookUp(`${text(number)}0000000000`)?.hosts[0]).toBe(
          holding[0]?.one.hosts[0],
        );
      }),
    );
  });
});
