// Which kinds are alike where others draw on them: what was sold, what was completed, what gives back.

/** Sales, whatever they are paid for by. */
export const sold = [
  'purchase',
  'cash-back',
  'cash-advance',
  'installment',
  'recurring',
  'offline-purchase',
  'voice-approval',
] as const;

/** What took a hold, or a part of it. */
export const completed = ['completion', 'completion-advice'] as const;

/** Holds. */
export const held = ['preauthorisation', 'voice-approved-hold'] as const;

/** What gives a sale back, or a part of it. */
export const back = ['refund', 'void', 'partial-reversal'] as const;

/** What raises a hold. */
export const raised = ['incremental-authorisation'] as const;

/** What raises a sale. */
export const tipped = ['tip-adjustment'] as const;
