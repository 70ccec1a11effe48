// Addresses of Redis: what each says, and what is refused by the name of its setting.
import { describe, expect, it } from 'vitest';
import { SettingError, readRedisAddress } from '../src/index.ts';

const plain = { isTls: false };

describe('the address of Redis', () => {
  it.each([
    ['redis://localhost', { kind: 'single', url: 'redis://localhost' }],
    ['rediss://u:p@h:7000/2', { kind: 'single', url: 'rediss://u:p@h:7000/2' }],
    [
      'redis-sentinel://a,b:7,[::1]:8#main',
      {
        kind: 'sentinel',
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 7 },
          { host: '::1', port: 8 },
        ],
        name: 'main',
        database: 0,
        ...plain,
      },
    ],
    [
      'rediss-sentinel://me:p%40ss@a/3?sentinelPassword=s%23#my main',
      {
        kind: 'sentinel',
        nodes: [{ host: 'a', port: 26_379 }],
        name: 'my main',
        database: 3,
        isTls: true,
        username: 'me',
        password: 'p@ss',
        sentinelPassword: 's#',
      },
    ],
    [
      'redis-cluster://:secret@a:1,b',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 6_379 },
        ],
        ...plain,
        password: 'secret',
      },
    ],
    ['redis-cluster://a/0', { kind: 'cluster', nodes: [{ host: 'a', port: 6_379 }], ...plain }],
  ])('%s', (text, address) => {
    expect(readRedisAddress('REDIS_URL', text)).toEqual(address);
  });
  it.each([
    ['', 'must be a URL'],
    ['localhost:6379', 'must be a URL'],
    ['http://localhost', 'must be a URL'],
    ['redis-sentinel://', 'must be a URL'],
    ['redis-sentinel://a,b', 'needs #NAME'],
    ['redis-sentinel://a,,b#main', 'HOST or HOST:PORT'],
    ['redis-sentinel://a:0#main', 'HOST or HOST:PORT'],
    ['redis-cluster://a:70000', 'HOST or HOST:PORT'],
    ['redis-cluster://:%zz@a', 'has a % that'],
    ['redis-cluster://a/1', 'one database'],
    ['redis-cluster://a#main', 'one database'],
    [`redis-cluster://${'a,'.repeat(100)}a`, 'more than 100'],
  ])('%s is refused', (text, words) => {
    const read = (): unknown => readRedisAddress('REDIS_URL', text);
    expect(read).toThrow(SettingError);
    expect(read).toThrow(words);
  });
  it('is refused without its password', () => {
    expect(() => readRedisAddress('REDIS_URL', 'redis-sentinel://me:hidden@a')).not.toThrow(
      'hidden',
    );
  });
});
