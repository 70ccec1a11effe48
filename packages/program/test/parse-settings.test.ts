// Settings: the first wrong place is named from the root, and no value of the input is shown.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  SettingError,
  flagSetting,
  hexSetting,
  listOf,
  parseSettings,
  textOf,
  wholeOf,
  wordOf,
} from '../src/index.ts';

const kinds = v.variant('kind', [
  v.strictObject({ kind: v.literal('near') }),
  v.strictObject({ kind: v.literal('far'), port: wholeOf(1, 9) }),
]);
const settings = v.strictObject({
  name: textOf(/^[a-z]+$/),
  word: v.optional(wordOf(['one', 'two']), 'one'),
  on: flagSetting,
  ports: listOf(wholeOf(1, 9), 3),
  key: v.exactOptional(hexSetting),
  place: v.exactOptional(kinds),
});
const good = { name: 'abc', ports: [1, 2] };

describe('settings', () => {
  it('are given back whole, with what was left out filled in', () => {
    expect(parseSettings(settings, good, 'config')).toEqual({ ...good, word: 'one', on: false });
    const whole = { ...good, word: 'two', on: true, key: '0aFF', place: { kind: 'far', port: 9 } };
    expect(parseSettings(settings, whole, 'config')).toEqual(whole);
  });

  it.each<[unknown, string]>([
    [undefined, 'file.json: must be an object'],
    [[], 'file.json.name: is missing'],
    [{ ports: [] }, 'file.json.name: is missing'],
    [{ ...good, name: '' }, 'file.json.name: must be text of the form ^[a-z]+$'],
    [{ ...good, name: 5 }, 'file.json.name: must be text of the form ^[a-z]+$'],
    [{ ...good, word: 'three' }, 'file.json.word: must be one of one, two'],
    [{ ...good, on: 'yes' }, 'file.json.on: must be true or false'],
    [{ ...good, ports: 1 }, 'file.json.ports: must be a list'],
    [{ ...good, ports: [1, 1, 1, 1] }, 'file.json.ports: must name at most 3'],
    [{ ...good, ports: [1, 10] }, 'file.json.ports[1]: must be a whole number from 1 to 9'],
    [{ ...good, ports: [1.5] }, 'file.json.ports[0]: must be a whole number from 1 to 9'],
    [{ ...good, key: '0' }, 'file.json.key: must be hex'],
    [{ ...good, key: '' }, 'file.json.key: must be hex'],
    [{ ...good, naem: 'x' }, 'file.json.naem: is no setting'],
    [{ ...good, place: 'near' }, 'file.json.place: must be an object'],
    [{ ...good, place: {} }, 'file.json.place.kind: must be one of near, far'],
    [{ ...good, place: { kind: 'far' } }, 'file.json.place.port: is missing'],
  ])('%j: %s', (value, message) => {
    expect(() => parseSettings(settings, value, 'file.json')).toThrow(
      new SettingError(
        message.slice(0, message.indexOf(': ')),
        message.slice(message.indexOf(': ') + 2),
      ),
    );
  });

  it('are not repeated in an error', () => {
    const secret = '0123456789ABCDEFG';
    for (const bad of [{ key: secret }, { name: secret }, { word: secret }, { place: secret }]) {
      let said = '';
      try {
        parseSettings(settings, { ...good, ...bad }, 'file.json');
      } catch (error) {
        said = String(error);
      }
      expect(said).toContain('file.json.');
      expect(said).not.toContain(secret.slice(0, 6));
    }
  });
});
