// Meanings of coded values: ISO 8583:1987 annex A (processing, entry mode, condition, response) and 1993 action codes.

/** First two digits of DE 3. */
export const processingCodes: { readonly [code: string]: string | undefined } = {
  '00': 'Goods and services',
  '01': 'Cash withdrawal',
  '02': 'Debit adjustment',
  '03': 'Cheque guarantee',
  '09': 'Purchase with cashback',
  '17': 'Cash advance',
  '20': 'Return of goods',
  '21': 'Deposit',
  '22': 'Credit adjustment',
  '28': 'Load of a prepaid card',
  '30': 'Available funds inquiry',
  '31': 'Balance inquiry',
  '33': 'Account verification',
  '38': 'Card verification inquiry',
  '40': 'Cardholder accounts transfer',
  '60': 'Load',
  '63': 'Transfer load',
  '92': 'Key change or parameters',
};

/** Account types: third and fourth, fifth and sixth digit of DE 3. */
export const accountTypes: { readonly [code: string]: string | undefined } = {
  '00': 'default account',
  '10': 'savings',
  '20': 'cheque or debit',
  '30': 'credit',
  '40': 'universal account',
  '60': 'prepaid',
};

/** First two digits of DE 22: how the PAN was entered. */
export const entryModes: { readonly [code: string]: string | undefined } = {
  '00': 'unknown',
  '01': 'manual',
  '02': 'magnetic stripe',
  '03': 'bar code or QR code',
  '05': 'chip',
  '07': 'contactless chip',
  '10': 'credential on file',
  '79': 'manual after chip failed',
  '80': 'magnetic stripe after chip failed',
  '81': 'electronic commerce',
  '90': 'magnetic stripe, full track',
  '91': 'contactless magnetic stripe',
  '95': 'chip, unreliable verification value',
};

/** Third digit of DE 22: whether a PIN can be entered. */
export const pinEntry: { readonly [code: string]: string | undefined } = {
  '0': 'PIN entry unknown',
  '1': 'PIN can be entered',
  '2': 'no PIN entry',
  '8': 'PIN pad out of order',
};

/** DE 25. */
export const conditionCodes: { readonly [code: string]: string | undefined } = {
  '00': 'normal',
  '01': 'customer not present',
  '02': 'unattended terminal',
  '03': 'merchant suspicious',
  '05': 'customer present, card not present',
  '06': 'pre-authorization',
  '08': 'mail or telephone order',
  '18': 'pre-authorization of a hotel or car hire',
  '51': 'account verification',
  '59': 'electronic commerce',
  '71': 'card present, stripe unreadable',
};

/** DE 70. */
export const networkCodes: { readonly [code: string]: string | undefined } = {
  '001': 'Sign-on',
  '002': 'Sign-off',
  '003': 'Target system unavailable',
  '101': 'Key change',
  '161': 'Key exchange',
  '201': 'Cutover',
  '301': 'Echo test',
};

/** DE 39 of 1993 and 2003 by its first digit: what is left to say of a code in no table. */
export const actionRanges: { readonly [digit: string]: string | undefined } = {
  '0': 'Approved',
  '1': 'Declined',
  '2': 'Declined, pick up card',
  '3': 'File action',
  '4': 'Reversal or chargeback',
  '5': 'Reconciliation',
  '6': 'Administrative',
  '7': 'Fee collection',
  '8': 'Network management',
  '9': 'Declined for a technical reason',
};
