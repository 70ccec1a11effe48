// Rules and hosts: the first rule that fits decides, a host is chosen among those that are up, the reason says why.
import { describe, expect, it } from 'vitest';
import {
  type HostState,
  type RouteRow,
  type RoutingCondition,
  type RoutingPlan,
  type RoutingQuestion,
  type RoutingRule,
  compileRouting,
  createTurns,
  routeReasonText,
} from '../../src/index.ts';

const visa: RouteRow = {
  prefix: '4',
  scheme: 'visa',
  product: 'debit',
  hosts: ['a', 'b'],
  cryptogram: 'pass-through',
};
const other: RouteRow = { ...visa, prefix: '6', scheme: 'unionpay', hosts: ['c'] };
const plan: RoutingPlan = { routes: [visa, other], rules: [], costs: [] };
const rule = (when: RoutingCondition, more: Partial<RoutingRule> = {}): RoutingRule => ({
  name: 'one',
  when,
  hosts: ['c'],
  ...more,
});
const question = (more: Partial<RoutingQuestion> = {}): RoutingQuestion => ({
  pan: '4111111111111111',
  amountMinor: 5_000n,
  currencyNumeric: '156',
  merchant: 'MERCHANT0000001',
  terminalId: 'TERM0001',
  kind: 'purchase',
  minuteOfDay: () => 600,
  stateOf: () => 'up',
  turn: () => 0,
  ...more,
});
const states =
  (by: Readonly<Record<string, HostState>>) =>
  (host: string): HostState =>
    by[host] ?? 'up';

function decided(of: Partial<RoutingPlan>, more: Partial<RoutingQuestion> = {}) {
  const built = compileRouting({ ...plan, ...of });
  if (!built.ok) throw new Error(`${built.error.code} at ${built.error.path}`);
  return built.routing.decide(question(more));
}
function hostsOf(of: Partial<RoutingPlan>, more: Partial<RoutingQuestion> = {}): string {
  const decision = decided(of, more);
  return decision.ok ? decision.hosts.join(' ') : decision.error.code;
}
function reasonOf(of: Partial<RoutingPlan>, more: Partial<RoutingQuestion> = {}): string {
  const decision = decided(of, more);
  return decision.ok ? routeReasonText(decision.reason) : decision.error.code;
}

