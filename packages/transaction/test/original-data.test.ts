// Which payment a message speaks of, read out of DE 90, 37, 38, 61 and its own trace number.
import { describe, expect, it } from 'vitest';
import {
  businessDateOfReference,
  fitsOriginal,
  keyEndingsOf,
  keysOfOriginal,
  namedOriginal,
  reversedOriginal,
} from '../src/index.ts';

const zeros = (count: number): string => '0'.repeat(count);
const own = { mti: '0400', de11: '000007', de12: '101010', de13: '1122' };
const ids = { de41: 'TERM0001', de42: 'SHOP/0000000001' };

describe('what a message names', () => {
  it.each([
    ['nothing', {}, undefined],
    ['DE 90 of zeros', { de90: zeros(42) }, undefined],
    ['a blank DE 37', { de37: ' '.repeat(12) }, undefined],
    ['an approval code alone', { de38: '123456' }, undefined],
    [
      'DE 90',
      { de90: `02000000051130221500${zeros(22)}` },
      { messageClasses: ['2'], stan: '000005', time: '1130221500' },
    ],
    [
      'DE 90 with a number only',
      { de90: `0000000005${zeros(32)}` },
      { messageClasses: ['2', '1'], stan: '000005' },
    ],
    [
      'DE 37',
      { de37: '633500000001' },
      { messageClasses: ['2', '1'], retrievalReference: '633500000001' },
    ],
    [
      'DE 37 and 38',
      { de37: '633500000001', de38: 'A1    ' },
      { messageClasses: ['2', '1'], retrievalReference: '633500000001', approvalCode: 'A1' },
    ],
    [
      'DE 61 of the POS dialect',
      { de61: '0000010000051122' },
      { messageClasses: ['2', '1'], stan: '000005', localDate: '1122' },
    ],
  ])('%s', (_name, elements, named) => {
    expect(namedOriginal({ ...own, ...elements })).toEqual(named);
  });
  it('a reversal that names nothing speaks of its own number', () => {
    expect(reversedOriginal(own)).toEqual({ messageClasses: ['2', '1'], stan: '000007' });
    expect(reversedOriginal({ mti: '0400' })).toEqual({ messageClasses: ['2', '1'] });
  });
});

describe('the keys of an original', () => {
  const keys = (elements: Record<string, string>): readonly string[] => {
    const message = { ...own, ...ids, ...elements };
    return keysOfOriginal(message, reversedOriginal(message), '2026-11-22');
  };
  const key = (tail: string): string => `SHOP/0000000001/TERM0001/2026${tail}`;
  it.each([
    [
      'its own times, in both classes',
      {},
      [key('1122/101010/000007/2'), key('1122/101010/000007/1')],
    ],
    [
      'its own times, then DE 90',
      { de90: `01000000071122090909${zeros(22)}` },
      [key('1122/101010/000007/1'), key('1122/090909/000007/1')],
    ],
    [
      'DE 90 alone, where the message has a number of its own',
      { de90: `02000000051122090909${zeros(22)}` },
      [key('1122/090909/000005/2')],
    ],
    ['none, where no time is known', { de90: `0200000005${zeros(32)}` }, []],
  ])('%s', (_name, elements, expected) => {
    expect(keys(elements)).toEqual(expected);
  });
  it('none, without a terminal', () => {
    expect(keysOfOriginal(own, reversedOriginal(own), '2026-11-22')).toEqual([]);
  });
  it('end in number and class', () => {
    expect(keyEndingsOf(reversedOriginal(own))).toEqual(['/000007/2', '/000007/1']);
    expect(keyEndingsOf({ messageClasses: ['2'] })).toEqual([]);
  });
});

describe('a payment found by less than its key', () => {
  const record = {
    key: 'SHOP/0000000001/TERM0001/20261122/101010/000007/2',
    facts: { terminalTransmission: '1122021010' },
    approvalCode: '123456',
    retrievalReference: '632600000001',
  };
  it.each([
    ['nothing more said', {}, true],
    ['its DE 7', { time: '1122021010' }, true],
    ['another time', { time: '1122021011' }, false],
    ['its date', { localDate: '1122' }, true],
    ['another date', { localDate: '1123' }, false],
    ['its approval code', { approvalCode: '123456' }, true],
    ['another approval code', { approvalCode: '123457' }, false],
    ['another reference', { retrievalReference: '632600000002' }, false],
  ])('%s', (_name, said, fits) => {
    expect(fitsOriginal(record, { messageClasses: ['2'], ...said })).toBe(fits);
  });
  it('does not fit by a time when it had sent none', () => {
    const silent = { ...record, facts: {} };
    expect(fitsOriginal(silent, { messageClasses: ['2'], time: '1122101010' })).toBe(false);
  });
});

describe('the business date of a retrieval reference', () => {
  it.each([
    ['632600000001', '2026-11-23', '2026-11-22'],
    ['636500000001', '2027-01-02', '2026-12-31'],
    ['700100000001', '2026-11-23', '2017-01-01'],
    ['436600000001', '2026-01-01', '2024-12-31'],
    ['636600000001', '2026-11-23', undefined],
    ['600000000001', '2026-11-23', undefined],
    ['A32600000001', '2026-11-23', undefined],
    ['6326', '2026-11-23', undefined],
  ])('%s on %s is %s', (reference, today, date) => {
    expect(businessDateOfReference(reference, today)).toBe(date);
  });
});
