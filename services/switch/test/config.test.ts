// Configuration: a good one is read whole; each bad place is named, in the file or the environment.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingError } from '@chipswitch/program';
import { describe, expect, it } from 'vitest';
import { loadKeyFile, parseSwitchConfig, readSwitchConfig } from '../src/index.ts';

const good = {
  instance: 'sw-1',
  acquirerId: '12345678901',
  listen: { host: '127.0.0.1', port: 8583 },
  businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
  hosts: [{ name: 'a', dialect: 'iso1987Ascii', host: '127.0.0.1', port: 9000 }],
  routes: [{ prefix: '4', scheme: 'visa', hosts: ['a'], cryptogram: 'pass-through' }],
  terminals: [
    {
      terminalId: 'TERM0001',
      acceptorId: 'MERCHANT0000001',
      name: 'SHOP',
      city: 'SHANGHAI',
      country: 'CN',
      merchantCategory: '5411',
      currencyNumeric: '156',
      amountMinorMax: '500000',
    },
  ],
  security: { kind: 'soft', keyFile: 'keys.json' },
};
const changed = (change: object): unknown => ({ ...good, ...change });

describe('a configuration', () => {
  it('R37: the terminal’s time is nested above the hosts’', () => {
    expect(parseSwitchConfig(good).listen.terminalMs).toBe(25_000);
    const listen = { ...good.listen, terminalMs: 20_000 };
    expect(() => parseSwitchConfig(changed({ listen }))).toThrow(
      /^config\.listen\.terminalMs: must be longer than the slowest host's answerMs \(20000\)/,
    );
  });
  it('has defaults for every limit', () => {
    const config = parseSwitchConfig(good);
    expect(config.listen).toMatchObject({ connectionsMax: 10_000, frameBytesMax: 8192 });
    expect(config.hosts[0].timers).toMatchObject({ answerMs: 20_000, triesMax: 6 });
    expect(config.terminals[0].amountMinorMax).toBe(500_000n);
  });
  it.each([
    ['config.instance', changed({ instance: 'Sw 1' })],
    ['config.acquirerId', changed({ acquirerId: 'x' })],
    ['config.listen.port', changed({ listen: { ...good.listen, port: 70_000 } })],
    [
      'config.listen.frameDeadlineMs',
      changed({ listen: { ...good.listen, frameDeadlineMs: '1' } }),
    ],
    ['config.hosts', changed({ hosts: 'a' })],
    ['config.hosts[0].name', changed({ hosts: [{ ...good.hosts[0], name: '' }] })],
    ['config.routes[0].hosts', changed({ routes: [{ ...good.routes[0], hosts: ['b'] }] })],
    ['config.routes[0].prefix', changed({ routes: [{ ...good.routes[0], prefix: '4x' }] })],
    [
      'config.routes[0].issuerKey',
      changed({ routes: [{ ...good.routes[0], cryptogram: 'verify-here' }] }),
    ],
    [
      'config.terminals[0].terminalId',
      changed({ terminals: [{ ...good.terminals[0], terminalId: 'T' }] }),
    ],
    ['config.terminals[0].blocked', changed({ terminals: [{ ...good.terminals[0], blocked: 1 }] })],
    ['config.businessDay', changed({ businessDay: [] })],
    ['config.security', changed({ security: undefined })],
    ['config', []],
  ])('names %s', (place, json) => {
    expect(() => parseSwitchConfig(json)).toThrow(SettingError);
    expect(() => parseSwitchConfig(json)).toThrow(place);
  });
  it('names the file that cannot be read', () => {
    expect(() => readSwitchConfig('/nowhere/switch.json')).toThrow('/nowhere/switch.json');
  });
});

describe('a key file', () => {
  const secret = '0123456789ABCDEFFEDCBA9876543210';
  const keys = {
    allowClearKeysInProcess: true,
    keys: [{ id: 'zpk', usage: 'P0', algorithm: '2TDEA', hex: secret }],
    panHmacKey: '11'.repeat(32),
    panDataKey: '22'.repeat(32),
  };
  const written = (content: unknown, mode = 0o600): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'chipswitch-')), 'keys.json');
    writeFileSync(path, JSON.stringify(content), { mode });
    return path;
  };
  it('is loaded into a soft module that keeps the keys to itself', () => {
    const loaded = loadKeyFile(written(keys));
    expect(loaded.keys.get('zpk')).toMatchObject({ id: 'zpk', usage: 'P0', kcv: '08D7B4' });
    expect(JSON.stringify([...loaded.keys.values()])).not.toContain(secret);
  });
  it.each([
    ['others may read it', keys, 0o644, 'chmod 600'],
    [
      'it does not allow clear keys',
      { ...keys, allowClearKeysInProcess: false },
      0o600,
      'allowClearKeysInProcess',
    ],
    [
      'a key is no hex',
      { ...keys, keys: [{ ...keys.keys[0], hex: `${secret}X` }] },
      0o600,
      'keys[0].hex',
    ],
    [
      'a key is too short',
      { ...keys, keys: [{ ...keys.keys[0], hex: '0123' }] },
      0o600,
      'key-length',
    ],
    [
      'a usage is unknown',
      { ...keys, keys: [{ ...keys.keys[0], usage: 'ZZ' }] },
      0o600,
      'keys[0].usage: must be one of',
    ],
    ['a key is there twice', { ...keys, keys: [keys.keys[0], keys.keys[0]] }, 0o600, 'keys[1]'],
    ['the hash key is missing', { ...keys, panHmacKey: undefined }, 0o600, 'panHmacKey'],
  ])('is refused when %s, and no error holds a key', (_why, content, mode, place) => {
    let said = '';
    try {
      loadKeyFile(written(content, mode));
    } catch (error) {
      expect(error).toBeInstanceOf(SettingError);
      said = String(error);
    }
    expect(said).toContain(place);
    expect(said).not.toContain(secret.slice(0, 12));
  });
});
