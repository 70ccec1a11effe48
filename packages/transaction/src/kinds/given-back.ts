// What gives back: refunds, and voids of what the terminal's open batch still holds.
import {
  type EndingHold,
  minorUnits,
  refundPostings,
  refundReversalPostings,
  releasePostings,
  releaseReversalPostings,
} from '@chipswitch/ledger';
import type { KindFigures, KindRow } from './kind.ts';

const sold = ['purchase', 'cash-back', 'cash-advance', 'offline-purchase'] as const;
const completed = ['completion', 'completion-advice'] as const;
const back = ['refund', 'void'] as const;

/** A refund; one that names its original is held against it. */
export const refund: KindRow = {
  name: 'refund',
  asked: [
    { messageClass: '2', processing: '20', preauthorised: false, namesOriginal: false },
    { messageClass: '2', advice: true, processing: '20', preauthorised: false },
  ],
  amount: 'some',
  host: 'request',
  original: { kinds: [...sold, ...completed], when: 'named', together: back, percentMax: 100n },
  owesReversal: true,
  booking: { book: refundPostings, unbook: refundReversalPostings },
  bucket: 'refund',
  givesBack: true,
};

const wholeOnce = { when: 'required', percentMax: 100n, whole: true, once: true } as const;

/** A sale taken back as a whole, before its batch is closed. */
export const voided: KindRow = {
  name: 'void',
  asked: [
    { messageClass: '2', processing: '20', namesOriginal: true },
    { messageClass: '2', processing: '02', namesOriginal: true },
  ],
  amount: 'some',
  host: 'request',
  original: { ...wholeOnce, kinds: [...sold, ...completed], together: back },
  owesReversal: true,
  booking: { book: refundPostings, unbook: refundReversalPostings },
  bucket: 'sale-reversal',
  givesBack: true,
};

function holdOf({ original }: KindFigures): EndingHold {
  if (original === undefined) throw new RangeError('the void of a hold has no hold');
  return { payment: original.paymentId, amountMinor: minorUnits(original.amountMinor) };
}

/** A hold taken back as a whole, before its batch is closed. */
export const holdVoided: KindRow = {
  name: 'hold-void',
  asked: [{ messageClass: '1', processing: '20', namesOriginal: true }],
  amount: 'some',
  host: 'request',
  original: {
    ...wholeOnce,
    kinds: ['preauthorisation'],
    together: ['hold-void', ...completed],
  },
  owesReversal: true,
  booking: {
    book: (figures) => releasePostings(figures, holdOf(figures)),
    unbook: (figures) => releaseReversalPostings(figures, holdOf(figures)),
  },
  givesBack: true,
};
