// Code tables with names in English and Chinese: transaction types, entry modes, account types.
import { type CodeRow, accountTypes, posEntryModes, transactionTypes } from '../data/codes.ts';

/** A code of a small table. */
export interface CodeMeaning {
  readonly code: string;
  /** Name for programs. */
  readonly name: string;
  readonly text: string;
  readonly textZh: string;
}

function lookUp(table: Readonly<Record<string, CodeRow>>, code: string): CodeMeaning | undefined {
  if (!Object.hasOwn(table, code)) return undefined;
  const [name, text, textZh] = table[code];
  return { code, name, text, textZh };
}

/**
 * Transaction type of 9C or positions 1-2 of DE 3.
 *
 * @example findTransactionType('20')?.name // 'refund'
 */
export function findTransactionType(code: string): CodeMeaning | undefined {
  return lookUp(transactionTypes, code);
}

/**
 * POS entry mode of 9F39 or positions 1-2 of DE 22.
 *
 * @example findPosEntryMode('07')?.name // 'contactless-chip'
 */
export function findPosEntryMode(code: string): CodeMeaning | undefined {
  return lookUp(posEntryModes, code);
}

/**
 * Account type of 5F57 or positions 3-4 of DE 3.
 *
 * @example findAccountType('10')?.name // 'savings'
 */
export function findAccountType(code: string): CodeMeaning | undefined {
  return lookUp(accountTypes, code);
}
