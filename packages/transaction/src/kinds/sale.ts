// What sells: purchases, with cash, for cash, in instalments, by a card on file, approved offline or by voice; and tips.
import { captureReversalPostings, capturePostings } from '@chipswitch/ledger';
import type { KindRow } from './kind.ts';
import { back, completed, sold, tipped } from './names.ts';

const capture = { book: capturePostings, unbook: captureReversalPostings };

const sale = {
  amount: 'some',
  host: 'request',
  owesReversal: true,
  booking: capture,
  bucket: 'sale',
} as const;

/** Goods and services; by mail and telephone too, which DE 22 and DE 25 (08) say and the host hears. */
export const purchase: KindRow = {
  ...sale,
  name: 'purchase',
  asked: [{ messageClass: '2', processing: '00', preauthorised: false }],
};

/** Paid in instalments by the holder (DE 25 64): booked once; number and plan go on to the host. */
export const installment: KindRow = {
  ...sale,
  name: 'installment',
  asked: [{ messageClass: '2', processing: '00', condition: '64' }],
  needs: 'installments',
};

/** By the card number that the merchant keeps (DE 22 10): the scheme's id of the first payment goes with it. */
export const recurring: KindRow = {
  ...sale,
  name: 'recurring',
  asked: [{ messageClass: '2', processing: '00', preauthorised: false, onFile: true }],
  follows: true,
};

/** Goods with cash: DE 54 says how much of DE 4 is cash (amount type 40). */
export const cashBack: KindRow = {
  ...sale,
  name: 'cash-back',
  asked: [{ messageClass: '2', processing: '09', preauthorised: false }],
};

/** Cash at a counter. */
export const cashAdvance: KindRow = {
  ...sale,
  name: 'cash-advance',
  asked: [{ messageClass: '2', processing: '01', preauthorised: false }],
};

/** A purchase that the card approved offline: it has happened, the host is told. */
export const offlinePurchase: KindRow = {
  ...sale,
  name: 'offline-purchase',
  asked: [{ messageClass: '2', advice: true, processing: '00', preauthorised: false }],
  host: 'advice',
  owesReversal: false,
};

/** A purchase that the issuer approved by voice, after a referral (01, 02): the host is told, with the code given. */
export const voiceApproval: KindRow = {
  ...sale,
  name: 'voice-approval',
  asked: [
    { messageClass: '2', advice: true, processing: '00', preauthorised: false, approved: true },
  ],
  host: 'advice',
  original: {
    kinds: ['purchase'],
    when: 'named',
    referred: true,
    alone: ['voice-approval'],
  },
  owesReversal: false,
};

/** A tip is added before the batch is closed: DE 4 is the new total (DE 60 34 of the POS dialect). */
export const tipAdjustment: KindRow = {
  ...sale,
  name: 'tip-adjustment',
  asked: [{ messageClass: '2', advice: true, processing: '00', preauthorised: false, type: '34' }],
  states: 'total',
  host: 'advice',
  original: {
    kinds: [...sold, ...completed],
    when: 'required',
    added: tipped,
    adds: true,
    percentMax: 'tip',
    openBatch: true,
    alone: [...back, ...tipped],
  },
  owesReversal: false,
  changesItem: true,
};
