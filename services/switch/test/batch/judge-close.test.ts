// The judgement on a 0500, case by case: what is open, what was closed before, what the terminal states.
import type { BatchTotals } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { type BatchesAtClose, type ClosedBatch, judgeClose, totalsAgree } from '../../src/index.ts';

const texts = (count: number, amount: number): Record<string, string> => ({
  DE74: '0000000000',
  DE75: '0000000000',
  DE76: String(count).padStart(10, '0'),
  DE77: '0000000000',
  DE86: '0000000000000000',
  DE87: '0000000000000000',
  DE88: String(amount).padStart(16, '0'),
  DE89: '0000000000000000',
});

const none = { count: 0n, amountMinor: 0n };
const totals = (count: number, amount: number): BatchTotals => ({
  sale: { count: BigInt(count), amountMinor: BigInt(amount) },
  'sale-reversal': none,
  refund: none,
  'refund-reversal': none,
});
const open = (count: number, amount: number): BatchesAtClose['open'] => ({
  totals: totals(count, amount),
  items: count,
});
const closed = (
  host: readonly [number, number],
  terminal: readonly [number, number],
  isListed = host[1] !== terminal[1],
): ClosedBatch => ({
  batchId: '7',
  responseCode: host[1] === terminal[1] ? '00' : '95',
  hostTotals: texts(...host),
  terminalTotals: texts(...terminal),
  isListed,
});

const dated = true;
const undated = false;
const equal = closed([1, 100], [1, 100]);
const unequal = closed([1, 100], [2, 300]);
const ended = closed([1, 100], [2, 300], false);

describe('a close', () => {
  it.each<
    [string, readonly [number, number], boolean, BatchesAtClose, { type: string; code?: string }]
  >([
    ['that agrees', [2, 500], dated, { open: open(2, 500) }, { type: 'close', code: '00' }],
    ['that does not', [2, 501], dated, { open: open(2, 500) }, { type: 'close', code: '95' }],
    ['of nothing', [0, 0], dated, { open: open(0, 0) }, { type: 'close', code: '00' }],
    [
      'R08: of sales nobody made',
      [5, 9],
      dated,
      { open: open(0, 0) },
      { type: 'close', code: '95' },
    ],
    [
      'R10: that is repeated',
      [1, 100],
      dated,
      { open: open(0, 0), keyed: equal },
      { type: 'stored', code: '00' },
    ],
    [
      'R10: that is repeated after further sales',
      [1, 100],
      dated,
      { open: open(1, 100), keyed: equal },
      { type: 'stored', code: '00' },
    ],
    [
      'R10: with other contents under its key',
      [9, 900],
      dated,
      { open: open(0, 0), keyed: equal },
      { type: 'differs' },
    ],
    [
      'R10: with other contents under its key, after further sales',
      [9, 900],
      dated,
      { open: open(1, 200), keyed: equal },
      { type: 'differs' },
    ],
    [
      'R10: with other contents under a key without times, and nothing to close',
      [9, 900],
      undated,
      { open: open(0, 0), keyed: equal },
      { type: 'differs' },
    ],
    [
      'R11: of a terminal that began again',
      [1, 200],
      undated,
      { open: open(1, 200), keyed: equal },
      { type: 'close', code: '00' },
    ],
    [
      'R11: of a terminal that began again, with the same sums',
      [1, 100],
      undated,
      { open: open(1, 100), keyed: equal },
      { type: 'close', code: '00' },
    ],
    [
      'R11: of a terminal that began again, with wrong sums',
      [9, 900],
      undated,
      { open: open(1, 200), keyed: equal },
      { type: 'close', code: '95' },
    ],
    [
      'R11: of a terminal that began again and uses an old number',
      [9, 900],
      dated,
      { open: open(1, 200), numbered: equal },
      { type: 'close', code: '95' },
    ],
    [
      'R10: again under a new trace number',
      [1, 100],
      dated,
      { open: open(0, 0), numbered: equal },
      { type: 'stored', code: '00' },
    ],
    [
      'R11: of the sums of an old number, with other sales in the open batch',
      [1, 100],
      dated,
      { open: open(2, 300), numbered: equal },
      { type: 'close', code: '95' },
    ],
    [
      'R12: of a listed batch again',
      [2, 300],
      dated,
      { open: open(1, 50), numbered: unequal },
      { type: 'stored', code: '95' },
    ],
    [
      'R12: of a listed batch with other wrong sums',
      [3, 400],
      dated,
      { open: open(0, 0), numbered: unequal },
      { type: 'stored', code: '95' },
    ],
    [
      'R12: that puts a listed batch right',
      [1, 100],
      dated,
      { open: open(1, 50), numbered: unequal },
      { type: 'end' },
    ],
    [
      'R12: of a batch that was ended since',
      [2, 300],
      dated,
      { open: open(0, 0), numbered: ended },
      { type: 'stored', code: '00' },
    ],
    [
      'of nothing under the number of a listed batch',
      [0, 0],
      dated,
      { open: open(0, 0), numbered: unequal },
      { type: 'close', code: '00' },
    ],
    [
      'of more than its elements hold',
      [1, 100],
      dated,
      { open: open(1, 10 ** 15 * 100) },
      { type: 'too-wide' },
    ],
  ])('%s', (_name, stated, isDated, batches, { type, code }) => {
    const verdict = judgeClose({ terminalTotals: texts(...stated), isDated }, batches);
    expect(verdict.type).toBe(type);
    expect('responseCode' in verdict ? verdict.responseCode : undefined).toBe(code);
  });
});

describe('sums', () => {
  const one = { count: 1n, amountMinor: 100n };
  it.each<[string, Partial<BatchTotals>, boolean]>([
    ['a reversal counted nowhere', { sale: none }, true],
    ['a reversal counted on both sides', { sale: one, 'sale-reversal': one }, true],
    ['a sale whose reversal the terminal does not know', { sale: one }, false],
    ['a refund for a sale', { refund: one }, false],
    ['another amount', { sale: { count: 0n, amountMinor: 1n } }, false],
    ['another count', { sale: { count: 1n, amountMinor: 0n } }, false],
  ])('%s', (_name, stated, agree) => {
    const host = { ...totals(1, 100), 'sale-reversal': one };
    expect(totalsAgree(host, { ...totals(0, 0), ...stated })).toBe(agree);
  });
});
