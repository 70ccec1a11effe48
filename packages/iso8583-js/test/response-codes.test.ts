// The one table of response codes: what each edition's code says of the payment it answers.
import { describe, expect, it } from 'vitest';
import { findResponseCode, responseCodes, verdictOf } from '../src/index.ts';

describe('the table', () => {
  it('lists every code once, each with words in both languages and an advice', () => {
    expect(new Set(responseCodes.map(({ code }) => code)).size).toBe(responseCodes.length);
    for (const { code, table, en, zh, advice } of responseCodes) {
      const form = { 1987: /^[0-9A-Z]{2}$/, unionpay: /^[A-Z][0-9A-Z]$/, terminal: /^[YZ][13]$/ };
      const digits = { 1993: /^\d{3}$/, 2003: /^\d{4}$/ };
      expect(code).toMatch({ ...form, ...digits }[table]);
      for (const words of [en, zh, advice]) expect(words.trim()).not.toBe('');
    }
  });
});

describe('H2 = R18: codes that mean approved', () => {
  const approving =
    '00 08 10 11 16 32 85 87 A2 A4 A5 A6 000 001 002 003 004 005 006 007 ' +
    '0000 0001 0002 0003 0004 0005 0006 0008 0009 0010 0085';
  it.each(approving.split(' '))('%s approves', (code) => {
    expect(verdictOf(code)).toBe('approved');
  });
  it('says which of them may approve less than was asked', () => {
    const partial = responseCodes.filter((row) => row.class === 'approved-partial');
    expect(partial.map(({ code }) => code)).toEqual([
      '10',
      '32',
      '87',
      '002',
      '006',
      '0002',
      '0006',
    ]);
  });
  it.each(['01', '04', '05', '51', '68', '91', '96', 'A0', 'A3', 'A7', '116', '200', '909'])(
    '%s declines',
    (code) => {
      expect(verdictOf(code)).toBe('declined');
    },
  );
  it.each(['09', '923', '9123'])('%s: the true answer follows', (code) => {
    expect(verdictOf(code)).toBe('in-process');
  });
  it.each(['Y1', 'Y3', 'Z1', 'Z3'])('%s is what a terminal says by itself: no answer', (code) => {
    expect(verdictOf(code)).toBe('unknown');
  });
  it.each(['', 'ZZ', '0', '69', '1160', '0007', '400', '4000', '900', '9001', 'constructor'])(
    '"%s" says nothing of a payment',
    (code) => {
      expect(verdictOf(code)).toBe('unknown');
    },
  );
});

describe('F01: the four digits of 2003', () => {
  it.each([
    ['1001', 'expired card'],
    ['1006', 'allowable PIN tries exceeded'],
    ['1010', 'invalid amount'],
    ['1016', 'not sufficient funds'],
    ['1017', 'incorrect PIN'],
    ['9107', 'card issuer or switch inoperative'],
    ['9102', 'invalid transaction'],
    ['0001', 'honour with identification'],
    ['0002', 'approved for partial amount'],
    ['9001', 'advice acknowledged, financial liability accepted'],
  ])('%s is %s', (code, words) => {
    expect(findResponseCode(code)).toMatchObject({ table: '2003', en: words });
  });
  it.each(['1160', '9070', '1290', '9902', '9940', '9140'])('%s is no code', (code) => {
    expect(findResponseCode(code)).toBeUndefined();
  });
  it('0010 has not the meaning of 001', () => {
    expect(findResponseCode('0010')?.en).not.toBe(findResponseCode('001')?.en);
  });
});
