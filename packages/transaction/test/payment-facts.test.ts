// What a payment remembers: written and read back alike, and nothing that is not of its type.
import type { Json } from '@chipswitch/ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type OutgoingFacts,
  type PaymentFacts,
  approvedMinor,
  originalOf,
  readPaymentFacts,
  writtenFacts,
} from '../src/index.ts';

const outgoing: OutgoingFacts = {
  mti: '0200',
  stan: '000777',
  transmission: '1122022107',
  acquirerId: '12345678901',
  retrievalReference: '632600000001',
  processingCode: '000000',
  entryMode: '051',
  localTime: '102107',
  localDate: '1122',
  terminalId: 'TERM0001',
  acceptorId: 'MERCHANT0000001',
  currencyNumeric: '156',
};

const amount = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const text = fc.string();
const facts: fc.Arbitrary<PaymentFacts> = fc.record(
  {
    outgoing: fc.constant(outgoing),
    scheme: text,
    hosts: fc.array(text),
    terminalTransmission: text,
    statedMinor: amount,
    givenApprovalCode: text,
    original: fc.record({
      paymentId: text,
      kind: text,
      amountMinor: amount,
      endsHold: fc.boolean(),
    }),
    tries: fc.nat(),
    followUp: fc.record({ stan: text, transmission: text }),
    lateAnswer: fc.constantFrom('approved', 'declined', 'unknown'),
    acknowledgementCode: text,
    booked: text,
    iccDataHex: text,
    additionalAmounts: text,
    passedOn: fc.dictionary(fc.constantFrom('44', '48', '62'), text),
    schemeTransactionId: text,
    partialAmountMinor: amount,
    reason: text,
  },
  { requiredKeys: [] },
);

describe('B5: what a payment remembers', () => {
  it('comes back as it was written, through JSON', () => {
    fc.assert(
      fc.property(facts, (remembered) => {
        const stored = JSON.parse(JSON.stringify(writtenFacts(remembered))) as Record<string, Json>;
        expect(readPaymentFacts({ facts: stored })).toEqual(remembered);
      }),
      { seed: 8 },
    );
  });

  it.each<[string, Json]>([
    ['outgoing', 'x'],
    ['outgoing', { mti: '0200' }],
    ['outgoing', null],
    ['outgoing', []],
    ['scheme', 1],
    ['hosts', 'a'],
    ['hosts', ['a', 1]],
    ['statedMinor', 700],
    ['statedMinor', '7.00'],
    ['statedMinor', ''],
    ['original', { paymentId: '1', kind: 'hold' }],
    ['original', { paymentId: '1', kind: 'hold', amountMinor: 'x' }],
    ['tries', '1'],
    ['tries', 1.5],
    ['followUp', null],
    ['followUp', { stan: '000001' }],
    ['lateAnswer', 'perhaps'],
    ['booked', false],
    ['passedOn', { 44: 1 }],
    ['passedOn', 'x'],
    ['partialAmountMinor', null],
    ['nobodyKnows', 'x'],
  ])('%s %o is not there', (name, json) => {
    expect(readPaymentFacts({ facts: { [name]: json } })).toEqual({});
  });

  it('null takes a fact back, undefined leaves it', () => {
    expect(writtenFacts({ followUp: null, tries: undefined })).toEqual({ followUp: null });
    expect(writtenFacts({})).toEqual({});
  });

  it('a part is what was approved, else all of it', () => {
    const record = { amountMinor: 1000n, facts: {} };
    expect(approvedMinor(record)).toBe(1000n);
    expect(approvedMinor({ ...record, facts: { partialAmountMinor: '700' } })).toBe(700n);
  });

  it('of an original the figures are kept', () => {
    const original = { paymentId: '1', kind: 'hold', amountMinor: 5n, endsHold: true };
    expect(originalOf({ original })).toEqual({ paymentId: '1', kind: 'hold', amountMinor: 5n });
    expect(originalOf({})).toBeUndefined();
  });
});