const inText = (when: RoutingCondition): string =>
  JSON.stringify(when, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

describe('a rule', () => {
  const fitting: readonly [RoutingCondition, boolean][] = [
    [{}, true],
    [{ schemes: ['visa'] }, true],
    [{ schemes: ['unionpay'] }, false],
    [{ products: ['debit'] }, true],
    [{ currencies: ['156', '840'] }, true],
    [{ currencies: ['840'] }, false],
    [{ currencies: ['156'], amountMinorMin: 5_000n }, true],
    [{ currencies: ['156'], amountMinorMin: 5_001n }, false],
    [{ currencies: ['156'], amountMinorMax: 5_000n }, true],
    [{ currencies: ['156'], amountMinorMax: 4_999n }, false],
    [{ merchants: ['MERCHANT0000001'] }, true],
    [{ merchants: ['MERCHANT0000002'] }, false],
    [{ terminals: ['TERM0001'] }, true],
    [{ terminals: ['TERM0002'] }, false],
    [{ kinds: ['refund', 'purchase'] }, true],
    [{ kinds: ['refund'] }, false],
    [{ timeFrom: '10:00', timeUntil: '10:01' }, true],
    [{ timeFrom: '09:00', timeUntil: '10:00' }, false],
    [{ timeFrom: '22:00', timeUntil: '10:01' }, true],
    [{ timeFrom: '22:00', timeUntil: '06:00' }, false],
    [{ timeFrom: '10:00', timeUntil: '10:00' }, true],
    [{ schemes: ['visa'], kinds: ['purchase'], merchants: ['MERCHANT0000002'] }, false],
  ];
  const named = fitting.map(([when, fits]) => [inText(when), fits, when] as const);
  it.each(named)('for %s fits a purchase of 50.00 CNY at ten: %s', (_text, fits, when) => {
    expect(hostsOf({ rules: [rule(when)] })).toBe(fits ? 'c' : 'a b');
  });
  it('is tried in order: the first that fits decides', () => {
    const rules = [
      rule({ kinds: ['refund'] }, { name: 'refunds', hosts: ['a'] }),
      rule({ schemes: ['visa'] }, { name: 'visa', hosts: ['b'] }),
      rule({}, { name: 'rest', hosts: ['c'] }),
    ];
    expect(hostsOf({ rules })).toBe('b');
    expect(reasonOf({ rules })).toBe('rule visa: primary-secondary');
    expect(hostsOf({ rules }, { kind: 'refund' })).toBe('a');
    expect(hostsOf({ rules }, { pan: '6228480402564890018' })).toBe('c');
  });
  it('whose hosts all take no new payments is as if it were not there', () => {
    const rules = [rule({}, { hosts: ['c'] })];
    expect(hostsOf({ rules }, { stateOf: states({ c: 'drained' }) })).toBe('a b');
  });
  it('decides too when its hosts are down: where it sends nobody else may', () => {
    const rules = [rule({}, { hosts: ['c'] })];
    expect(hostsOf({ rules }, { stateOf: states({ c: 'down' }) })).toBe('c');
  });
  it('keeps the treatment of the card that the range has', () => {
    const decision = decided({ rules: [rule({})] });
    expect(decision.ok && decision.route).toBe(visa);
  });
  it('asks for the time of day only where a rule needs it', () => {
    const minuteOfDay = (): number => {
      throw new Error('nobody asked');
    };
    expect(hostsOf({ rules: [rule({ kinds: ['refund'] })] }, { minuteOfDay })).toBe('a b');
  });
  it.each<[string, RoutingRule, string, string]>([
    ['no host', rule({}, { hosts: [] }), 'no-host', 'rules[0].hosts'],
    ['a host twice', rule({}, { hosts: ['a', 'a'] }), 'host-twice', 'rules[0].hosts'],
    ['shares missing', rule({}, { choose: 'weighted' }), 'weights-missing', 'rules[0].weights'],
    ['shares of nothing', rule({}, { weights: [1] }), 'weights-missing', 'rules[0].weights'],
    [
      'a share too many',
      rule({}, { choose: 'weighted', weights: [1, 2] }),
      'weights-unlike',
      'rules[0].weights',
    ],
    [
      'a scheme of no route',
      rule({ schemes: ['vsia'] }),
      'unknown-scheme',
      'rules[0].when.schemes',
    ],
    [
      'a product of no route',
      rule({ products: ['x'] }),
      'unknown-product',
      'rules[0].when.products',
    ],
    ['a kind that is none', rule({ kinds: ['sale'] }), 'unknown-kind', 'rules[0].when.kinds'],
    [
      'an amount of no currency',
      rule({ amountMinorMin: 1n }),
      'currency-missing',
      'rules[0].when.currencies',
    ],
    [
      'amounts backwards',
      rule({ currencies: ['156'], amountMinorMin: 2n, amountMinorMax: 1n }),
      'amounts-backwards',
      'rules[0].when.amountMinorMax',
    ],
    ['half a time', rule({ timeFrom: '10:00' }), 'time-missing', 'rules[0].when.timeUntil'],
    [
      'a time that is none',
      rule({ timeFrom: '10:00', timeUntil: '24:00' }),
      'time-missing',
      'rules[0].when.timeUntil',
    ],
  ])('with %s is refused by its place', (_what, bad, code, path) => {
    expect(compileRouting({ ...plan, rules: [bad] })).toEqual({ ok: false, error: { code, path } });
  });
  it('needs a name of its own', () => {
    expect(compileRouting({ ...plan, rules: [rule({}), rule({})] })).toEqual({
      ok: false,
      error: { code: 'name-twice', path: 'rules[1].name' },
    });
  });
});

describe('hosts', () => {
  const threeHosts = ['a', 'b', 'c'];
  const ofThree = (more: Partial<RouteRow>): Partial<RoutingPlan> => ({
    routes: [{ ...visa, hosts: threeHosts, ...more }],
  });
  it.each<[Readonly<Record<string, HostState>>, string, string]>([
    [{}, 'a b c', 'range: primary-secondary'],
    [{ a: 'down' }, 'b c a', 'range: primary-secondary, past a down'],
    [{ a: 'drained' }, 'b c', 'range: primary-secondary, past a drained'],
    [
      { a: 'down', b: 'drained', c: 'down' },
      'a c',
      'range: primary-secondary, past a down, b drained, c down',
    ],
    [{ a: 'drained', b: 'drained', c: 'drained' }, 'all-drained', 'all-drained'],
  ])('in states %j are tried as %s', (by, hosts, reason) => {
    expect(hostsOf(ofThree({}), { stateOf: states(by) })).toBe(hosts);
    expect(reasonOf(ofThree({}), { stateOf: states(by) })).toBe(reason);
  });
  it('take turns, past those that are down', () => {
    const turn = createTurns();
    const next = (by = {}): string =>
      hostsOf(ofThree({ choose: 'round-robin' }), { turn, stateOf: states(by) });
    expect([next(), next(), next(), next()]).toEqual(['a b c', 'b c a', 'c a b', 'a b c']);
    expect([next({ b: 'down' }), next({ b: 'down' })]).toEqual(['a c b', 'c a b']);
  });
  it('of different choosers take turns by themselves', () => {
    const turn = createTurns();
    const routes: RouteRow[] = [
      { ...visa, choose: 'round-robin' },
      { ...other, choose: 'round-robin', hosts: ['a', 'b'] },
    ];
    const seen = ['4111111111111111', '6228480402564890018', '4111111111111111'].map((pan) =>
      hostsOf({ routes }, { turn, pan }),
    );
    expect(seen).toEqual(['a b', 'a b', 'b a']);
  });
  it('get their shares exactly, and not all at once', () => {
    const turn = createTurns();
    const firsts = Array.from({ length: 10 }, () =>
      hostsOf(ofThree({ choose: 'weighted', weights: [7, 2, 1] }), { turn }).charAt(0),
    );
    const share = (host: string): number => firsts.filter((first) => first === host).length;
    expect([share('a'), share('b'), share('c')]).toEqual([7, 2, 1]);
    expect(firsts.join('')).not.toMatch(/bb|aaaaa/);
  });
  it('share what one that is down would have got', () => {
    const turn = createTurns();
    const firsts = Array.from({ length: 30 }, () =>
      hostsOf(ofThree({ choose: 'weighted', weights: [7, 2, 1] }), {
        turn,
        stateOf: states({ a: 'down' }),
      }),
    );
    expect(firsts.filter((hosts) => hosts === 'b c a')).toHaveLength(20);
    expect(firsts.filter((hosts) => hosts === 'c b a')).toHaveLength(10);
  });
  it.each([
    [5_000, 'b a c'],
    [100, 'a b c'],
  ])('that cost least come first for an amount of %s, unpriced ones last', (amount, hosts) => {
    const amountMinor = BigInt(amount);
    const costs = [
      { host: 'c', scheme: 'unionpay', currency: '156', fixedMinor: 0n, partsPerMillion: 0 },
      { host: 'c', currency: '840', fixedMinor: 0n, partsPerMillion: 0 },
      { host: 'c', product: 'credit', currency: '156', fixedMinor: 0n, partsPerMillion: 0 },
      { host: 'a', currency: '156', fixedMinor: 0n, partsPerMillion: 6_000 },
      { host: 'b', currency: '156', fixedMinor: 10n, partsPerMillion: 3_800 },
      { host: 'b', currency: '156', fixedMinor: 0n, partsPerMillion: 1 },
    ];
    const reason = 'range: least-cost';
    expect(hostsOf({ ...ofThree({ choose: 'least-cost' }), costs }, { amountMinor })).toBe(hosts);
    expect(reasonOf({ ...ofThree({ choose: 'least-cost' }), costs }, { amountMinor })).toBe(reason);
  });
  it('are none for a card of no range', () => {
    expect(hostsOf({}, { pan: '5413330089020011' })).toBe('no-range');
  });
});
