// The kinds of payment that the switch serves. A new one is a row in a file of this folder and its name here.
import { holdVoided, refund, voided } from './given-back.ts';
import { accountStatus, balanceInquiry } from './inquiry.ts';
import type { KindRow } from './kind.ts';
import { completion, completionAdvice, preauthorisation } from './preauthorised.ts';
import { cashAdvance, cashBack, offlinePurchase, purchase } from './sale.ts';

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

/** The kinds of this house. */
export const paymentKinds: PaymentKinds = tableOfKinds([
  purchase,
  cashBack,
  cashAdvance,
  offlinePurchase,
  preauthorisation,
  completion,
  completionAdvice,
  refund,
  voided,
  holdVoided,
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

/** The kind that a message asks for; undefined when none is asked for in this way. */
export function kindAskedFor(kinds: PaymentKinds, marks: KindMarks): KindRow | undefined {
  const { mti, processingCode, conditionCode, namesOriginal, isZero } = marks;
  for (const row of kinds.values()) {
    const isAsked = row.asked.some(
      (asked) =>
        asked.messageClass === mti[1] &&
        (asked.advice === true) === (mti[2] === '2') &&
        processingCode.startsWith(asked.processing) &&
        either(asked.preauthorised, conditionCode === '06') &&
        either(asked.namesOriginal, namesOriginal) &&
        either(asked.zero, isZero),
    );
    if (isAsked) return row;
  }
  return undefined;
}
