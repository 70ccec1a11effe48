// Reconciliation and the posting book: every code with a case that raises it, and what must hold always.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type MoneyLine,
  type SwitchLine,
  openPostingBook,
  parseDecimal,
  reconcile,
  reconciliationCodes,
  settlementErrorCodes,
} from '../src/index.ts';

const businessDate = '2025-01-15';
const approved = (amountMinor: bigint, more: Partial<SwitchLine> = {}): SwitchLine => ({
  ref: 'R',
  amountMinor,
  status: 'approved',
  businessDate,
  ...more,
});
const line = (amountMinor: bigint, more: Partial<MoneyLine> = {}): MoneyLine => ({
  ref: 'R',
  amountMinor,
  ...more,
});
type Sides = [SwitchLine[], MoneyLine[], MoneyLine[]];
const run = ([switchLines, ledgerLines, clearingLines]: Sides, overCapture = '0') =>
  reconcile({
    businessDate,
    switchLines,
    ledgerLines,
    clearingLines,
    overCapture: parseDecimal(overCapture)!,
  });

const declined = approved(8n, { status: 'declined' });
const reversed = approved(8n, { status: 'reversed' });
const refund = { type: 'refund' } as const;
const reversal = { type: 'reversal' } as const;

const cases: [string, Sides, string, string[]][] = [
  ['clean', [[approved(8n)], [line(8n)], [line(8n)]], '0', ['matched']],
  [
    'split in two sequences',
    [[approved(8n)], [line(8n)], [line(4n, { seq: '1' }), line(4n, { seq: '2' })]],
    '0',
    ['matched'],
  ],
  [
    'the same split without sequences is a duplicate',
    [[approved(8n)], [line(8n)], [line(4n), line(4n)]],
    '0',
    ['AMOUNT_MISMATCH -4', 'DUPLICATE_IN_CLEARING 4'],
  ],
  [
    'a refund of its own',
    [[approved(5n, refund)], [line(5n, refund)], [line(5n, refund)]],
    '0',
    ['matched'],
  ],
  [
    'sale and refund in one reference',
    [
      [approved(9n), approved(4n, refund)],
      [line(9n), line(4n, refund)],
      [line(9n), line(4n, refund)],
    ],
    '0',
    ['matched'],
  ],
  [
    'reversed and netted, no clearing',
    [[reversed], [line(8n), line(8n, reversal)], []],
    '0',
    ['matched'],
  ],
  [
    'reversed and netted in clearing too',
    [[reversed], [line(8n), line(8n, reversal)], [line(8n), line(8n, reversal)]],
    '0',
    ['matched'],
  ],
  [
    'reversed, cleared',
    [[reversed], [line(8n), line(8n, reversal)], [line(8n)]],
    '0',
    ['CLEARED_BUT_REVERSED 8'],
  ],
  ['reversed, not posted', [[reversed], [line(8n)], []], '0', ['REVERSAL_NOT_POSTED 8']],
  ['declined and silent', [[declined], [], []], '0', []],
  ['declined, cleared', [[declined], [], [line(8n)]], '0', ['CLEARED_BUT_DECLINED 8']],
  ['declined, posted', [[declined], [line(8n)], []], '0', ['POSTED_BUT_DECLINED 8']],
  ['never booked', [[approved(8n)], [], [line(8n)]], '0', ['NOT_IN_LEDGER 8']],
  [
    'neither booked nor cleared',
    [[approved(8n)], [], []],
    '0',
    ['NOT_IN_CLEARING 8', 'NOT_IN_LEDGER 8'],
  ],
  ['missing in the file', [[approved(8n)], [line(8n)], []], '0', ['NOT_IN_CLEARING 8']],
  [
    'after the file cut',
    [[approved(8n, { afterFileCut: true })], [line(8n)], []],
    '0',
    ['AWAITING_CLEARING 8'],
  ],
  [
    'of tomorrow',
    [[approved(8n, { businessDate: '2025-01-16' })], [line(8n)], []],
    '0',
    ['AWAITING_CLEARING 8'],
  ],
  [
    'of yesterday',
    [[approved(8n, { businessDate: '2025-01-14' })], [line(8n)], []],
    '0',
    ['NOT_IN_CLEARING 8'],
  ],
  ['unknown to the switch', [[], [], [line(7n)]], '0', ['NOT_IN_SWITCH 7']],
  ['booked without the switch', [[], [line(7n)], []], '0', ['NOT_IN_SWITCH 7']],
  ['less than booked', [[approved(8n)], [line(8n)], [line(7n)]], '0', ['AMOUNT_MISMATCH -1']],
  [
    'a tip within tolerance, booked',
    [[approved(100n)], [line(120n)], [line(120n)]],
    '0.2',
    ['matched'],
  ],
  [
    'a tip within tolerance, not yet booked',
    [[approved(100n)], [line(100n)], [line(120n)]],
    '0.2',
    ['matched'],
  ],
  [
    'a tip above tolerance, booked',
    [[approved(100n)], [line(121n)], [line(121n)]],
    '0.2',
    ['OVER_CAPTURE 21'],
  ],
  [
    'a tip above tolerance, not booked',
    [[approved(100n)], [line(100n)], [line(121n)]],
    '0.2',
    ['AMOUNT_MISMATCH 21'],
  ],
  [
    'another currency',
    [[approved(8n)], [line(8n, { currency: 'CNY' })], [line(8n, { currency: 'JPY' })]],
    '0',
    ['CURRENCY_MISMATCH 8'],
  ],
];

