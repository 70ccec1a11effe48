// The kinds of payment that the switch serves. A new one is a row in a file of this folder and its name here.
import {
  holdExpiry,
  holdPartialReversal,
  holdVoided,
  partialReversal,
  refund,
  voided,
} from './given-back.ts';
import { accountStatus, balanceInquiry } from './inquiry.ts';
import type { AskedBy, KindRow } from './kind.ts';
import {
  completion,
  completionAdvice,
  incrementalAuthorisation,
  preauthorisation,
  voiceApprovedHold,
} from './preauthorised.ts';
import { prepaidActivation, prepaidLoad, prepaidUnload } from './prepaid.ts';
import {
  cashAdvance,
  cashBack,
  installment,
  offlinePurchase,
  purchase,
  recurring,
  tipAdjustment,
  voiceApproval,
} from './sale.ts';

/** The place of a reversal whose original never came; no terminal asks for it. */
const tombstone: KindRow = {
  name: 'tombstone',
  asked: [],
  amount: 'any',
  host: 'nothing',
  owesReversal: false,
};

/** Kinds by name. */
export type PaymentKinds = ReadonlyMap<string, KindRow>;

/** What of a message tells its kind. */
export interface KindMarks {
  readonly mti: string;
  readonly processingCode: string;
  readonly conditionCode: string | undefined;
  /** DE 22. */
  readonly entryMode: string;
  /** DE 60, first two digits. */
  readonly type: string;
  /** It bears an approval code. */
  readonly isApproved: boolean;
  readonly namesOriginal: boolean;
  readonly isZero: boolean;
}

/**
 * A table of kinds.
 *
 * @throws RangeError when a name is there twice.
 */
export function tableOfKinds(rows: readonly KindRow[]): PaymentKinds {
  const table = new Map(rows.map((row) => [row.name, row]));
  if (table.size !== rows.length) throw new RangeError('a kind of payment is there twice');
  return table;
}

/** The kinds of this house; of two that a message might ask for, the first is meant. */
export const paymentKinds: PaymentKinds = tableOfKinds([
  installment,
  recurring,
  purchase,
  cashBack,
  cashAdvance,
  tipAdjustment,
  voiceApproval,
  offlinePurchase,
  incrementalAuthorisation,
  preauthorisation,
  voiceApprovedHold,
  completion,
  completionAdvice,
  refund,
  voided,
  holdVoided,
  partialReversal,
  holdPartialReversal,
  holdExpiry,
  prepaidActivation,
  prepaidLoad,
  prepaidUnload,
  balanceInquiry,
  accountStatus,
  tombstone,
]);

/** The row of a kind; a payment is never opened under a name that is not in its table. */
export function kindOf(kinds: PaymentKinds, name: string): KindRow {
  const row = kinds.get(name);
  if (row === undefined) throw new RangeError(`there is no kind of payment "${name}"`);
  return row;
}

const either = (wanted: boolean | undefined, is: boolean): boolean =>
  wanted === undefined || wanted === is;

const preauthorisedConditions: ReadonlySet<string> = new Set(['06', '18']);

function isAskedBy(asked: AskedBy, marks: KindMarks): boolean {
  const { mti, processingCode, conditionCode = '00', entryMode, type } = marks;
  return (
    asked.messageClass === mti[1] &&
    (asked.advice === true) === (mti[2] === '2') &&
    processingCode.startsWith(asked.processing) &&
    (asked.condition ?? conditionCode) === conditionCode &&
    (asked.type ?? type) === type &&
    (asked.onFile !== true || entryMode.startsWith('10')) &&
    either(asked.preauthorised, preauthorisedConditions.has(conditionCode)) &&
    either(asked.approved, marks.isApproved) &&
    either(asked.namesOriginal, marks.namesOriginal) &&
    either(asked.zero, marks.isZero)
  );
}

/** The kind that a message asks for; undefined when none is asked for in this way. */
export function kindAskedFor(kinds: PaymentKinds, marks: KindMarks): KindRow | undefined {
  for (const row of kinds.values()) {
    if (row.asked.some((asked) => isAskedBy(asked, marks))) return row;
  }
  return undefined;
}
