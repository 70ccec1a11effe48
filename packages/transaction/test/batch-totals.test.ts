// A terminal's batch: buckets, the text of its elements, what differs, and what does not.
import { describe, expect, it } from 'vitest';
import {
  batchNetMinor,
  batchTotals,
  totalsDifferences,
  totalsFields,
  withoutReversals,
} from '../src/index.ts';

describe('batch totals', () => {
  it('has four buckets and a net with its direction', () => {
    const totals = batchTotals([
      { kind: 'sale', amountMinor: 100n },
      { kind: 'refund', amountMinor: 300n },
      { kind: 'refund-reversal', amountMinor: 50n },
      { kind: 'sale-reversal', amountMinor: 20n },
    ]);
    expect(batchNetMinor(totals)).toBe(-170n);
    expect(totalsFields(totals)).toMatchObject({
      value: {
        DE74: '0000000001',
        DE75: '0000000001',
        DE87: '0000000000000050',
        DE97: 'C0000000000000170',
      },
    });
  });
  it('names what differs in the order of the elements, a missing one too', () => {
    const host = totalsFields(batchTotals([{ kind: 'sale', amountMinor: 1n }]));
    if (!host.ok) throw new Error(host.error.code);
    const { DE74: _missing, ...terminal } = host.value;
    expect(totalsDifferences(host.value, host.value)).toEqual([]);
    expect(totalsDifferences(host.value, { ...terminal, DE97: 'C0' })).toEqual(['DE74', 'DE97']);
  });
  it('refuses what has no room or no meaning', () => {
    const wide = batchTotals([{ kind: 'sale', amountMinor: 10n ** 16n }]);
    expect(totalsFields(wide)).toMatchObject({ error: { code: 'too-wide', path: 'DE88' } });
    const negative = batchTotals([{ kind: 'refund', amountMinor: -1n }]);
    expect(totalsFields(negative)).toMatchObject({ error: { code: 'negative', path: 'DE86' } });
  });
});

describe('B15: reversals counted in two ways', () => {
  const host = batchTotals([
    { kind: 'sale', amountMinor: 700n },
    { kind: 'sale', amountMinor: 300n },
    { kind: 'sale-reversal', amountMinor: 300n },
    { kind: 'refund', amountMinor: 50n },
  ]);
  const plain = batchTotals([
    { kind: 'sale', amountMinor: 700n },
    { kind: 'refund', amountMinor: 50n },
  ]);
  it('B15: agree once they are taken off', () => {
    const [ours, theirs] = [host, plain].map((one) => totalsFields(withoutReversals(one)));
    if (!ours.ok || !theirs.ok) throw new Error('totals do not fit');
    expect(totalsDifferences(ours.value, theirs.value)).toEqual([]);
  });
  it('B15: more reversals than sales have no text', () => {
    const odd = batchTotals([{ kind: 'sale-reversal', amountMinor: 1n }]);
    expect(totalsFields(withoutReversals(odd))).toMatchObject({ error: { code: 'negative' } });
  });
  it('B15: a net of zero is a debit', () => {
    expect(totalsFields(batchTotals([]))).toMatchObject({ value: { DE97: 'D0000000000000000' } });
  });
});
