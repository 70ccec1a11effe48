// What a response code (DE 39, tag 8A) means: one look-up over the tables of every edition.
import {
  type ResponseClass,
  type ResponseCodeRow,
  actionCodes1993,
  actionCodes2003,
  responseCodes1987,
  responseCodesOfTerminal,
  responseCodesUnionPay,
} from '../data/response-codes.ts';

export { type ResponseClass } from '../data/response-codes.ts';

/** Which table a code stands in; `terminal` are the codes a terminal puts into 8A itself. */
export type ResponseCodeTable = '1987' | 'unionpay' | '1993' | '2003' | 'terminal';

/** One response code. */
export interface ResponseCode {
  readonly code: string;
  readonly table: ResponseCodeTable;
  readonly class: ResponseClass;
  readonly en: string;
  readonly zh: string;
  /** What the cashier does. */
  readonly advice: string;
}

function codesOf(table: ResponseCodeTable, rows: readonly ResponseCodeRow[]): ResponseCode[] {
  return rows.map(([code, meaning, en, zh, advice]) => ({
    code,
    table,
    class: meaning,
    en,
    zh,
    advice,
  }));
}

/** All response codes. */
export const responseCodes: readonly ResponseCode[] = [
  ...codesOf('1987', responseCodes1987),
  ...codesOf('unionpay', responseCodesUnionPay),
  ...codesOf('terminal', responseCodesOfTerminal),
  ...codesOf('1993', actionCodes1993),
  ...codesOf('2003', actionCodes2003),
];

// Two, three and four characters: no code of one edition can be taken for another's.
const byCode: ReadonlyMap<string, ResponseCode> = new Map(
  responseCodes.map((row) => [row.code, row]),
);

/**
 * The meaning of a code: two characters are 1987's, UnionPay's or the terminal's, three digits 1993's, four 2003's.
 *
 * @returns undefined for a code in no table: nothing may be concluded from it, not even a decline.
 * @example findResponseCode('1016')?.en // 'not sufficient funds'
 * @example findResponseCode('1160') // undefined
 */
export function findResponseCode(code: string): ResponseCode | undefined {
  return byCode.get(code);
}

const codesOfTerminal: ReadonlySet<string> = new Set(responseCodesOfTerminal.map(([code]) => code));

/** What an answer says of the payment it answers. */
export type ResponseVerdict = 'approved' | 'declined' | 'in-process' | 'unknown';

/**
 * What a code says of the payment it answers. `unknown` is no decline: the host may hold an effect. A terminal's own
 * codes (Y1, Y3, Z1, Z3) answer nothing that was asked of a host.
 *
 * @example verdictOf('08') // 'approved'
 * @example verdictOf('ZZ') // 'unknown'
 */
export function verdictOf(code: string): ResponseVerdict {
  if (codesOfTerminal.has(code)) return 'unknown';
  switch (byCode.get(code)?.class) {
    case 'approved':
    case 'approved-partial':
      return 'approved';
    case 'declined':
    case 'referral':
    case 'pick-up':
    case 'retry':
    case 'technical':
      return 'declined';
    case 'in-process':
      return 'in-process';
    case 'accepted': // An advice or a reversal was taken: no answer to the question for a payment.
    case undefined:
      return 'unknown';
  }
}
