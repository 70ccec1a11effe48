// Keys, trace numbers, references: tables and edges.
import { verdictOf } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import {
  type NumberSource,
  createRetrievalReferences,
  createTraceNumbers,
  fingerprintText,
  paymentKey,
  refusalCode,
  yearOfLocalDate,
  type PaymentRequest,
} from '../src/index.ts';

describe('the idempotency key', () => {
  const parts = {
    acceptorId: 'MERCHANT0000001',
    terminalId: 'TERM0001',
    stan: '000123',
    localDate: '1122',
    localTime: '102107',
    messageClass: '2',
  };
  it('holds what identifies a request and nothing of the card', () => {
    expect(paymentKey(parts, 2026)).toBe('MERCHANT0000001/TERM0001/20261122/102107/000123/2');
  });
  it.each([
    ['stan', '000124'],
    ['terminalId', 'TERM0002'],
    ['localTime', '102108'],
    ['localDate', '1123'],
    ['messageClass', '1'],
  ])('changes with %s', (name, value) => {
    expect(paymentKey({ ...parts, [name]: value }, 2026)).not.toBe(paymentKey(parts, 2026));
  });
  it.each([
    ['1231', '2027-01-01', 2026],
    ['0101', '2026-12-31', 2027],
    ['1122', '2026-11-22', 2026],
    ['0229', '2028-02-29', 2028],
    ['0601', '2026-11-22', 2026],
  ])('takes %s at %s for the year %i', (localDate, now, year) => {
    expect(yearOfLocalDate(localDate, now)).toBe(year);
  });
  it('has a fingerprint of card digest, amount, code and currency', () => {
    const request = { amountMinor: 1n, processingCode: '000000', currencyNumeric: '156' };
    expect(fingerprintText(request as PaymentRequest, 'ab')).toBe('ab/1/000000/156');
  });
});

/** A sequence from a number on. */
const from = (first: number): NumberSource => {
  let number = first;
  return { next: () => number++ };
};

describe('trace numbers', () => {
  it('wrap from 999999 to 000001 and skip what is in flight', () => {
    const numbers = createTraceNumbers(from(999_997));
    numbers.hold('000001');
    expect([numbers.take(), numbers.take(), numbers.take()]).toEqual([
      '999998',
      '999999',
      '000002',
    ]);
    expect(numbers.inFlight).toBe(4);
    numbers.release('999999');
    expect(numbers.inFlight).toBe(3);
  });
  it('say so when every number is in flight', () => {
    const numbers = createTraceNumbers(from(0));
    for (let i = 0; i < 999_999; i++) numbers.take();
    expect(numbers.take()).toBeUndefined();
    numbers.release('000500');
    expect(numbers.take()).toBe('000500');
  });
  it('are none while none is claimed', () => {
    const dry = { next: () => undefined };
    expect(createTraceNumbers(dry).take()).toBeUndefined();
    expect(createRetrievalReferences(0, dry).take('2026-11-22')).toBeUndefined();
  });
});

describe('retrieval references', () => {
  it('count on and carry day and node', () => {
    const references = createRetrievalReferences(3, from(41));
    expect(references.take('2026-11-22')).toBe('632630000042');
    expect(references.take('2027-01-01')).toBe('700130000043');
    expect(references.take('2028-12-31')).toBe('836630000044');
  });
});

describe('the codes of refusals', () => {
  it('are all declines that the table lists', () => {
    for (const code of Object.values(refusalCode)) expect(verdictOf(code)).toBe('declined');
  });
});
