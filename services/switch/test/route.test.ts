// The routing stage: what it makes of a request, the links' states and the configuration; its early exits.
import type { PaymentRequest } from '@chipswitch/transaction';
import { createTurns } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import type { Asked } from '../src/asked.ts';
import { configuredParts } from '../src/configuration/configured-parts.ts';
import type { Desk } from '../src/desk.ts';
import { type SwitchConfig, parseSwitchConfig } from '../src/index.ts';
import { chooseRoute } from '../src/route.ts';
import { minuteOfDayIn } from '../src/time-of-day.ts';

const host = (name: string, more: object = {}): object => ({
  name,
  dialect: 'iso1987Ascii',
  host: '127.0.0.1',
  port: 9000,
  ...more,
});
const route = (more: object = {}): object => ({
  prefix: '4',
  scheme: 'visa',
  hosts: ['a', 'b'],
  cryptogram: 'pass-through',
  ...more,
});
const settings = (more: object = {}): object => ({
  instance: 'sw-1',
  acquirerId: '12345678901',
  listen: { host: '127.0.0.1', port: 8583 },
  businessDay: { timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
  hosts: [host('a'), host('b'), host('c')],
  routes: [route()],
  terminals: [
    {
      terminalId: 'TERM0001',
      acceptorId: 'MERCHANT0000001',
      name: 'SHOP',
      city: 'SHANGHAI',
      country: 'CN',
      merchantCategory: '5411',
      currencyNumeric: '156',
    },
  ],
  security: { kind: 'soft', keyFile: 'keys.json' },
  ...more,
});

/** As a file says it: what is undefined is not there. */
const json = (more: object = {}): unknown => JSON.parse(JSON.stringify(settings(more)));

function deskOf(config: SwitchConfig, up: readonly string[], nowMs = 0): Desk {
  const minuteOfDay = minuteOfDayIn(config.businessDay.timeZone);
  const desk: Partial<Desk> = {
    ...configuredParts(config),
    turn: createTurns(),
    minuteOfDay: () => minuteOfDay(nowMs),
    linkTo: (name) => ({ state: up.includes(name) ? 'up' : 'down' }) as ReturnType<Desk['linkTo']>,
  };
  return desk as Desk;
}
const asked = (more: Partial<PaymentRequest> = {}): Asked =>
  ({
    request: {
      pan: '4111111111111111',
      amountMinor: 5_000n,
      currencyNumeric: '156',
      acceptorId: 'MERCHANT0000001',
      terminalId: 'TERM0001',
      kind: 'purchase',
      ...more,
    },
  }) as unknown as Asked;

function chosen(
  more: object,
  { up = ['a', 'b', 'c'], nowMs = 0 }: { up?: readonly string[]; nowMs?: number } = {},
  of: Asked = asked(),
): string {
  const found = chooseRoute(deskOf(parseSwitchConfig(json(more)), up, nowMs), of);
  return found.ok ? found.hosts.join(' ') : found.error.code;
}

describe('the routing stage', () => {
  it('tries hosts in their order, those that are not signed on last', () => {
    expect(chosen({})).toBe('a b');
    expect(chosen({}, { up: ['b'] })).toBe('b a');
    expect(chosen({}, { up: [] })).toBe('a b');
  });
  it('refuses a card of no range (15), and one whose hosts all take no new payments (91)', () => {
    const card = asked({ pan: '6228480402564890018' as PaymentRequest['pan'] });
    expect(chosen({}, {}, card)).toBe('no-route');
    const drained = [host('a', { drain: true }), host('b', { drain: true })];
    expect(chosen({ hosts: drained })).toBe('host-unavailable');
  });
  it('sends nothing new to a host that is drained', () => {
    expect(chosen({ hosts: [host('a', { drain: true }), host('b')] })).toBe('b');
  });
  it.each([
    ['2026-11-22T13:59:00Z', 'a b'], // 21:59 in Shanghai
    ['2026-11-22T14:00:00Z', 'c'],
    ['2026-11-22T21:59:00Z', 'c'],
    ['2026-11-22T22:00:00Z', 'a b'],
  ])('goes by the time of day in the zone of the business day: at %s to %s', (now, hosts) => {
    const night = { name: 'night', when: { timeFrom: '22:00', timeUntil: '06:00' }, hosts: ['c'] };
    expect(chosen({ rules: [night] }, { nowMs: Date.parse(now) })).toBe(hosts);
  });
  it('goes by merchant, terminal, kind, amount and currency of the request', () => {
    const when = {
      merchants: ['MERCHANT0000001'],
      terminals: ['TERM0001'],
      kinds: ['purchase'],
      currencies: ['156'],
      amountMinorMin: '5000',
      amountMinorMax: '5000',
    };
    const rules = [{ name: 'one', when, hosts: ['c'] }];
    expect(chosen({ rules })).toBe('c');
    for (const differs of [
      { acceptorId: 'MERCHANT0000002' },
      { terminalId: 'TERM0002' },
      { kind: 'refund' },
      { currencyNumeric: '840' },
      { amountMinor: 5_001n },
    ]) {
      expect(chosen({ rules }, {}, asked(differs))).toBe('a b');
    }
  });
});

describe('routing in a configuration', () => {
  it.each<[string, object]>([
    [
      'config.routes[0].prefix: must say which card numbers',
      { routes: [route({ prefix: undefined })] },
    ],
    ['config.routes[0].to', { routes: [route({ prefix: undefined, from: '50', to: '49' })] }],
    ['config.routes[0].from', { routes: [route({ prefix: undefined, from: '5x', to: '51' })] }],
    [
      'config.routes[0].to: must leave a range as wide as a prefix of 12 digits',
      { routes: [route({ prefix: undefined, from: '4761739001010119', to: '4761739001010119' })] },
    ],
    [
      'config.routes[1].prefix: is the same range as that of routes[0]',
      { routes: [route(), route({ hosts: ['b'] })] },
    ],
    [
      'config.routes[1].from: begins inside and ends outside the range of routes[0]',
      {
        routes: [
          route({ prefix: undefined, from: '40', to: '45' }),
          route({ prefix: undefined, from: '44', to: '46' }),
        ],
      },
    ],
    ['config.routes[0].hosts: must name a host', { routes: [route({ hosts: [] })] }],
    ['config.routes[0].hosts: there is no host "x"', { routes: [route({ hosts: ['a', 'x'] })] }],
    ['config.routes[0].choose', { routes: [route({ choose: 'random' })] }],
    ['config.routes[0].weights', { routes: [route({ choose: 'weighted' })] }],
    ['config.routes[0].weights[1]', { routes: [route({ choose: 'weighted', weights: [1, 0] })] }],
    ['config.rules[0].name', { rules: [{ name: 'A b', when: {}, hosts: ['a'] }] }],
    [
      'config.rules[0].hosts: there is no host "x"',
      { rules: [{ name: 'r', when: {}, hosts: ['x'] }] },
    ],
    [
      'config.rules[0].when.kinds: must be kinds of payment',
      { rules: [{ name: 'r', when: { kinds: ['sale'] }, hosts: ['a'] }] },
    ],
    [
      'config.rules[0].when.merchants: must name at least one',
      { rules: [{ name: 'r', when: { merchants: [] }, hosts: ['a'] }] },
    ],
    [
      'config.rules[0].when.timeFrom',
      { rules: [{ name: 'r', when: { timeFrom: '25:00' }, hosts: ['a'] }] },
    ],
    [
      'config.rules[0].when.scheme: is no setting',
      { rules: [{ name: 'r', when: { scheme: 'visa' }, hosts: ['a'] }] },
    ],
    [
      'config.costs[0].host: there is no host "x"',
      { costs: [{ host: 'x', currency: '156', fixedMinor: '0', partsPerMillion: 1 }] },
    ],
    [
      'config.costs[0].partsPerMillion',
      { costs: [{ host: 'a', currency: '156', fixedMinor: '0', partsPerMillion: 1_000_001 }] },
    ],
  ])('%s', (said, more) => {
    expect(() => parseSwitchConfig(json(more))).toThrow(said);
  });
});
