// Settings of several processes beside each other: how many, and what each of them is.
import { describe, expect, it } from 'vitest';
import { configOfWorker, workersWanted } from '../src/workers.ts';

describe('workers', () => {
  it.each([
    [undefined, 0],
    ['1', 1],
    ['10', 10],
  ])('wanted by %s: %i', (text, count) => {
    expect(workersWanted({ SWITCH_WORKERS: text })).toBe(count);
  });
  it.each(['', '0', '11', '-1', '2.5', 'many', '1e1'])('wanted by "%s" is refused', (text) => {
    expect(() => workersWanted({ SWITCH_WORKERS: text })).toThrow('SWITCH_WORKERS: must be');
  });
  it('have a name and a node of their own', () => {
    const config = { instance: 'one', node: 3 };
    expect(configOfWorker(config, {})).toBe(config);
    expect(configOfWorker(config, { SWITCH_WORKER: '2' })).toEqual({ instance: 'one-2', node: 5 });
  });
  it.each([
    [{ instance: 'one', node: 9 }, 'config.node'],
    [{ instance: 'o'.repeat(31), node: 0 }, 'config.instance'],
  ])('%o has no room for a second one', (config, place) => {
    expect(() => configOfWorker(config, { SWITCH_WORKER: '1' })).toThrow(place);
  });
});
