// I2: a host whose dialect cannot carry what the switch sends is refused before anything is opened, by its name.
import { SettingError } from '@chipswitch/program';
import { specs } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import { dialectOf1987 } from '../../src/dialects/as-1987.ts';
import { hostDialects, registryOf } from '../../src/dialects/host-dialects.ts';
import { parseSwitchConfig } from '../../src/index.ts';
import { checkHosts, sampleMessages } from '../../src/links/check-hosts.ts';
import { settingsOf } from './link-rig.ts';

const config = (host: object): unknown => ({
  instance: 'sw-1',
  acquirerId: '12345678901',
  listen: { host: '127.0.0.1', port: 8583 },
  businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
  hosts: [
    { name: 'good', dialect: 'iso1987Ascii', host: '127.0.0.1', port: 9000 },
    { name: 'later', dialect: 'iso1987Ascii', host: '127.0.0.1', port: 9001, ...host },
  ],
  routes: [{ prefix: '4', scheme: 'visa', hosts: ['good'], cryptogram: 'pass-through' }],
  terminals: [],
  security: { kind: 'soft', keyFile: 'keys.json' },
});

describe('I2: a configuration', () => {
  it.each([...hostDialects.keys()])('takes %s', (dialect) => {
    expect(() => parseSwitchConfig(config({ dialect }))).not.toThrow();
  });
  it.each(['base24', 'baseI', 'iso2003', 'posTerminal', 'moon'])('has no dialect %s', (dialect) => {
    expect(() => parseSwitchConfig(config({ dialect }))).toThrow(SettingError);
    expect(() => parseSwitchConfig(config({ dialect }))).toThrow(
      `config.hosts[1].dialect: "${dialect}" is none of iso1987Ascii`,
    );
  });
  it.each([
    [
      'an element taken out of the spec',
      { spec: { elements: { 18: null } } },
      'config.hosts[1].dialect: 0100 does not fit iso1987Ascii: undefined-field at 18',
    ],
    [
      'an element made shorter',
      { spec: { elements: { 37: { data: 'ascii', len: 6 } } } },
      'config.hosts[1].dialect: 0100 does not fit iso1987Ascii: too-long at 37',
    ],
    ['a network code that is no code', { signOn: { code: '0x1' } }, 'config.hosts[1].signOn'],
    [
      'a spec that is none',
      { spec: { elements: { 48: { data: 'moon' } } } },
      'config.hosts[1].spec: fields.48',
    ],
    [
      'a base that is none',
      { spec: { base: 'moon' } },
      'config.hosts[1].spec.base: "moon" is none of',
    ],
    [
      'a spec that wants a header, without one',
      { spec: { base: 'base24' } },
      'config.hosts[1].dialect: 0800 does not fit iso1987Ascii: missing at header',
    ],
    [
      'an added element that is not there',
      { add: { 129: 'X' } },
      'config.hosts[1].add: the dialect has no DE 129',
    ],
    ['an added element that is too long', { add: { 33: '123456789012' } }, 'too-long at 33'],
    ['a framing without a name', { framing: 'moon' }, 'config.hosts[1].framing: is no framing'],
    [
      'a framing that can never work',
      { framing: { length: 'none' } },
      'config.hosts[1].framing: a frame without',
    ],
    [
      'a TPDU of four bytes',
      { framing: { length: 'binary2', tpdu: '60000000' } },
      'config.hosts[1].framing',
    ],
    ['no key', { matchOn: [] }, 'config.hosts[1].matchOn'],
    ['an element that no terminal may be given', { passedOn: [35] }, 'config.hosts[1].passedOn[0]'],
    [
      'a code that means nothing',
      { responseCodes: { N1: 'QQ' } },
      'config.hosts[1].responseCodes.N1',
    ],
    ['the same name twice', { name: 'good' }, 'config.hosts[1].name: is there twice'],
    ['no address', { host: undefined, port: undefined }, 'config.hosts[1]'],
    [
      'an address and lines',
      { lines: [{ host: 'a', port: 1 }] },
      'config.hosts[1]: must have host and port, or lines',
    ],
    ['no lines', { host: undefined, port: undefined, lines: [] }, 'config.hosts[1].lines'],
  ])('is refused for %s', (_what, host, problem) => {
    const json = JSON.parse(JSON.stringify(config(host))) as unknown;
    expect(() => parseSwitchConfig(json)).toThrow(SettingError);
    expect(() => parseSwitchConfig(json)).toThrow(problem);
  });
  it.each([
    [
      'a header of its own',
      { spec: { base: 'base24' }, messageHeader: '49534F303236303030303530' },
    ],
    ['a MAC that is text', { spec: { elements: { 64: { data: 'ascii', len: 16 } } } }],
    ['its own elements', { add: { 33: '12345678901', 100: '998877' }, remove: [43, 18] }],
    ['any of the framings', { framing: 'ascii4' }],
    [
      'a framing in parts',
      { framing: { length: 'bcd2', inclusive: true, tpdu: '6000010002', trailer: 3 } },
    ],
    [
      'two lines',
      {
        host: undefined,
        port: undefined,
        lines: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2, weight: 3 },
        ],
      },
    ],
  ])('takes a host with %s', (_what, host) => {
    const json = JSON.parse(JSON.stringify(config(host))) as unknown;
    expect(() => parseSwitchConfig(json)).not.toThrow();
  });
});

describe('what is tried before anything is opened', () => {
  it('is every type of message that goes to a host, with every element', () => {
    const messages = sampleMessages();
    expect(new Set(messages.map(({ mti }) => mti))).toEqual(
      new Set(['0100', '0120', '0121', '0200', '0220', '0221', '0420', '0421']),
    );
    const elements = new Set(messages.flatMap((message) => Object.keys(message)));
    for (const element of [
      'de14',
      'de18',
      'de25',
      'de35',
      'de38',
      'de43',
      'de52',
      'de54',
      'de55',
      'de90',
    ]) {
      expect(elements).toContain(element);
    }
  });
  it('finds a dialect that writes what its spec has no place for', () => {
    const wrong = { ...dialectOf1987('wrong', specs['posTerminal']), spec: specs['posTerminal'] };
    expect(() => checkHosts([settingsOf({ dialect: 'wrong' }, 9)], registryOf([wrong]))).toThrow(
      'config.hosts[0].dialect: 0100 does not fit wrong: undefined-field at 18',
    );
  });
});
