// Private data of a payment: what is read out of DE 48 and 62, what is no form, and what goes out again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PrivateData,
  holdExpiresOn,
  kindRules,
  percentMaxOf,
  privateDataText,
  readPrivateData,
} from '../src/index.ts';

const read = (more: Readonly<Record<string, string>>): PrivateData | string => {
  const result = readPrivateData({ mti: '0200', ...more });
  return result.ok ? result.data : `${result.error.code} ${result.error.path}`;
};

describe('DE 48 and 62', () => {
  it.each([
    [{}, {}],
    [{ de48: '2204C103' }, { initiator: 'C103' }],
    [{ de48: '6312MCC123456789' }, { schemeTransactionId: 'MCC123456789' }],
    [{ de48: '61040203' }, { clearing: { number: 2, count: 3 } }],
    [{ de48: '900712PLAN7' }, { installments: { count: 12, plan: 'PLAN7' } }],
    [{ de48: '900203' }, { installments: { count: 3 } }],
    [{ de48: '2204M1036303ABC' }, { initiator: 'M103', schemeTransactionId: 'ABC' }],
    [{ de48: '4405HELLO2204C101' }, { initiator: 'C101' }],
    [{ de48: '000000000200' }, {}],
    [{ de48: '0' }, {}],
    [{ de48: '2' }, {}],
    [{ de48: '2299C103' }, {}],
    [{ de48: 'AB04C103' }, {}],
    [{ de48: '2204C1' }, {}],
    [{ de25: '64', de62: '06' }, { installments: { count: 6 } }],
    [{ de25: '64', de62: '24SUMMER' }, { installments: { count: 24, plan: 'SUMMER' } }],
    [{ de25: '00', de62: 'free text' }, {}],
    [{ de25: '64', de62: '01' }, {}],
  ])('%o is %o', (elements, data) => {
    expect(read(elements)).toEqual(data);
  });
  it.each([
    { de48: '2204X103' },
    { de48: '6300' },
    { de48: '6303A-B' },
    { de48: '61040001' },
    { de48: '61040201' },
    { de48: '6103001' },
    { de48: '9001A' },
  ])('%o is no form', (elements) => {
    expect(read(elements)).toBe('bad-element 48');
  });
  it('DE 62 that is no number of instalments is no form where DE 25 asks for them', () => {
    expect(read({ de25: '64', de62: 'AB' })).toBe('bad-element 62');
  });
  it('what is read goes out as it was', () => {
    const data = fc.record(
      {
        initiator: fc.constantFrom('C101', 'C103', 'M101', 'M103'),
        schemeTransactionId: fc.stringMatching(/^[0-9A-Za-z]{1,20}$/),
        clearing: fc.constantFrom({ number: 1, count: 2 }, { number: 9, count: 99 }),
        installments: fc.constantFrom({ count: 3 }, { count: 24, plan: 'PLAN' }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(data, (given) => {
        const text = privateDataText(given);
        expect(read(text === undefined ? {} : { de48: text })).toEqual(given);
      }),
    );
  });
  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.string(), (de48) => void read({ de48 })));
  });
});

describe('rules of merchants and schemes', () => {
  it.each([
    ['completion', '5411', 115n],
    ['completion', '7011', 115n],
    ['completion', '5812', 120n],
    ['completion', '6011', 100n],
    ['tip', '5411', 100n],
    ['tip', '5812', 125n],
    ['tip', '5814', 125n],
    ['tip', '5815', 100n],
    ['tip', '4121', 125n],
    ['tip', 'none', 100n],
  ] as const)('%s of %s: %s hundredths', (what, category, percent) => {
    expect(percentMaxOf(kindRules, what, category)).toBe(percent);
  });
  it.each([
    ['visa', '2026-11-22', '2026-12-02'],
    ['unionpay', '2026-11-22', '2026-12-22'],
    ['mastercard', '2028-01-31', '2028-03-01'],
    ['visa', '2028-02-20', '2028-03-01'],
  ])('a hold of %s of %s stands until %s', (scheme, date, last) => {
    expect(holdExpiresOn(kindRules, scheme, date)).toBe(last);
  });
});
