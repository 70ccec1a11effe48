// What a terminal can ask for, in the elements of the POS dialect (ISO 8583:1987 as used in China): message type,
// DE 3, DE 25, the dialect's own type in DE 60, tag 9C, and where the terminal's batch counts it.

/** Kinds that begin with a card, or with its number. */
export type RequestKind =
  | 'purchase'
  | 'cash-back'
  | 'cash-advance'
  | 'installment'
  | 'recurring'
  | 'preauthorisation'
  | 'account-status'
  | 'refund'
  | 'balance-inquiry'
  | 'prepaid-activation'
  | 'prepaid-load'
  | 'prepaid-unload';

/** Kinds that speak of a payment that the terminal made before. */
export type FollowUpKind =
  | 'incremental-authorisation'
  | 'completion'
  | 'completion-advice'
  | 'hold-void'
  | 'void'
  | 'linked-refund'
  | 'tip-adjustment'
  | 'voice-approval'
  | 'partial-reversal';

/** One kind. */
export interface RequestKindRow {
  readonly mti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  /** First subfield of DE 60. */
  readonly type: string;
  /** Tag 9C. */
  readonly transactionType: number;
  readonly counts: 'debit' | 'credit' | 'authorisation' | 'nothing';
}

type Short = readonly [
  mti: string,
  processingCode: string,
  conditionCode: string,
  type: string,
  counts: RequestKindRow['counts'],
];

function row([mti, processingCode, conditionCode, type, counts]: Short): RequestKindRow {
  const transactionType = Number.parseInt(processingCode.slice(0, 2), 16);
  // A hold is a purchase to the card.
  return {
    mti,
    processingCode,
    conditionCode,
    type,
    counts,
    transactionType: transactionType === 0x03 ? 0 : transactionType,
  };
}

/** Rows of the kinds that begin with a card. */
export const requestKinds: Readonly<Record<RequestKind, RequestKindRow>> = {
  purchase: row(['0200', '000000', '00', '22', 'debit']),
  'cash-back': row(['0200', '090000', '00', '22', 'debit']),
  'cash-advance': row(['0200', '010000', '00', '22', 'debit']),
  installment: row(['0200', '000000', '64', '22', 'debit']),
  recurring: row(['0200', '000000', '00', '22', 'debit']),
  preauthorisation: row(['0100', '030000', '06', '10', 'authorisation']),
  'account-status': row(['0100', '030000', '00', '01', 'nothing']),
  refund: row(['0200', '200000', '00', '25', 'credit']),
  'balance-inquiry': row(['0200', '310000', '00', '01', 'nothing']),
  'prepaid-activation': row(['0200', '720000', '00', '45', 'credit']),
  'prepaid-load': row(['0200', '280000', '00', '48', 'credit']),
  'prepaid-unload': row(['0200', '170000', '00', '51', 'debit']),
};

/** Rows of the kinds that speak of another payment; the reversal of a part is made of its own. */
export const followUpKinds: Readonly<
  Record<Exclude<FollowUpKind, 'partial-reversal'>, RequestKindRow>
> = {
  'incremental-authorisation': row(['0100', '030000', '60', '10', 'authorisation']),
  completion: row(['0200', '000000', '06', '20', 'debit']),
  'completion-advice': row(['0220', '000000', '06', '24', 'debit']),
  'hold-void': row(['0100', '200000', '06', '11', 'nothing']),
  void: row(['0200', '200000', '00', '23', 'nothing']),
  'linked-refund': row(['0220', '200000', '00', '25', 'credit']),
  'tip-adjustment': row(['0220', '000000', '00', '34', 'nothing']),
  'voice-approval': row(['0220', '000000', '00', '30', 'debit']),
};

/** What a message was sent for. */
export type AskedFor = RequestKind | FollowUpKind | 'offline-purchase';

/** Where the terminal's batch counts it. */
export function countsAs(askedFor: AskedFor): RequestKindRow['counts'] {
  if (askedFor === 'offline-purchase') return 'debit';
  if (askedFor === 'partial-reversal') return 'nothing';
  const rows: Readonly<Record<string, RequestKindRow>> = { ...requestKinds, ...followUpKinds };
  return rows[askedFor].counts;
}
