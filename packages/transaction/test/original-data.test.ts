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
      { messageClasses: ['2', '1'], stan: '000005', localDate: '1122', batchNumber: '000001' },
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
    ['a batch, where its key has a time', { batchNumber: '000009' }, true],
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

describe('U1: terminals without a clock', () => {
  const clock = { localTime: '000130', localDate: '0301' };
  const message = { mti: '0400', de11: '000403', ...ids, de60: '22000024000600' };
  const keysAt = (elements: Record<string, string>): readonly string[] => {
    const asked = { ...message, ...elements };
    return keysOfOriginal(asked, reversedOriginal(asked, clock), '2028-03-01', clock);
  };
  const key = (date: string, batch = '000024'): string =>
    `SHOP/0000000001/TERM0001/2028${date}/B${batch}/000403`;
  it('a reversal is found by its batch, today and the day before, a leap day too', () => {
    expect(keysAt({})).toEqual([
      `${key('0301')}/2`,
      `${key('0301')}/1`,
      `${key('0229')}/2`,
      `${key('0229')}/1`,
    ]);
  });
  it('DE 61 of a reversal names what the reversed payment drew on, not what is reversed', () => {
    expect(keysAt({ de61: '0000230003990228' })).toContain(`${key('0301')}/2`);
    expect(keysAt({ de61: '0000230003990228' }).join()).not.toContain('000399');
  });
  it('DE 61 of a void names its original, in another batch too', () => {
    const asked = { ...message, mti: '0200', de11: '000404', de61: '0000230004030229' };
    const original = namedOriginal(asked) ?? { messageClasses: [] };
    const keys = keysOfOriginal(asked, original, '2028-03-01', clock);
    expect(keys).toContain(`${key('0229', '000023')}/2`);
  });
  it('has no keys of batches where a terminal must have a clock', () => {
    expect(keysOfOriginal(message, reversedOriginal(message), '2028-03-01')).toEqual([]);
  });
  it.each([
    ['its batch', '000024', true],
    ['another batch', '000025', false],
  ])('%s', (_name, batchNumber, fits) => {
    const record = { key: `${key('0301')}/2`, facts: {} };
    expect(fitsOriginal(record, { messageClasses: ['2'], batchNumber })).toBe(fits);
  });
});
