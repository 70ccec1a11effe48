// Vectors of settlement that mean nothing are refused, even when they expect what would be computed.
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.ts';
import { type OfKind, refusalOf, rowsOf } from './nonsense.ts';

const mdr = { name: 'mdr', rate: '0.006' };
const sale = { kind: 'sale', amount: '1000' };
const zeros = Object.fromEntries(
  'gross refunds reversals chargebacks fees reserveHeld reserveReleased adjustments net payout carryForward'
    .split(' ')
    .map((name) => [name, '0']),
);

const fees: Readonly<Record<string, OfKind>> = {
  round: {
    unit: { input: { values: [0.5] } },
    impossible: { input: { values: ['bananas'] } },
    inert: { input: { values: [] }, expect: { results: [] } },
  },
  fee: {
    unit: { input: { currency: 'BANANAS' } },
    impossible: { input: { components: [{ ...mdr, min: '100', max: '10' }] } },
    inert: { input: { components: [] }, expect: { raw: [], fee: '0' } },
    more: [
      { input: { currency: '978' } },
      { input: { currency: 'eur' } },
      { input: { amount: '12.34' } },
      { input: { components: [{ ...mdr, rate: '5000' }] } },
      { input: { components: [{ ...mdr, name: '' }] } },
      { input: { components: [{ ...mdr, rate: '0.6%' }] } },
    ],
  },
  schedule: {
    unit: { input: { transactions: [{ amount: 100 }] } },
    impossible: { input: { rules: [{ id: 'a', when: {}, rate: '0.1', min: '2', max: '1' }] } },
    inert: { input: { transactions: [] }, expect: { results: [] } },
    more: [
      { input: { rules: [] } },
      {
        input: {
          rules: [
            { id: 'a', when: {}, rate: '0.1' },
            { id: 'a', when: {}, rate: '0.2' },
          ],
        },
      },
    ],
  },
  tier: {
    unit: { input: { volume: 1000 } },
    impossible: { input: { volume: '-1' } },
    inert: { input: { tiers: [] } },
    more: [
      { input: { tiers: [{ upTo: null, rate: '29' }] } },
      {
        input: {
          tiers: [
            { upTo: '5', rate: '0.1' },
            { upTo: '5', rate: '0.2' },
          ],
        },
      },
    ],
  },
  allocate: {
    unit: { input: { total: '100.00' } },
    impossible: { input: { weights: ['-1', '2'] } },
    inert: { input: { weights: [] }, expect: { parts: [] } },
    more: [{ input: { weights: ['0', '0'] } }, { input: { currency: 'XYZ' } }],
  },
  refundFees: {
    unit: { input: { refunds: [100] } },
    impossible: { input: { refunds: ['1000000000'] } },
    inert: { input: { refunds: [] }, expect: { feeReturned: [], total: '0' } },
    more: [{ input: { fee: '-1' } }, { input: { refunds: ['0'] } }],
  },
  billing: {
    unit: { input: { count: 12 } },
    impossible: { input: { count: '-12' } },
    inert: { input: { count: '0' } },
    more: [{ input: { count: '1000000000' } }, { input: { amount: '0' } }],
  },
  taxedFee: {
    unit: { input: { taxRate: '19%' } },
    impossible: { input: { taxRate: '19' } },
    inert: { input: { amount: '0' } },
    more: [{ input: { taxRate: '-0.19' } }],
  },
};

const days: Readonly<Record<string, OfKind>> = {
  net: {
    unit: { input: { reserveRate: '5' } },
    impossible: { input: { items: [{ ...sale, amount: '-1000' }] } },
    inert: { input: { items: [], carriedForward: undefined }, expect: zeros },
    more: [
      { input: { items: [{ ...sale, fee: '-6' }] } },
      { input: { items: [{ ...sale, amount: '0' }] } },
      { input: { minPayout: '-1' } },
      { input: { currency: 'EURO' } },
    ],
  },
  cutoff: {
    unit: { input: { instants: [1_736_953_200_000] } },
    impossible: { input: { instants: ['2026-02-31T00:00:00Z'] } },
    inert: { input: { instants: [], cutOffFor: undefined }, expect: { businessDates: [] } },
    more: [
      { input: { instants: ['2026-01-01T25:61:00Z'] } },
      { input: { cutOff: '25:00:00' } },
      { input: { timeZone: 'Moon/Crater' } },
      { input: { cutOffFor: ['2026-02-31'] } },
    ],
  },
  valueDate: {
    unit: { input: { lag: 1 } },
    impossible: { input: { businessDates: ['2026-02-31'] } },
    inert: { input: { businessDates: [] }, expect: { valueDates: [] } },
    more: [
      { input: { lag: '-1' } },
      { input: { weekend: [0] } },
      { input: { weekend: [1, 2, 3, 4, 5, 6, 7] } },
      { input: { calendars: { TARGET: ['2026-13-01'] } } },
    ],
  },
  totals: {
    unit: { input: { transactions: [{ type: 'sale', amount: '10.00' }] } },
    impossible: { input: { transactions: [{ type: 'sale', amount: '-1' }] } },
    inert: { expect: { differences: [] } },
    more: [{ input: { currency: 'MOON' } }],
  },
  reconcile: {
    unit: { input: { businessDate: 20_250_115 } },
    impossible: { input: { businessDate: '2025-02-30' } },
    inert: {
      input: { switch: [], ledger: [], clearing: [] },
      expect: { matched: [], exceptions: [] },
    },
    more: [
      { input: { overCapture: '20' } },
      { input: { ledger: [{ ref: '', amount: '1' }] } },
      {
        input: {
          switch: [1, 2].map((amount) => ({
            ref: 'A',
            amount: `${amount}`,
            status: 'approved',
            businessDate: '2025-01-15',
          })),
        },
      },
    ],
  },
  postings: {
    unit: { input: { transactions: [{ id: 'A', postings: [{ account: 'a', amount: 1 }] }] } },
    impossible: {
      input: { transactions: [{ id: '', postings: [{ account: 'a', amount: '0' }] }] },
    },
    inert: {
      input: { transactions: [] },
      expect: { transactions: [], balances: {}, total: '0' },
    },
    more: [{ input: { transactions: [{ id: 'A', postings: [] }] } }],
  },
  reserve: {
    unit: { input: { days: '180' } },
    impossible: { input: { rate: '10' } },
    inert: { input: { events: [] }, expect: { steps: [] } },
    more: [
      { input: { days: 0 } },
      { input: { target: '-1' } },
      { input: { events: [{ date: '2026-02-30', sales: '1' }] } },
      {
        input: {
          events: [
            { date: '2026-03-02', sales: '1' },
            { date: '2026-03-01', sales: '1' },
          ],
        },
      },
    ],
  },
};

const kinds = { ...fees, ...days };

describe('nonsense of settlement', () => {
  it('is there of every kind', () => {
    expect(Object.keys(kinds).sort()).toEqual(Object.keys(families.settlement).sort());
  });
  it.each(rowsOf(kinds))('%s, %s: %j is refused', async (kind, _what, one) => {
    expect(await refusalOf('settlement', kind, one)).toBeTypeOf('string');
  });
});
