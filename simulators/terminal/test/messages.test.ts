// Every message a terminal sends fits its dialect and comes back as it was.
import { readPaymentRequest } from '@chipswitch/transaction';
import { decodeMessage, posTerminal } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import {
  type RequestFacts,
  buildBatchItem,
  buildNetworkManagement,
  buildOfflineAdvice,
  buildReconciliation,
  buildRepeat,
  buildRequest,
  buildReversal,
} from '../src/messages.ts';
import { encodePosMessage } from '../src/terminal-link.ts';

const terminal = { terminalId: 'T0000001', acceptorId: 'M00000000000001', currency: '156' };
const facts: RequestFacts = {
  terminal,
  stan: '000123',
  localTime: '111500',
  localDate: '1122',
  amountMinor: 125_100n,
  card: {
    pan: '4761739001010119',
    expiry: '4912',
    sequenceNumber: '001',
    track2: '4761739001010119D49122010000000000',
  },
  entryMode: '051',
  batch: '000001',
  pinBlock: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  iccData: Uint8Array.of(0x9f, 0x36, 2, 0, 1),
};
const purchase = buildRequest('purchase', facts);
const totals = {
  creditCount: 1,
  creditMinor: 500n,
  debitCount: 3,
  debitMinor: 375_300n,
  authorisationCount: 0,
};

describe('on the wire', () => {
  it.each([
    ['0200', purchase],
    ['0201', buildRepeat(purchase)],
    ['0100', buildRequest('preauthorisation', facts)],
    ['0200', buildRequest('refund', facts)],
    ['0200', buildRequest('balance-inquiry', { ...facts, amountMinor: 0n })],
    ['0220', buildOfflineAdvice(facts, { arc: 'Y1' })],
    ['0400', buildReversal(purchase, 'no-answer')],
    [
      '0400',
      buildReversal(purchase, 'card-declined', {
        approvalCode: 'A1',
        iccData: Uint8Array.of(0x95, 1, 0),
      }),
    ],
    ['0500', buildReconciliation(facts, totals)],
    ['0500', buildReconciliation(facts, { ...totals, debitMinor: 0n }, '202')],
    ['0800', buildNetworkManagement(facts, 'sign-on')],
    ['0800', buildNetworkManagement(facts, 'key-exchange')],
    ['0320', buildBatchItem({ ...purchase, de39: '00', de37: '000000000001' }, '000001')],
  ])('%s goes there and back', (mti, message) => {
    const decoded = decodeMessage(posTerminal, encodePosMessage(message));
    expect(decoded).toMatchObject({ ok: true, message });
    expect(message.mti).toBe(mti);
  });

  it.each([
    ['purchase', 'purchase'],
    ['preauthorisation', 'preauthorisation'],
    ['refund', 'refund'],
    ['balance-inquiry', 'balance-inquiry'],
  ] as const)('the switch reads a %s as such', (kind, read) => {
    expect(readPaymentRequest(buildRequest(kind, facts))).toMatchObject({
      ok: true,
      request: { kind: read, amountMinor: 125_100n, stan: '000123' },
    });
  });

  it('the switch reads an offline approval as such', () => {
    expect(readPaymentRequest(buildOfflineAdvice(facts, { arc: 'Y3' }))).toMatchObject({
      ok: true,
      request: { kind: 'offline-purchase' },
    });
  });
});

describe('a reversal', () => {
  it('names its original and carries neither PIN nor track', () => {
    const reversal = buildReversal(buildRepeat(purchase), 'no-answer');
    expect(reversal['de90']).toBe(`02000001231122111500${'0'.repeat(22)}`);
    expect(reversal['de11']).toBe('000123');
    expect(reversal['de39']).toBe('98');
    for (const element of ['de35', 'de52', 'de53', 'de55'] as const) {
      expect(reversal[element]).toBeUndefined();
    }
  });
});

describe('a reconciliation', () => {
  it.each([
    [totals, 'D0000000000374800'],
    [{ ...totals, creditMinor: 375_300n }, 'D0000000000000000'],
    [{ ...totals, creditMinor: 400_000n }, 'C0000000000024700'],
  ])('B15: nets credits against debits; nothing is a debit, as the ledger has it', (sums, net) => {
    expect(buildReconciliation(facts, sums)['de97']).toBe(net);
  });
});
