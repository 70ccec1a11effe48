// What asks and moves nothing: balance, status of an account.
import type { KindRow } from './kind.ts';

const inquiry = { amount: 'any', host: 'request', owesReversal: false } as const;

/** What is on the account: DE 54 of the answer. */
export const balanceInquiry: KindRow = {
  ...inquiry,
  name: 'balance-inquiry',
  asked: [
    { messageClass: '2', processing: '31' },
    { messageClass: '1', processing: '31' },
    { messageClass: '1', processing: '30' },
  ],
};

/** Whether the card is good: an authorisation of zero. */
export const accountStatus: KindRow = {
  ...inquiry,
  name: 'account-status',
  asked: [
    { messageClass: '1', processing: '00', zero: true, namesOriginal: false },
    { messageClass: '1', processing: '03', zero: true, namesOriginal: false },
  ],
};
