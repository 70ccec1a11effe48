// The states of a payment by what they mean for its books. The migrations have the same in SQL (is_approved_state,
// payment_outcome), and a test holds the two equal; packages/transaction/src/payment-outcome.ts tells the rest of it.

/** It counts. */
export const approvedStates = [
  'APPROVED',
  'APPROVED_PARTIAL',
  'ANSWERED',
  'ADVICE_DUE',
  'ADVICE_SENT',
  'ADVICE_ACKED',
] as const;

/** It never counted. */
export const declinedStates = ['REFUSED', 'DECLINED'] as const;

/** It does not count, or must not, though a host may still have to be told. */
export const undoneStates = ['REVERSAL_DUE', 'REVERSAL_SENT', 'REVERSED'] as const;
