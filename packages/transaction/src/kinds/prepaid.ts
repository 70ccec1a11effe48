// Prepaid cards: a card is made good, value is loaded and taken off. What is on it is a balance inquiry.
import {
  loadPostings,
  loadReversalPostings,
  unloadPostings,
  unloadReversalPostings,
} from '@chipswitch/ledger';
import type { KindRow } from './kind.ts';

const loading = {
  host: 'request',
  owesReversal: true,
  booking: { book: loadPostings, unbook: loadReversalPostings },
  bucket: 'refund',
} as const;

/** A card is made good, with a first load or without. */
export const prepaidActivation: KindRow = {
  ...loading,
  name: 'prepaid-activation',
  asked: [{ messageClass: '2', processing: '72' }],
  amount: 'any',
};

/** The holder pays the merchant, the card gets the value (28; 63 for cash in the POS dialect). */
export const prepaidLoad: KindRow = {
  ...loading,
  name: 'prepaid-load',
  asked: [
    { messageClass: '2', processing: '28' },
    { messageClass: '2', processing: '63' },
  ],
  amount: 'some',
};

/** Value is taken off the card and paid out (17 of the POS dialect). */
export const prepaidUnload: KindRow = {
  name: 'prepaid-unload',
  asked: [{ messageClass: '2', processing: '17' }],
  amount: 'some',
  host: 'request',
  owesReversal: true,
  booking: { book: unloadPostings, unbook: unloadReversalPostings },
  bucket: 'sale',
};
