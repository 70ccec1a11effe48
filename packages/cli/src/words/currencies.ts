// Look-up of currencies (ISO 4217), by number as 5F2A and DE 49 write it, or by letters.
import { type Currency, currencyName, findCurrency, listCurrencies } from '@chipswitch/emv/look-up';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

function entryOf(currency: Currency): Entry {
  const { numeric, alpha, exponent } = currency;
  const decimals = exponent === undefined ? 'no minor unit' : `${exponent} decimals`;
  return {
    code: numeric,
    en: `${alpha} ${currencyName(currency, 'en')}`,
    zh: currencyName(currency, 'zh'),
    facts: [decimals],
    data: { alpha, exponent: exponent ?? null },
  };
}

/** Currencies. */
export const currencyDictionary = (): Dictionary => ({
  verb: 'currency',
  noun: 'currency',
  all: listCurrencies().map(entryOf),
  find: (query) => {
    const code = /^\d+$/.test(query) ? query.padStart(3, '0').slice(-3) : query;
    const found = query.length > 4 ? undefined : findCurrency(code);
    return found === undefined ? [] : [entryOf(found)];
  },
});

/** `chipswitch currency`. */
export const run: RunVerb = (context) => lookUp(currencyDictionary(), context);
