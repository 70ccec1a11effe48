// What sells: purchases, with cash, for cash, and those that a card approved offline.
import { captureReversalPostings, capturePostings } from '@chipswitch/ledger';
import type { KindRow } from './kind.ts';

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
