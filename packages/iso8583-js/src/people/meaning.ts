// What a coded value means, in words, for descriptions.
import {
  accountTypes,
  actionRanges,
  conditionCodes,
  entryModes,
  networkCodes,
  pinEntry,
  processingCodes,
} from '../data/meanings.ts';
import { findResponseCode } from './response-code.ts';

function processing(value: string): string | undefined {
  const what = processingCodes[value.slice(0, 2)];
  if (what === undefined || value.length < 6) return what;
  const from = accountTypes[value.slice(2, 4)] ?? value.slice(2, 4);
  const to = accountTypes[value.slice(4, 6)] ?? value.slice(4, 6);
  return `${what}, from ${from}, to ${to}`;
}

function entryMode(value: string): string | undefined {
  const digits = value.length === 4 ? value.slice(1) : value;
  const mode = entryModes[digits.slice(0, 2)];
  const pin = pinEntry[digits.slice(2, 3)];
  return mode === undefined || pin === undefined ? mode : `${mode}, ${pin}`;
}

function responseMeaning(code: string): string | undefined {
  const words = findResponseCode(code)?.en;
  return words === undefined ? undefined : `${words[0].toUpperCase()}${words.slice(1)}`;
}

/**
 * The meaning of a data element's value.
 *
 * @param mti the message's type: 1987's numbering is used for versions 0, 1993's for 1 and 2
 * @returns undefined when the element is not coded or the code is not known.
 * @example meaningOf('0210', 39, '51') // 'Not sufficient funds'
 */
export function meaningOf(mti: string, number: number, value: string): string | undefined {
  const first = mti.startsWith('0');
  switch (number) {
    case 3:
      return processing(value);
    case 22:
      return first ? entryMode(value) : undefined;
    case 25:
      return first ? conditionCodes[value] : undefined;
    case 39:
      return responseMeaning(value) ?? (first ? undefined : actionRanges[value[0] ?? '']);
    case 70:
      return first ? networkCodes[value] : undefined;
    default:
      return undefined;
  }
}
