// A payment as the journal has it: as `step` knows it, and what was approved of it.
import { given } from '@chipswitch/bytes';
import type { PaymentRecord } from '@chipswitch/ledger';
import { type PaymentFacts, readPaymentFacts } from './payment-facts.ts';
import { bookingStateOf } from './payment-outcome.ts';
import type { Payment } from './payment.ts';
import type { PaymentState } from './state.ts';

/** Minor units that were approved: a part of what was asked, or all of it. */
export function approvedMinor(record: Pick<PaymentRecord, 'facts' | 'amountMinor'>): bigint {
  return readPaymentFacts(record).partialAmountMinor ?? record.amountMinor;
}

/** What a payment knows of the one that it draws on. */
export function originalOf({ original }: PaymentFacts): Payment['original'] {
  if (original === undefined) return undefined;
  const { paymentId, kind, amountMinor } = original;
  return { paymentId, kind, amountMinor };
}

/** The payment as `step` knows it, from its record. */
export function paymentOf(record: PaymentRecord): Payment {
  const facts = readPaymentFacts(record);
  const {
    hosts = [],
    scheme = '',
    tries = 0,
    lateAnswer,
    acknowledgementCode,
    statedMinor,
  } = facts;
  const { host, responseCode } = record;
  return {
    state: record.state as PaymentState,
    version: record.version,
    kind: record.kind,
    amountMinor: approvedMinor(record),
    currency: record.currency,
    merchant: record.acceptorId,
    scheme,
    paymentId: record.paymentId,
    // The host it was last sent to comes first.
    hosts: host === undefined ? hosts : [host, ...hosts.filter((other) => other !== host)],
    tries,
    booked: bookingStateOf(facts.booked) === 'stands',
    ...given({
      statedMinor,
      original: originalOf(facts),
      responseCode,
      approvalCode: record.approvalCode ?? facts.givenApprovalCode,
      acknowledgementCode,
      lateAnswer,
    }),
  };
}
