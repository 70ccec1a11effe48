// Look-up of the two status bytes a card ends its answer with (ISO/IEC 7816-4 clause 5.6).
import { statusWords, type StatusWord } from '../data/status-words.ts';
import type { RunVerb } from '../frame/verb.ts';
import { type Dictionary, type Entry, lookUp } from './dictionary.ts';

const all: readonly Entry[] = statusWords.map(({ pattern, kind, en, zh }) => ({
  code: pattern,
  en,
  zh,
  facts: [kind],
  data: { kind },
}));

/** A status word read: its family's text with the number filled in. */
export interface ReadStatusWord {
  readonly sw: string;
  readonly kind: StatusWord['kind'];
  readonly en: string;
  readonly zh: string;
}

/** Meaning of four hex digits, or undefined when they are no known status word. */
export function readStatusWord(sw: string): ReadStatusWord | undefined {
  const wanted = sw.toUpperCase();
  if (!/^(?:6[1-9A-F]|9[0-9A-F])[0-9A-F]{2}$/.test(wanted)) return undefined;
  const found = statusWords.find(({ pattern }) => {
    const fixed = pattern.replaceAll('x', '');
    return wanted.startsWith(fixed) && fixed.length >= 2;
  });
  if (found === undefined) return undefined;
  const open = found.pattern.length - found.pattern.replaceAll('x', '').length;
  const count = Number.parseInt(wanted.slice(4 - open), 16);
  // In 61xx and 6Cxx a zero stands for 256.
  const n = String(open === 2 && count === 0 ? 256 : count);
  const { kind, en, zh } = found;
  return { sw: wanted, kind, en: en.replace('{n}', n), zh: zh.replace('{n}', n) };
}

/** Status words. */
export const statusWordDictionary: Dictionary = {
  verb: 'sw',
  noun: 'status word',
  all,
  find: (query) => {
    const read = readStatusWord(query.replaceAll(' ', ''));
    if (read === undefined) return [];
    const { sw, kind, en, zh } = read;
    return [{ code: sw, en, zh, facts: [kind], data: { kind } }];
  },
};

/** `chipswitch sw`. */
export const run: RunVerb = (context) => lookUp(statusWordDictionary, context);
