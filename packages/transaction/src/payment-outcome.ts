// What has become of a payment, by its state and by what it booked: approved, undone, declined or still
// pending, and who has something left to do. The view payment_outcome says the same in SQL.
import {
  type PaymentRecord,
  approvedStates,
  bookingsThatStand,
  declinedStates,
  undoneStates,
} from '@chipswitch/ledger';
import { readPaymentFacts } from './payment-facts.ts';
import type { PaymentState } from './state.ts';

/** What has become of a payment. The response code has no part in it. */
export interface PaymentOutcome {
  /** `undone`: it does not count, or must not, though a host may still have to be told. */
  readonly outcome: 'pending' | 'approved' | 'undone' | 'declined';
  /** It counted once: an undone payment with this was a sale and its reversal. */
  readonly wasApproved: boolean;
  /** Who still has to do something. */
  readonly openFor: 'machine' | 'person' | 'nobody';
}

/** What a payment has in the books: nothing, its approval, or its approval and the opposite. */
export type BookingState = 'none' | 'stands' | 'undone';

const isOneOf = <State extends PaymentState>(
  states: readonly State[],
  state: PaymentState,
): state is State => (states as readonly PaymentState[]).includes(state);

function outcomeOf(state: PaymentState, booking: BookingState): PaymentOutcome['outcome'] {
  if (isOneOf(approvedStates, state)) return 'approved';
  if (isOneOf(declinedStates, state)) return 'declined';
  if (isOneOf(undoneStates, state)) return 'undone';
  switch (state) {
    case 'NEW':
    case 'SENDING':
      return 'pending';
    case 'MANUAL':
      // Given up by the machine: what it was given up for is told by what stands booked.
      return booking === 'stands' ? 'approved' : 'undone';
  }
}

function openFor(state: PaymentState): PaymentOutcome['openFor'] {
  if (state === 'MANUAL') return 'person';
  return openStates.includes(state) ? 'machine' : 'nobody';
}

/** States in which the machine has something left to do: what a restarted switch takes up again. */
export const openStates: readonly PaymentState[] = [
  'SENDING',
  'REVERSAL_DUE',
  'REVERSAL_SENT',
  'ADVICE_DUE',
  'ADVICE_SENT',
];

/** What a payment's last booking, named as the payment remembers it, leaves in the books. */
export function bookingStateOf(kind: string | undefined): BookingState {
  if (kind === undefined) return 'none';
  return bookingsThatStand.has(kind) ? 'stands' : 'undone';
}

/**
 * What has become of a payment.
 *
 * @example paymentOutcome('MANUAL', 'stands').outcome // 'approved': an advice nobody acknowledged
 * @example paymentOutcome('MANUAL', 'none').outcome // 'undone': a reversal nobody acknowledged
 */
export function paymentOutcome(state: PaymentState, booking: BookingState): PaymentOutcome {
  return {
    outcome: outcomeOf(state, booking),
    wasApproved: booking !== 'none' || isOneOf(approvedStates, state),
    openFor: openFor(state),
  };
}

/** The same of a payment as the journal has it. */
export function outcomeOfRecord(record: {
  readonly state: string;
  readonly facts: PaymentRecord['facts'];
}): PaymentOutcome {
  const { booked } = readPaymentFacts(record);
  return paymentOutcome(record.state as PaymentState, bookingStateOf(booked));
}
