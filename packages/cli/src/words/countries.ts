// Look-up of countries (ISO 3166-1), by number as 9F1A and DE 19 write it, or by two or three letters.
import { type Country, countryName, findCountry, listCountries } from '@chipswitch/emv/look-up';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

function entryOf(country: Country): Entry {
  const { numeric, alpha2, alpha3 } = country;
  return {
    code: numeric,
    en: countryName(country, 'en'),
    zh: countryName(country, 'zh'),
    facts: [`${alpha2} ${alpha3}`],
    data: { alpha2, alpha3 },
  };
}

/** Countries. */
export const countryDictionary = (): Dictionary => ({
  verb: 'country',
  noun: 'country',
  all: listCountries().map(entryOf),
  find: (query) => {
    const code = /^\d+$/.test(query) ? query.padStart(3, '0').slice(-3) : query;
    const found = query.length > 4 ? undefined : findCountry(code);
    return found === undefined ? [] : [entryOf(found)];
  },
});

/** `chipswitch country`. */
export const run: RunVerb = (context) => lookUp(countryDictionary(), context);
