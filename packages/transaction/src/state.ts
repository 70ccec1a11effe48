// The states of a payment; every arrow between them is a durable record and none goes back.

/**
 * Where a payment stands. One commit may record several steps of its life: a payment is opened as SENDING, which
 * holds that it was received and routed.
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
 * decline or a refusal opens it once more, and so does the reversal of an acknowledged advice.
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
  ADVICE_ACKED: 7,
  REVERSAL_DUE: 8,
  REVERSAL_SENT: 9,
  REVERSED: 10,
  MANUAL: 11,
};

// A repeat of a send, the next host, and the undoing of what a person has on the list.
const inPlace: ReadonlySet<PaymentState> = new Set([
  'SENDING',
  'ADVICE_SENT',
  'REVERSAL_SENT',
  'MANUAL',
]);

/** States in which a host has approved and nothing has been told of it yet. */
const approvedByHost: ReadonlySet<string> = new Set(['APPROVED', 'APPROVED_PARTIAL']);

/** Whether a payment, or its row in the journal, is in such a state. */
export const isApprovedByHost = (state: string): boolean => approvedByHost.has(state);

const awaiting: ReadonlySet<PaymentState> = new Set(['REVERSAL_SENT', 'ADVICE_SENT']);

/** Whether a host has been sent something of the payment that it has to acknowledge. */
export const awaitsAcknowledgement = (state: PaymentState): boolean => awaiting.has(state);

/** Whether an arrow from one state to another points forward (some stay in place). */
export function isForward(from: PaymentState, to: PaymentState): boolean {
  // Persons end what the machine gave up: it stands, or nothing of it does.
  if (from === 'MANUAL' && (to === 'REVERSED' || to === 'ADVICE_ACKED')) return true;
  if (from === to) return inPlace.has(to);
  return rank[to] > rank[from];
}
