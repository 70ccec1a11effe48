// Look-up of application identifiers and their providers (ISO/IEC 7816-5), by any prefix.
import { given } from '@chipswitch/bytes';
import { aidEntries } from '../data/aids.ts';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

const all: readonly Entry[] = aidEntries.map(({ aid, scheme, product, zh }) => ({
  code: aid,
  en: product,
  ...given({ zh }),
  facts: [aid.length === 10 ? 'RID' : `RID ${aid.slice(0, 10)}`, scheme],
  data: { rid: aid.slice(0, 10), scheme },
}));

/** Entries under a prefix; for a longer identifier than any listed, the longest listed beginning of it. */
export function findAid(query: string): readonly Entry[] {
  const wanted = query.replaceAll(/[\s:]/g, '').toUpperCase();
  if (!/^[0-9A-F]{4,32}$/.test(wanted)) return [];
  const under = all.filter(({ code }) => code.startsWith(wanted));
  if (under.length > 0) return under;
  const over = all.filter(({ code }) => wanted.startsWith(code));
  return over.sort((a, b) => b.code.length - a.code.length).slice(0, 1);
}

/** Application identifiers. */
export const aidDictionary: Dictionary = {
  verb: 'aid',
  noun: 'application identifier',
  all,
  find: findAid,
};

/** `chipswitch aid`. */
export const run: RunVerb = (context) => lookUp(aidDictionary, context);