describe('reconciliation', () => {
  it.each(cases)('%s', (_title, sides, overCapture, expected) => {
    const { matched, exceptions } = run(sides, overCapture);
    const found = exceptions.map(({ code, amountMinor }) => `${code} ${amountMinor}`);
    expect([...matched.map(() => 'matched'), ...found]).toEqual(expected);
  });
  it('has a case for every code', () => {
    const raised = new Set(
      cases.flatMap(([, , , expected]) => expected.map((e) => e.split(' ')[0])),
    );
    for (const code of reconciliationCodes) expect(raised).toContain(code);
  });
  it('sorts by reference, then code, and every reference that moved is accounted for', () => {
    const ref = fc.constantFrom('A', 'B', 'C', '10', '9');
    const amountMinor = fc.bigInt({ min: 1n, max: 4n });
    const type = fc.constantFrom('sale', 'refund', 'reversal') as fc.Arbitrary<'sale'>;
    const status = fc.constantFrom('approved', 'reversed') as fc.Arbitrary<'approved'>;
    const lines = fc.array(fc.record({ ref, amountMinor, type }), { maxLength: 12 });
    const switchLines = fc.array(fc.record({ ref, amountMinor, status }), { maxLength: 8 });
    fc.assert(
      fc.property(switchLines, lines, lines, (seen, ledgerLines, clearingLines) => {
        const input = seen.map((one) => ({ ...one, businessDate }));
        const { matched, exceptions } = run([input, ledgerLines, clearingLines]);
        const keys = exceptions.map((one) => `${one.ref}\u0000${one.code}`);
        expect(keys).toEqual(keys.toSorted());
        const settled = new Set([...matched, ...exceptions.map((one) => one.ref)]);
        expect(settled).toEqual(
          new Set([...input, ...ledgerLines, ...clearingLines].map((one) => one.ref)),
        );
      }),
    );
  });
});

describe('posting book', () => {
  const post = (account: string, amountMinor: bigint, currency?: string) =>
    currency === undefined ? { account, amountMinor } : { account, amountMinor, currency };
  it('refuses whole, books once', () => {
    const book = openPostingBook();
    const good = { id: 'T1', postings: [post('1100', 5n), post('2100', -5n)] };
    expect(book.post({ id: 'T0', postings: [post('1100', 5n), post('2100', -4n)] })).toBe(
      'refused',
    );
    expect(book.post({ id: 'T0', postings: [] })).toBe('refused');
    expect(book.balances.size).toBe(0);
    expect(book.post(good)).toBe('booked');
    expect(book.post(good)).toBe('repeated');
    expect(book.post({ id: 'T1', postings: [post('1100', 9n), post('2100', -9n)] })).toBe(
      'repeated',
    );
    expect([...book.balances]).toEqual([
      ['1100', 5n],
      ['2100', -5n],
    ]);
    expect(book.post({ id: 'T0', postings: [post('a', 1n), post('b', -1n)] })).toBe('booked');
  });
  it('sums to zero within each currency', () => {
    const book = openPostingBook();
    const mixed = [post('a', 5n, 'CNY'), post('b', -5n, 'JPY')];
    expect(book.post({ id: 'T', postings: mixed })).toBe('refused');
  });
  it('always sums to zero', () => {
    const leg = fc.record({
      account: fc.constantFrom('a', 'b', 'c'),
      amountMinor: fc.bigInt({ min: -3n, max: 3n }),
    });
    const transaction = fc.record({ id: fc.string({ maxLength: 1 }), postings: fc.array(leg) });
    fc.assert(
      fc.property(fc.array(transaction), (transactions) => {
        const book = openPostingBook();
        for (const one of transactions) book.post(one);
        expect([...book.balances.values()].reduce((sum: bigint, one) => sum + one, 0n)).toBe(0n);
      }),
    );
  });
});

describe('README of the settlement rules', () => {
  const readme = readFileSync(new URL('../src/settlement/README.md', import.meta.url), 'utf8');
  it.each([...settlementErrorCodes, ...reconciliationCodes])('explains %s', (code) => {
    expect(readme).toContain(`\`${code}\``);
  });
});
