// The `security` of a configuration: each kind read whole, each bad place named, each key that is named there.
import { SettingError } from '@chipswitch/program';
import type { KeyRef } from '@chipswitch/security-module';
import { describe, expect, it } from 'vitest';
import { checkNamedKeys, parseSwitchConfig } from '../src/index.ts';

const terminal = {
  terminalId: 'TERM0001',
  acceptorId: 'MERCHANT0000001',
  name: 'SHOP',
  city: 'SHANGHAI',
  country: 'CN',
  merchantCategory: '5411',
  currencyNumeric: '156',
};
const withSecurity = (security: unknown, more: object = {}): unknown => ({
  instance: 'sw-1',
  acquirerId: '12345678901',
  listen: { host: '127.0.0.1', port: 8583 },
  businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
  hosts: [{ name: 'a', dialect: 'iso1987Ascii', host: '127.0.0.1', port: 9000 }],
  routes: [{ prefix: '4', scheme: 'visa', hosts: ['a'], cryptogram: 'pass-through' }],
  terminals: [terminal],
  security,
  ...more,
});

const soft = { kind: 'soft', keyFile: 'keys.json' };
const payshield = {
  kind: 'payshield',
  keyFile: 'keys.json',
  hsms: [{ host: '10.0.0.5', port: 1500 }],
  lmk: 'variant',
};
const pkcs11 = {
  kind: 'pkcs11',
  keyFile: 'keys.json',
  modulePath: '/usr/lib/softhsm/libsofthsm2.so',
  tokenLabel: 'switch',
  userPinFile: 'pin',
};
const tls = { authorityFile: 'ca.pem', certificateFile: 'own.pem', keyFile: 'own.key.pem' };

describe('security', () => {
  it('B16: of kind soft, payshield and pkcs11 is read whole, with defaults for every limit', () => {
    expect(parseSwitchConfig(withSecurity(soft)).security).toEqual(soft);
    expect(parseSwitchConfig(withSecurity(payshield)).security).toEqual({
      ...payshield,
      policy: 'spread',
      headerLength: 4,
      connectionsPerHsm: 2,
      timeoutMs: 2_000,
      attemptsMax: 2,
    });
    expect(parseSwitchConfig(withSecurity(pkcs11)).security).toEqual(pkcs11);
    const whole = {
      ...payshield,
      hsms: [{ host: '10.0.0.5', port: 2500, tls }],
      lmk: 'key-block',
      lmkIdentifier: '01',
      lmkCheckValue: '7B44AC1DDEE2A94B',
      policy: 'ordered',
      headerLength: 8,
      connectionsPerHsm: 8,
      timeoutMs: 500,
      attemptsMax: 3,
    };
    expect(parseSwitchConfig(withSecurity(whole)).security).toEqual(whole);
  });
  it.each<[string, unknown]>([
    ['config.security.kind', {}],
    ['config.security.kind', { ...soft, kind: 'Soft' }],
    ['config.security.kind', { ...soft, kind: 'aws' }],
    ['config.security', 'soft'],
    ['config.security', null],
    ['config.security.keyFile', { kind: 'soft' }],
    ['config.security.keyFile', { ...payshield, keyFile: 7 }],
    ['config.security.hsms', { ...payshield, hsms: [] }],
    ['config.security.hsms', { ...payshield, hsms: undefined }],
    ['config.security.hsms[0].port', { ...payshield, hsms: [{ host: 'h', port: 0 }] }],
    [
      'config.security.hsms[0].tls.authorityFile',
      { ...payshield, hsms: [{ host: 'h', port: 1, tls: {} }] },
    ],
    [
      'config.security.hsms[0].tls.keyFile',
      {
        ...payshield,
        hsms: [{ host: 'h', port: 1, tls: { authorityFile: 'a', certificateFile: 'c' } }],
      },
    ],
    ['config.security.lmk', { ...payshield, lmk: undefined }],
    ['config.security.lmk', { ...payshield, lmk: 'keyblock' }],
    ['config.security.lmkIdentifier', { ...payshield, lmkIdentifier: '1' }],
    ['config.security.lmkCheckValue', { ...payshield, lmkCheckValue: '7B44AC' }],
    ['config.security.policy', { ...payshield, policy: 'random' }],
    ['config.security.timeoutMs', { ...payshield, timeoutMs: 0 }],
    ['config.security.attemptsMax', { ...payshield, attemptsMax: 11 }],
    ['config.security.connectionsPerHsm', { ...payshield, connectionsPerHsm: 65 }],
    ['config.security.modulePath', { ...pkcs11, modulePath: undefined }],
    ['config.security.tokenLabel', { ...pkcs11, tokenLabel: '' }],
    ['config.security.userPinFile', { ...pkcs11, userPinFile: undefined }],
  ])('B16: names %s', (place, security) => {
    expect(() => parseSwitchConfig(withSecurity(security))).toThrow(SettingError);
    expect(() => parseSwitchConfig(withSecurity(security))).toThrow(`${place}:`);
  });
  it('B16: a token translates no PINs, so no terminal may have a PIN key there', () => {
    const more = { terminals: [terminal, { ...terminal, terminalId: 'TERM0002', pinKey: 'tpk' }] };
    expect(() => parseSwitchConfig(withSecurity(pkcs11, more))).toThrow(
      'config.terminals[1].pinKey',
    );
    expect(parseSwitchConfig(withSecurity(payshield, more)).terminals[1].pinKey).toBe('tpk');
  });
});

describe('keys that a configuration names', () => {
  const keyOf = (id: string, usage: KeyRef['usage']): [string, KeyRef] => [
    id,
    { id, usage, algorithm: '2TDEA', kcv: '08D7B4' },
  ];
  const keys = new Map([keyOf('tpk', 'P0'), keyOf('zpk', 'P0'), keyOf('imk', 'E0')]);
  const config = {
    hosts: [{ pinKey: 'zpk' }, {}],
    terminals: [{ pinKey: 'tpk' }, {}],
    routes: [{ issuerKey: 'imk' }, {}],
  };
  it('B16: are there, of the right usage', () => {
    expect(() => checkNamedKeys(config, keys)).not.toThrow();
  });
  it.each([
    ['config.hosts[0].pinKey: there is no key "kpz"', { hosts: [{ pinKey: 'kpz' }] }],
    ['config.hosts[1].pinKey', { hosts: [{}, { pinKey: 'imk' }] }],
    ['config.terminals[0].pinKey', { terminals: [{ pinKey: '' }] }],
    [
      'config.terminals[0].pinKey: key "imk" has usage E0, not P0',
      { terminals: [{ pinKey: 'imk' }] },
    ],
    ['config.routes[0].issuerKey', { routes: [{ issuerKey: 'tpk' }] }],
  ])('B16: names %s', (place, change) => {
    expect(() => checkNamedKeys({ ...config, ...change }, keys)).toThrow(SettingError);
    expect(() => checkNamedKeys({ ...config, ...change }, keys)).toThrow(place);
  });
});
