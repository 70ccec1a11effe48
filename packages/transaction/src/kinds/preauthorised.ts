// What is held first and taken later: the hold, what raises it, and the completions that capture it and let it go.
import {
  captureReleasingHoldPostings,
  captureReleasingHoldReversalPostings,
  holdPostings,
  holdReleasePostings,
  incrementPostings,
  incrementReversalPostings,
} from '@chipswitch/ledger';
import { endingHold } from './given-back.ts';
import type { KindFigures, KindRow } from './kind.ts';
import { completed, held, raised } from './names.ts';

const hold = {
  amount: 'some',
  expires: true,
  booking: { book: holdPostings, unbook: holdReleasePostings },
} as const;

/** A hold on the card. */
export const preauthorisation: KindRow = {
  ...hold,
  name: 'preauthorisation',
  asked: [
    { messageClass: '1', processing: '00', zero: false, namesOriginal: false },
    { messageClass: '1', processing: '03', zero: false, namesOriginal: false },
  ],
  host: 'request',
  owesReversal: true,
};

/** A hold that the issuer approved by voice, after a referral (01, 02): the host is told, with the code given. */
export const voiceApprovedHold: KindRow = {
  ...hold,
  name: 'voice-approved-hold',
  asked: [
    { messageClass: '1', advice: true, processing: '00', zero: false, approved: true },
    { messageClass: '1', advice: true, processing: '03', zero: false, approved: true },
  ],
  host: 'advice',
  original: {
    kinds: ['preauthorisation'],
    when: 'named',
    referred: true,
    alone: ['voice-approved-hold'],
  },
  owesReversal: false,
};

function raisedHold({ original }: KindFigures): string {
  if (original === undefined) throw new RangeError('an increment has no hold');
  return original.paymentId;
}

/** A hold is raised: longer stay, more goods. It stands on the accounts of the hold and ends with it. */
export const incrementalAuthorisation: KindRow = {
  name: 'incremental-authorisation',
  asked: ['00', '03'].flatMap((processing) => [
    { messageClass: '1', processing, zero: false, namesOriginal: true } as const,
    { messageClass: '1', processing, zero: false, condition: '60' } as const,
  ]),
  amount: 'some',
  host: 'request',
  original: { kinds: held, when: 'required', added: raised, adds: true },
  owesReversal: true,
  booking: {
    book: (figures) => incrementPostings(figures, raisedHold(figures)),
    unbook: (figures) => incrementReversalPostings(figures, raisedHold(figures)),
  },
};

const completing = {
  amount: 'some',
  owesReversal: true,
  booking: {
    book: (figures: KindFigures) => captureReleasingHoldPostings(figures, endingHold(figures)),
    unbook: (figures: KindFigures) =>
      captureReleasingHoldReversalPostings(figures, endingHold(figures)),
  },
  bucket: 'sale',
  original: {
    kinds: held,
    when: 'required',
    together: [...completed, 'hold-partial-reversal'],
    added: raised,
    percentMax: 'completion',
    releases: 'stated',
  },
} as const satisfies Partial<KindRow>;

/** The amount of a hold, a part of it, or what the rule allows above it, is asked for. */
export const completion: KindRow = {
  ...completing,
  name: 'completion',
  asked: [{ messageClass: '2', processing: '00', preauthorised: true }],
  host: 'request',
};

/** The same as an advice: it has happened, the host is told; also of a hold that has ended by itself. */
export const completionAdvice: KindRow = {
  ...completing,
  name: 'completion-advice',
  asked: [{ messageClass: '2', advice: true, processing: '00', preauthorised: true }],
  host: 'advice',
  owesReversal: false,
};
