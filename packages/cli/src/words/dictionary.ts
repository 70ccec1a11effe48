// The shape of an offline dictionary of codes, and how it is searched and printed.
import { given } from '@chipswitch/bytes';
import stringWidth from 'fast-string-width';
import { usage, type Outcome } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { nearest } from '../frame/suggest.ts';
import type { Context } from '../frame/verb.ts';
import { padColumns } from '../frame/width.ts';

/** One word of a dictionary. */
export interface Entry {
  readonly code: string;
  readonly en: string;
  readonly zh?: string;
  /** Short facts behind the name, in the order they are printed. */
  readonly facts: readonly string[];
  /** The same, for machines. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Other words by which a search finds it. */
  readonly keywords?: string;
}

/** A dictionary of codes. */
export interface Dictionary {
  readonly verb: string;
  /** What one code is called, e.g. `response code`. */
  readonly noun: string;
  readonly all: readonly Entry[];
  /** Entries for one code as typed; the default is equality without case. */
  readonly find?: (query: string) => readonly Entry[];
}

/** The name in the language asked for, both when both exist and none was asked for. */
function nameOf(entry: { en: string; zh?: string }, language: Context['language']): string {
  if (entry.zh === undefined || language === 'en') return entry.en;
  return language === 'zh' ? entry.zh : `${entry.en} · ${entry.zh}`;
}

function matches(entry: Entry, terms: readonly string[]): boolean {
  const hay = [entry.code, entry.en, entry.zh ?? '', entry.keywords ?? '', ...entry.facts]
    .join(' ')
    .toLowerCase();
  return terms.every((term) => hay.includes(term));
}

/** Entries that hold every term of a search, those that name it in the first words first. */
function searchEntries(dictionary: Dictionary, text: string): Entry[] {
  const terms = text
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '');
  const found = dictionary.all.filter((entry) => matches(entry, terms));
  const first = terms[0] ?? '';
  const rank = (entry: Entry): number =>
    entry.code.toLowerCase() === first ? 0 : entry.en.toLowerCase().startsWith(first) ? 1 : 2;
  return found.sort((a, b) => rank(a) - rank(b));
}

function lines(entries: readonly Entry[], context: Context): string[] {
  const { paint, language } = context;
  if (entries.length === 1) {
    const [entry] = entries;
    const facts = entry.facts.map((fact) => `    ${paint('dim', fact)}`);
    return [`${paint('name', entry.code)}  ${nameOf(entry, language)}`, ...facts];
  }
  const code = Math.max(...entries.map((entry) => stringWidth(entry.code)));
  const name = Math.max(
    ...entries.map((entry) => Math.min(48, stringWidth(nameOf(entry, language)))),
  );
  return entries.map((entry) => {
    const facts = paint('dim', entry.facts.join(' · '));
    const label = padColumns(nameOf(entry, language), name);
    return `${padColumns(paint('name', entry.code), code)}  ${label}  ${facts}`.trimEnd();
  });
}

function entryData({ code, en, zh, facts, data }: Entry): Record<string, unknown> {
  return { code, en, ...given({ zh }), ...(data ?? { facts }) };
}

function exact(dictionary: Dictionary, query: string): readonly Entry[] {
  if (dictionary.find !== undefined) return dictionary.find(query);
  const wanted = query.toUpperCase();
  return dictionary.all.filter((entry) => entry.code.toUpperCase() === wanted);
}

/** Runs a look-up verb: codes as positionals, or `--search TEXT`, or neither for the whole list. */
export function lookUp(dictionary: Dictionary, context: Context): Outcome {
  const { args } = context;
  const search = args.value('search');
  const found: Entry[] = [];
  if (search !== undefined) found.push(...searchEntries(dictionary, search));
  else if (args.positionals.length === 0) found.push(...dictionary.all);
  for (const query of args.positionals) {
    const entries = exact(dictionary, query);
    if (entries.length > 0) {
      found.push(...entries);
      continue;
    }
    const echo = scrubEcho(query);
    const words = /[^0-9A-Fa-f]/.test(query) && query.length >= 3;
    const near = nearest(
      query,
      dictionary.all.map(({ code }) => code),
    ).filter(() => query.length < 12);
    const hint = near.length === 0 ? '' : `; near it: ${near.join(', ')}`;
    const next = `chipswitch ${dictionary.verb} --search ${words ? `"${echo}"` : 'WORD'}`;
    return usage('UNKNOWN_CODE', `no ${dictionary.noun} "${echo}"${hint}`, next);
  }
  if (found.length === 0) {
    const message = `nothing called "${scrubEcho(search ?? '')}" among ${dictionary.all.length}`;
    return usage('NOTHING_FOUND', message, `chipswitch ${dictionary.verb} lists them all`);
  }
  return {
    ok: true,
    data: { count: found.length, entries: found.map(entryData) },
    text: () => lines(found, context),
  };
}
