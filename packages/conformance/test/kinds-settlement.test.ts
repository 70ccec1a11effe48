// The settlement checks: they hold for what is right, in every form, and fail for each changed figure.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settlementKinds } from '../src/kinds-settlement.ts';
import { type Vector, runVectors } from '../src/runner.ts';
import { readVectorFile } from '../src/vector-file.ts';

const own = new URL('../../ledger/vectors/settlement.json', import.meta.url);
const file = readVectorFile(fileURLToPath(own));
const kinds = settlementKinds(file);

async function reasonOf(vector: Vector): Promise<string | undefined> {
  const [result] = await runVectors([vector], kinds);
  return result.failures[0]?.reason;
}

const vector = (kind: string, input: object, expectation: object): Vector => ({
  id: 'T',
  kind,
  source: 'worked by hand',
  input,
  expect: expectation,
});

/** Every copy of a value in which one scalar is another. */
function* mutants(value: unknown): Generator {
  if (typeof value === 'boolean') yield !value;
  else if (typeof value === 'string') yield /\d$/.test(value) ? `${value}1` : `${value}x`;
  else if (value === null) yield '0';
  else if (Array.isArray(value)) {
    yield [...(value as unknown[]), 'more'];
    for (const [i, one] of value.entries()) {
      for (const mutant of mutants(one)) yield value.with(i, mutant);
    }
  } else if (typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) {
      for (const mutant of mutants(one)) yield { ...value, [name]: mutant };
    }
  }
}

describe('settlement checks', () => {
  it.each(file.vectors.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    expect(await reasonOf(one)).toBeUndefined();
    const changed = [...mutants(one['expect'])];
    expect(changed.length).toBeGreaterThan(0);
    for (const mutant of changed) {
      expect(await reasonOf({ ...one, expect: mutant }), JSON.stringify(mutant)).toBeDefined();
    }
  });

  const legs = [
    { account: '1100', amount: '10' },
    { account: '2100', amount: '-10' },
  ];
  const rows: [string, object, object][] = [
    [
      'postings',
      {
        transactions: [
          { id: 'A', postings: legs },
          { id: 'A', postings: legs },
          { id: 'B', postings: [{ account: '1100', amount: '1' }] },
          { id: 'C', postings: { '1100': '5', '4100': '-5' } },
        ],
      },
      {
        balances: { '1100': '15', '2100': '-10', '4100': '-5' },
        refused: ['B'],
        duplicates: ['A'],
        results: ['posted', 'duplicate', 'refused', 'posted'],
      },
    ],
    [
      'refundFees',
      { amount: '300', fee: '5', refunds: ['100', '100', '100'], rounding: 'half-up' },
      { feeReturned: ['2', '1', '2'], total: '5' },
    ],
    [
      'reserve',
      {
        rate: '0.1',
        holdDays: '2',
        target: '150',
        rounding: 'half-up',
        days: [
          { date: '2025-01-01', sales: '1000' },
          { date: '2025-01-02', sales: '1000' },
          { date: '2025-01-03', sales: '200', draw: '60' },
        ],
      },
      {
        days: [
          { date: '2025-01-01', released: '0', held: '100', balance: '100' },
          { date: '2025-01-02', released: '0', held: '50', balance: '150' },
          { date: '2025-01-03', released: '100', held: '20', balance: '10' },
        ],
        balance: '10',
      },
    ],
    [
      'billing',
      { rate: '0.005', rounding: 'half-up', amounts: ['100', '100', '100'] },
      { perTransaction: '3', perPeriod: '2', difference: '1' },
    ],
    [
      'taxedFee',
      { amount: '1999', components: [{ rate: '0.014', fixed: '25' }], taxRate: '0.06' },
      { fee: '53', tax: '3', total: '56' },
    ],
    ['taxedFee', { fee: '106', taxRate: '0.06', taxIncluded: true }, { tax: '6', net: '100' }],
    [
      'tier',
      {
        mode: 'whole',
        volume: '100',
        prior: '4901',
        tiers: [
          { upTo: '5000', rate: '0.02' },
          { upTo: null, rate: '0.01' },
        ],
      },
      { fee: '1', raw: '1' },
    ],
    ['tier', { mode: 'whole', volume: '-1', tiers: [{ rate: '0' }] }, { error: 'any' }],
  ];
  it.each(rows)('%s without a visible vector', async (kind, input, expectation) => {
    expect(await reasonOf(vector(kind, input, expectation))).toBeUndefined();
  });
  it('fails what expects nothing, and what nobody knows', async () => {
    expect(await reasonOf(vector('fee', { amount: '1' }, {}))).toBe('the vector expects nothing');
    expect(await reasonOf(vector('dispute', {}, { ok: true }))).toMatch('nobody implements');
    const refused = vector('allocate', { total: '1', weights: [] }, { parts: [] });
    expect(await reasonOf(refused)).toBe('refused: nothing-to-share at weights');
  });
});
