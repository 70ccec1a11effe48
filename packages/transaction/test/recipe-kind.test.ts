// The recipe of CONTRIBUTING.md for a kind of payment: one row, through the public face.
import { captureReversalPostings, capturePostings } from '@chipswitch/ledger';
import { describe, expect, it } from 'vitest';
import {
  type KindRow,
  type Payment,
  paymentKinds,
  readPaymentRequest,
  step,
  tableOfKinds,
} from '../src/index.ts';

const tollRoad: KindRow = {
  name: 'toll-road',
  asked: [{ messageClass: '2', processing: '57' }],
  amount: 'some',
  host: 'request',
  owesReversal: true,
  booking: { book: capturePostings, unbook: captureReversalPostings },
  bucket: 'sale',
};
const kinds = tableOfKinds([...paymentKinds.values(), tollRoad]);
const message = {
  mti: '0200',
  de2: '4761739001010119',
  de3: '570000',
  de4: '000000001251',
  de11: '000123',
  de12: '102107',
  de13: '1122',
  de22: '051',
  de41: 'TERM0001',
  de42: 'MERCHANT0000001',
  de49: '156',
};
const timers = { answerMs: 1, acknowledgeMs: 1, retryMs: 1, retryMsMax: 1, triesMax: 1 };
const fresh: Payment = {
  state: 'NEW',
  version: 0,
  kind: 'toll-road',
  amountMinor: 1251n,
  currency: 'CNY',
  merchant: 'M1',
  scheme: 'visa',
  paymentId: '',
  hosts: ['a'],
  tries: 0,
  booked: false,
};

describe('a kind of payment that is one row', () => {
  it('is read out of its message where it is served, and refused where it is not', () => {
    expect(readPaymentRequest(message, kinds)).toMatchObject({ request: { kind: 'toll-road' } });
    expect(readPaymentRequest(message)).toMatchObject({ error: { code: 'not-supported' } });
  });
  it('lives: asked of a host, booked, reversed', () => {
    const opened = step(fresh, { type: 'opened', paymentId: '7' }, timers, kinds);
    const answer = { responseCode: '00', approved: true };
    const approved = step(opened.payment, { type: 'answered', answer }, timers, kinds);
    expect(approved.payment).toMatchObject({ state: 'APPROVED', booked: true });
    const undone = step(approved.payment, { type: 'reversal-requested' }, timers, kinds);
    expect(undone.payment).toMatchObject({ state: 'REVERSAL_DUE', booked: false });
  });
  it('is no kind of this house: a table without it says so, and a name is there once', () => {
    expect(() => step(fresh, { type: 'opened', paymentId: '7' }, timers)).toThrow('toll-road');
    expect(() => tableOfKinds([tollRoad, tollRoad])).toThrow('twice');
  });
});
