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

/** DE 39 of 1987. */
export const responseCodes: { readonly [code: string]: string | undefined } = {
  '00': 'Approved',
  '01': 'Refer to card issuer',
  '02': "Refer to card issuer's special conditions",
  '03': 'Invalid merchant',
  '04': 'Pick up card',
  '05': 'Do not honor',
  '06': 'Error',
  '07': 'Pick up card, special condition',
  '08': 'Honor with identification',
  '09': 'Request in progress',
  '10': 'Approved for partial amount',
  '11': 'Approved, VIP',
  '12': 'Invalid transaction',
  '13': 'Invalid amount',
  '14': 'Invalid card number',
  '15': 'No such issuer',
  '19': 'Re-enter transaction',
  '21': 'No action taken',
  '22': 'Suspected malfunction',
  '25': 'Unable to locate record',
  '30': 'Format error',
  '31': 'Bank not supported by switch',
  '33': 'Expired card, pick up',
  '34': 'Suspected fraud, pick up',
  '38': 'Allowable PIN tries exceeded, pick up',
  '39': 'No credit account',
  '40': 'Requested function not supported',
  '41': 'Lost card',
  '43': 'Stolen card, pick up',
  '51': 'Not sufficient funds',
  '52': 'No cheque account',
  '53': 'No savings account',
  '54': 'Expired card',
  '55': 'Incorrect PIN',
  '56': 'No card record',
  '57': 'Transaction not permitted to cardholder',
  '58': 'Transaction not permitted to terminal',
  '59': 'Suspected fraud',
  '61': 'Exceeds withdrawal amount limit',
  '62': 'Restricted card',
  '63': 'Security violation',
  '64': 'Original amount incorrect',
  '65': 'Exceeds withdrawal frequency limit',
  '66': "Call acquirer's security department",
  '67': 'Hard capture',
  '68': 'Response received too late',
  '75': 'Allowable number of PIN tries exceeded',
  '77': 'Reconciliation, totals do not match',
  '85': 'No reason to decline',
  '89': 'Invalid terminal',
  '90': 'Cutoff in process',
  '91': 'Issuer or switch inoperative',
  '92': 'Financial institution cannot be found',
  '93': 'Transaction cannot be completed, violation of law',
  '94': 'Duplicate transmission',
  '95': 'Reconcile error',
  '96': 'System malfunction',
  '97': 'Totals reset',
  '98': 'PIN cannot be verified, exchange of keys needed',
  '99': 'PIN block error',
  A0: 'MAC verification failed',
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

/** DE 39 of 1993 and 2003 by its first digit. */
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
