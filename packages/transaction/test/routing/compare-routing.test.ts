// A proposed routing against recorded payments: what would go elsewhere, and why; what cannot be told is not guessed.
import { describe, expect, it } from 'vitest';
import {
  type RecordedPayment,
  type RouteRow,
  type RoutingPlan,
  type RoutingToCompare,
  compareRouting,
  compileRouting,
} from '../../src/index.ts';

const row = (prefix: string, hosts: readonly string[], more: Partial<RouteRow> = {}): RouteRow => ({
  prefix,
  scheme: 'visa',
  hosts,
  cryptogram: 'pass-through',
  ...more,
});
const routing = (plan: Partial<RoutingPlan>, drained: readonly string[] = []): RoutingToCompare => {
  const built = compileRouting({ routes: [], rules: [], costs: [], ...plan });
  if (!built.ok) throw new Error(built.error.path);
  return { routing: built.routing, isDrained: (host) => drained.includes(host) };
};
let last = 0;
const payment = (pan: string, more: Partial<RecordedPayment> = {}): RecordedPayment => ({
  paymentId: String(++last),
  pan,
  amountMinor: 1_000n,
  currencyNumeric: '156',
  merchant: 'MERCHANT0000001',
  terminalId: 'TERM0001',
  kind: 'purchase',
  minuteOfDay: () => 0,
  ...more,
});
const current = routing({ routes: [row('4', ['a', 'b']), row('47617390', ['b'])] });

describe('a comparison', () => {
  it('of a routing with itself finds nothing, turns and shares included', () => {
    const plan = {
      routes: [
        row('4', ['a', 'b'], { choose: 'weighted', weights: [3, 1] }),
        row('5', ['a', 'b'], { choose: 'round-robin' }),
      ],
    };
    const recorded = Array.from({ length: 100 }, (_, i) =>
      payment(i % 2 === 0 ? '4111111111111111' : '5413330089020011'),
    );
    expect(compareRouting(routing(plan), routing(plan), recorded)).toMatchObject({
      payments: 100,
      same: 100,
      elsewhere: 0,
      moves: [],
    });
  });
  it('counts what would go elsewhere, from where to where and why, the most first', () => {
    const rules = [{ name: 'refunds', when: { kinds: ['refund'] }, hosts: ['b'] }];
    const proposed = routing({ routes: [row('4', ['a', 'b']), row('47617390', ['a'])], rules });
    const refund = payment('4111111111111111', { kind: 'refund' });
    const recorded = [
      payment('4111111111111111'),
      payment('4761739001010119'),
      refund,
      payment('4761739001010119'),
    ];
    expect(compareRouting(current, proposed, recorded)).toMatchObject({
      payments: 4,
      same: 1,
      elsewhere: 3,
      refused: 0,
      untold: 0,
      moves: [
        {
          from: 'b',
          to: 'a',
          was: 'range: primary-secondary',
          would: 'range: primary-secondary',
          payments: 2,
        },
        {
          from: 'a',
          to: 'b',
          was: 'range: primary-secondary',
          would: 'rule refunds: primary-secondary',
          payments: 1,
          examples: [refund.paymentId],
        },
      ],
    });
  });
  it('says what would have no route, and what a drained host sends elsewhere', () => {
    const gone = compareRouting(current, routing({ routes: [row('5', ['a'])] }), [
      payment('4111111111111111'),
    ]);
    expect(gone).toMatchObject({
      elsewhere: 1,
      refused: 1,
      moves: [{ from: 'a', to: 'no route', would: 'no-range' }],
    });
    const drained = compareRouting(
      current,
      routing({ routes: [row('4', ['a', 'b']), row('47617390', ['b'])] }, ['a']),
      [payment('4111111111111111')],
    );
    expect(drained.moves[0]).toMatchObject({
      to: 'b',
      would: 'range: primary-secondary, past a drained',
    });
  });
  it('tells by six digits what they tell, and counts the rest as untold', () => {
    const proposed = routing({ routes: [row('4', ['b', 'a']), row('47617390', ['b'])] });
    expect(compareRouting(current, proposed, [payment('411111'), payment('476173')])).toMatchObject(
      {
        payments: 2,
        elsewhere: 1,
        untold: 1,
      },
    );
  });
  it('keeps three examples of each move', () => {
    const recorded = Array.from({ length: 50 }, () => payment('4111111111111111'));
    const { moves } = compareRouting(current, routing({ routes: [row('4', ['b'])] }), recorded);
    expect(moves).toHaveLength(1);
    expect(moves[0].payments).toBe(50);
    expect(moves[0].examples).toHaveLength(3);
  });
});
