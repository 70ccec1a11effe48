// The states of a payment; every arrow between them is a durable record and none goes back.

/**
 * Where a payment stands. One commit may record several arrows of the drawing in DESIGN section 3:
 * a payment is opened as SENDING, which holds that it was received and routed.
 */
export type PaymentState =
  /** Nothing is durable yet. */
  | 'NEW'
  /** Refused by the switch itself; final. */
  | 'REFUSED'
  /** May be on a wire: if nothing more is known after a crash, a reversal is owed. */
  | 'SENDING'
  | 'DECLINED'
  | 'APPROVED'
  | 'APPROVED_PARTIAL'
  /** The answer went to the terminal, or could not. */
  | 'ANSWERED'
  /** A host may hold an effect that must be undone. */
  | 'REVERSAL_DUE'
  | 'REVERSAL_SENT'
  | 'REVERSED'
  /** Given up by the machine, waiting for a person. */
  | 'MANUAL'
  /** An offline approval or completion that the host must still be told. */
  | 'ADVICE_DUE'
  | 'ADVICE_SENT'
  | 'ADVICE_ACKED';

/**
 * States that end a payment as far as the online path is concerned; an approval that arrives after a
 * decline or a refusal opens it once more.
 */
export const finalStates: ReadonlySet<PaymentState> = new Set([
  'REFUSED',
  'DECLINED',
  'REVERSED',
  'MANUAL',
  'ADVICE_ACKED',
]);

const rank: Readonly<Record<PaymentState, number>> = {
  NEW: 0,
  REFUSED: 6,
  SENDING: 1,
  DECLINED: 6,
  APPROVED: 3,
  APPROVED_PARTIAL: 3,
  ANSWERED: 4,
  ADVICE_DUE: 5,
  ADVICE_SENT: 6,
  ADVICE_ACKED: 9,
  REVERSAL_DUE: 7,
  REVERSAL_SENT: 8,
  REVERSED: 9,
  MANUAL: 10,
};

/** Whether an arrow from one state to another points forward (a repeat of a send stays in place). */
export function isForward(from: PaymentState, to: PaymentState): boolean {
  if (from === to) return to === 'REVERSAL_SENT' || to === 'ADVICE_SENT' || to === 'SENDING';
  return rank[to] > rank[from];
}
