// Money, the chart and postings: currencies with 0, 2 and 3 digits, and what a booking is refused for.
import { describe, expect, it } from 'vitest';
import {
  accountClass,
  capturePostings,
  captureReversalPostings,
  checkPostings,
  currencyOf,
  formatMoney,
  holdPostings,
  holdReleasePostings,
  minorUnits,
  refundPostings,
  refundReversalPostings,
} from '../src/index.ts';

const figures = {
  payment: '17',
  merchant: 'm1',
  scheme: 'visa',
  amountMinor: minorUnits(1251n),
  currency: 'CNY',
};

describe('money', () => {
  it.each([
    [1251n, '156', '12.51 CNY'],
    [-5n, 'EUR', '-0.05 EUR'],
    [1980n, '392', '1980 JPY'],
    [12_345n, 'KWD', '12.345 KWD'],
    [0n, 'USD', '0.00 USD'],
  ])('%s of %s is %s', (amount, code, text) => {
    expect(formatMoney(minorUnits(amount), code)).toBe(text);
  });
  it('knows no default currency', () => {
    expect(currencyOf('000')).toBeUndefined();
    expect(() => formatMoney(minorUnits(1n), 'XQQ')).toThrow('ISO 4217');
  });
});

describe('postings', () => {
  it.each([
    [capturePostings, captureReversalPostings],
    [holdPostings, holdReleasePostings],
    [refundPostings, refundReversalPostings],
  ])('%o and its reversal cancel on every account', (book, reverse) => {
    const legs = [...book(figures).postings, ...reverse(figures).postings];
    expect(checkPostings(book(figures))).toBeUndefined();
    expect(checkPostings(reverse(figures))).toBeUndefined();
    const balances = new Map<string, bigint>();
    for (const leg of legs) {
      const account = `${leg.accountCode}/${leg.accountScope}`;
      balances.set(account, (balances.get(account) ?? 0n) + leg.amountMinor);
    }
    expect([...balances.values()].every((balance) => balance === 0n)).toBe(true);
    expect(book(figures).reference).not.toBe(reverse(figures).reference);
  });
  it('refuses in the declared order', () => {
    const good = capturePostings(figures);
    const leg = (accountCode: number, amount: bigint): (typeof good.postings)[number] => ({
      accountCode,
      accountScope: 's',
      amountMinor: minorUnits(amount),
    });
    const refused = (...postings: (typeof good.postings)[number][]): unknown =>
      checkPostings({ ...good, postings });
    expect(refused(leg(1150, 1n))).toEqual({ code: 'too-few-postings' });
    expect(refused(leg(1151, 1n), leg(2150, -1n))).toEqual({ code: 'unknown-account', posting: 0 });
    expect(refused(leg(1150, 1n), leg(2150, 0n))).toEqual({ code: 'zero-amount', posting: 1 });
    expect(refused(leg(1150, 1n), leg(2150, -2n))).toEqual({ code: 'not-zero-sum' });
    expect(accountClass(2150)?.type).toBe('liability');
  });
});
