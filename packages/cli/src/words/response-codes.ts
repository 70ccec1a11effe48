// Look-up of response codes: DE 39, 1993 and 2003 action codes, terminal codes of tag 8A; also in hex as tag 8A has it.
import { responseCodes } from 'iso8583-js';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

const tables = {
  '1987': 'DE 39, ISO 8583:1987 and networks',
  unionpay: 'DE 39, UnionPay Q/CUP 006',
  '1993': 'DE 39 action code, ISO 8583:1993',
  '2003': 'DE 39 action code, ISO 8583:2003',
  terminal: 'tag 8A, made by the terminal',
} as const;

const all: readonly Entry[] = responseCodes.map(
  ({ code, table, class: group, en, zh, advice }) => ({
    code,
    en,
    zh,
    facts: [group, advice, tables[table]],
    data: { table, group, advice },
  }),
);

/** The response code written as two bytes of hex, e.g. 3035 for 05 (tag 8A, EMV Book 4 A6). */
function fromTag8a(query: string): string | undefined {
  if (!/^(?:3[0-9]|[45][0-9A-Fa-f]){2}$/.test(query)) return undefined;
  return Buffer.from(query, 'hex').toString('latin1');
}

/** Response codes. */
export const responseCodeDictionary: Dictionary = {
  verb: 'rc',
  noun: 'response code',
  all,
  find: (query) => {
    const wanted = [query.toUpperCase(), fromTag8a(query)];
    return all.filter(({ code }) => wanted.includes(code));
  },
};

/** `chipswitch rc`. */
export const run: RunVerb = (context) => lookUp(responseCodeDictionary, context);
