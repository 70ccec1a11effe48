// A schema with a memory: the same object is read once, another one always, a wrong one every time.
import { SettingError, parseSettings, textOf, wholeOf } from '@chipswitch/program';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { remembered } from '../../src/remembered-setting.ts';

let read = 0;
const schema = v.strictObject({
  rows: v.array(
    remembered(
      v.strictObject({
        name: v.pipe(
          textOf(),
          v.transform((name) => {
            read++;
            return name.toUpperCase();
          }),
        ),
        port: v.optional(wholeOf(1, 9), 1),
      }),
    ),
  ),
});
const parsed = (rows: readonly unknown[]) => parseSettings(schema, { rows }, 'config').rows;

describe('a remembered setting', () => {
  it('is made once of the same object, and is the same', () => {
    const [a, b] = [{ name: 'a' }, { name: 'b' }];
    const before = read;
    const first = parsed([a, b]);
    const second = parsed([b, a, { name: 'c' }]);
    expect(read - before).toBe(3);
    expect(second.map(({ name, port }) => [name, port])).toEqual([
      ['B', 1],
      ['A', 1],
      ['C', 1],
    ]);
    expect([second[0], second[1]]).toEqual([first[1], first[0]]);
    expect(second[1]).toBe(first[0]);
    // What was given stays as it was.
    expect(a).toEqual({ name: 'a' });
  });
  it('is made anew of an object that only looks the same', () => {
    expect(parsed([{ name: 'a' }])[0]).not.toBe(parsed([{ name: 'a' }])[0]);
  });
  it.each([
    ['config.rows[1].port', { name: 'a', port: 10 }],
    ['config.rows[1].name', { port: 1 }],
    ['config.rows[1].more', { name: 'a', more: 1 }],
    ['config.rows[1]', 'a'],
    ['config.rows[1]', null],
  ])('that is wrong is refused every time, by its place: %s', (place, row) => {
    for (let time = 0; time < 2; time++) {
      expect(() => parsed([{ name: 'good' }, row])).toThrow(SettingError);
      expect(() => parsed([{ name: 'good' }, row])).toThrow(place);
    }
  });
});
