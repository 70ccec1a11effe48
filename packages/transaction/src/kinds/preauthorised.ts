// What is held first and taken later: the hold, and the completion that captures it and lets it go in one booking.
import {
  captureReleasingHoldPostings,
  captureReleasingHoldReversalPostings,
  holdPostings,
  holdReleasePostings,
  minorUnits,
} from '@chipswitch/ledger';
import type { Booking, KindFigures, KindRow } from './kind.ts';

/** A hold on the card. */
export const preauthorisation: KindRow = {
  name: 'preauthorisation',
  asked: [
    { messageClass: '1', processing: '00', zero: false, namesOriginal: false },
    { messageClass: '1', processing: '03', zero: false, namesOriginal: false },
  ],
  amount: 'some',
  host: 'request',
  owesReversal: true,
  booking: { book: holdPostings, unbook: holdReleasePostings },
};

function holdOf({ original }: KindFigures): Parameters<typeof captureReleasingHoldPostings>[1] {
  if (original === undefined) throw new RangeError('a completion has no hold');
  return { payment: original.paymentId, amountMinor: minorUnits(original.amountMinor) };
}
const book: Booking = (figures) => captureReleasingHoldPostings(figures, holdOf(figures));
const unbook: Booking = (figures) => captureReleasingHoldReversalPostings(figures, holdOf(figures));

const completed = {
  amount: 'some',
  owesReversal: true,
  booking: { book, unbook },
  bucket: 'sale',
  original: {
    kinds: ['preauthorisation'],
    when: 'required',
    together: ['completion', 'completion-advice', 'hold-void'],
    // A hotel or a restaurant takes up to 15 % more than it held (scheme rules, UnionPay among them).
    percentMax: 115n,
    once: true,
  },
} as const;

/** The amount of a hold, or another within the rule, is asked for; the whole hold ends with it. */
export const completion: KindRow = {
  ...completed,
  name: 'completion',
  asked: [{ messageClass: '2', processing: '00', preauthorised: true }],
  host: 'request',
};

/** The same as an advice: it has happened, the host is told. */
export const completionAdvice: KindRow = {
  ...completed,
  name: 'completion-advice',
  asked: [{ messageClass: '2', advice: true, processing: '00', preauthorised: true }],
  host: 'advice',
  owesReversal: false,
};
