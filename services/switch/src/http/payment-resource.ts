// A payment as the HTTP door shows it: amounts as text, the card truncated, what became of it in one word.
import { given } from '@chipswitch/bytes';
import type { PaymentRecord } from '@chipswitch/ledger';
import { approvedMinor, outcomeOfRecord, readPaymentFacts } from '@chipswitch/transaction';

const text = { type: 'string' } as const;

/** The resource, as JSON Schema. */
export const paymentSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'kind',
    'outcome',
    'amountMinor',
    'currency',
    'card',
    'terminalId',
    'businessDate',
    'openedAt',
  ],
  properties: {
    id: { ...text, description: 'Name of the payment at this door.' },
    kind: text,
    outcome: {
      type: 'string',
      enum: ['approved', 'declined', 'undone', 'pending'],
      description: 'What counts now; the code is what was answered.',
    },
    responseCode: { ...text, description: 'DE 39.' },
    amountMinor: text,
    approvedMinor: { ...text, description: 'Less than the amount when the approval was partial.' },
    currency: text,
    card: { ...text, description: 'First six and last four digits.' },
    approvalCode: { ...text, description: 'DE 38.' },
    retrievalReference: { ...text, description: 'DE 37.' },
    additionalAmounts: { ...text, description: 'DE 54 as the host stated it: balances.' },
    iccData: { ...text, description: 'For the card: tags 91, 71, 72 and 8A, BER-TLV in hex.' },
    terminalId: text,
    businessDate: text,
    openedAt: { type: 'string', format: 'date-time' },
    about: { ...text, description: 'The payment that this one draws on.' },
  },
} as const;

/** The resource. */
export interface PaymentResource {
  readonly id: string;
  readonly outcome: 'approved' | 'declined' | 'undone' | 'pending';
  readonly responseCode?: string;
  readonly [property: string]: unknown;
}

/** Shows a payment under its name at this door. */
export function paymentResource(
  id: string,
  record: PaymentRecord,
  about?: string,
): PaymentResource {
  const { responseCode, approvalCode, retrievalReference } = record;
  const facts = readPaymentFacts(record);
  const { outcome, wasApproved } = outcomeOfRecord(record);
  const approvedText = wasApproved ? String(approvedMinor(record)) : undefined;
  return {
    id,
    kind: record.kind,
    outcome,
    amountMinor: String(record.amountMinor),
    currency: record.currency,
    card: record.panTruncated,
    terminalId: record.terminalId,
    businessDate: record.businessDate,
    openedAt: new Date(record.openedAtMs).toISOString(),
    ...given({
      responseCode,
      approvedMinor: approvedText,
      approvalCode: approvalCode?.trim(),
      retrievalReference,
      additionalAmounts: facts.additionalAmounts,
      iccData: facts.iccDataHex,
      about,
    }),
  };
}
