// What gives back: refunds, voids of what the terminal's open batch still holds, and reversals of a part.
import {
  type EndingHold,
  minorUnits,
  refundPostings,
  refundReversalPostings,
  releasePostings,
  releaseReversalPostings,
} from '@chipswitch/ledger';
import type { DrawsOn, KindFigures, KindRow } from './kind.ts';
import { back, completed, held, raised, sold, tipped } from './names.ts';

const refunding = { book: refundPostings, unbook: refundReversalPostings };

const ofSale = {
  kinds: [...sold, ...completed],
  together: back,
  added: tipped,
  percentMax: 100n,
} as const satisfies Partial<DrawsOn>;

/** A refund; one that names its original is held against it. */
export const refund: KindRow = {
  name: 'refund',
  asked: [
    { messageClass: '2', processing: '20', preauthorised: false, namesOriginal: false },
    { messageClass: '2', advice: true, processing: '20', preauthorised: false },
  ],
  amount: 'some',
  host: 'request',
  original: { ...ofSale, when: 'named' },
  owesReversal: true,
  booking: refunding,
  bucket: 'refund',
  givesBack: true,
};

/** A sale taken back as a whole, before its batch is closed. */
export const voided: KindRow = {
  name: 'void',
  asked: [
    { messageClass: '2', processing: '20', namesOriginal: true },
    { messageClass: '2', processing: '02', namesOriginal: true },
  ],
  amount: 'some',
  host: 'request',
  original: {
    ...ofSale,
    when: 'required',
    whole: true,
    openBatch: true,
    alone: ['refund', 'void'],
  },
  owesReversal: true,
  booking: refunding,
  bucket: 'sale-reversal',
  givesBack: true,
};

/** What of a hold ends with a payment. */
export function endingHold({ original }: KindFigures): EndingHold {
  if (original === undefined) throw new RangeError('a payment that ends a hold has none');
  return { payment: original.paymentId, amountMinor: minorUnits(original.amountMinor) };
}

const releasing: KindRow['booking'] = {
  book: (figures) => releasePostings(figures, endingHold(figures)),
  unbook: (figures) => releaseReversalPostings(figures, endingHold(figures)),
};

/** A hold, or what completions left of it, let go before its batch is closed. */
export const holdVoided: KindRow = {
  name: 'hold-void',
  asked: [{ messageClass: '1', processing: '20', namesOriginal: true }],
  amount: 'some',
  states: 'released',
  host: 'request',
  original: {
    kinds: held,
    when: 'required',
    together: [...completed, 'hold-partial-reversal'],
    added: raised,
    whole: true,
    openBatch: true,
    releases: 'rest',
  },
  owesReversal: true,
  booking: releasing,
  givesBack: true,
};

const partly = {
  asked: [],
  amount: 'some',
  host: 'partial-reversal',
  owesReversal: false,
  givesBack: true,
} as const;

/** 0400 with DE 95: less was sold than was approved (ISO 8583:1987, replacement amounts). */
export const partialReversal: KindRow = {
  ...partly,
  name: 'partial-reversal',
  original: { ...ofSale, when: 'required' },
  booking: refunding,
  bucket: 'sale-reversal',
  changesItem: true,
};

/** The same of a hold. */
export const holdPartialReversal: KindRow = {
  ...partly,
  name: 'hold-partial-reversal',
  original: {
    kinds: held,
    when: 'required',
    together: [...completed, 'hold-partial-reversal'],
    added: raised,
    percentMax: 100n,
    releases: 'own',
  },
  booking: releasing,
};

/** A hold that nobody completed ends by itself; its release is booked on the day on which it happens. */
export const holdExpiry: KindRow = {
  name: 'hold-expiry',
  asked: [],
  amount: 'any',
  states: 'released',
  host: 'nothing',
  original: { kinds: held, when: 'required', added: raised, releases: 'rest' },
  owesReversal: false,
  booking: releasing,
};
