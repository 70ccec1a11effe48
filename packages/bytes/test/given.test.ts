// Optional properties: what is undefined is left out, everything else stays as it is.
import { describe, expect, it } from 'vitest';
import { given } from '../src/index.ts';

describe('given', () => {
  it('leaves out what is undefined, and only that', () => {
    const kept = given({ a: undefined, b: null, c: 0, d: '', e: false, f: 1n });
    expect(Object.entries(kept)).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
      ['e', false],
      ['f', 1n],
    ]);
    expect(Object.keys(given({ a: undefined }))).toEqual([]);
  });
  it('never overwrites by undefined', () => {
    expect({ host: 'a', ...given({ host: undefined }) }).toEqual({ host: 'a' });
  });
  it('takes own properties only', () => {
    const inherited = Object.create({ host: 'a' }) as { host?: string };
    expect(Object.keys(given(inherited))).toEqual([]);
  });
});
