// Look-up of merchant category codes (ISO 18245).
import {
  findMerchantCategory,
  listMerchantCategories,
  type MerchantCategory,
} from '@chipswitch/emv/look-up';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

function entryOf({ code, name, nameZh, byRange }: MerchantCategory): Entry {
  return {
    code,
    en: name,
    ...(nameZh === '' ? {} : { zh: nameZh }),
    facts: byRange ? ['by its range'] : [],
    data: { byRange },
  };
}

/** Merchant categories. */
export const categoryDictionary = (): Dictionary => ({
  verb: 'mcc',
  noun: 'merchant category code',
  all: listMerchantCategories().map(entryOf),
  find: (query) => {
    const found = findMerchantCategory(query.padStart(4, '0'));
    return found === undefined ? [] : [entryOf(found)];
  },
});

/** `chipswitch mcc`. */
export const run: RunVerb = (context) => lookUp(categoryDictionary(), context);
