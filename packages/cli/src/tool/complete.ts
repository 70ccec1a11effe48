// Candidates for the word under the cursor: verbs, kinds, options, choices and the codes of the dictionaries.
import { verbs } from '../catalogue.ts';
import { globalOptions } from '../frame/arguments.ts';
import type { OptionSpec, RunVerb, VerbSpec } from '../frame/verb.ts';

/** A candidate and what it is. */
interface Candidate {
  readonly word: string;
  readonly help: string;
}

const candidatesMax = 200;

/** The codes of the look-up verbs, loaded only when one of them is being completed. */
const codesOf: Readonly<Record<string, () => Promise<readonly Candidate[]>>> = {
  rc: async () =>
    (await import('../words/response-codes.ts')).responseCodeDictionary.all.map(toCandidate),
  aid: async () => (await import('../words/aids.ts')).aidDictionary.all.map(toCandidate),
  sw: async () =>
    (await import('../words/status-words.ts')).statusWordDictionary.all.map(toCandidate),
  tag: async () => (await import('../words/tags.ts')).tagEntries().all.map(toCandidate),
  mcc: async () =>
    (await import('../words/categories.ts')).categoryDictionary().all.map(toCandidate),
  currency: async () =>
    (await import('../words/currencies.ts')).currencyDictionary().all.map(toCandidate),
  country: async () =>
    (await import('../words/countries.ts')).countryDictionary().all.map(toCandidate),
};

function toCandidate({ code, en }: { code: string; en: string }): Candidate {
  return { word: code, help: en };
}

function optionCandidates(spec: VerbSpec | undefined): Candidate[] {
  return [...(spec?.options ?? []), ...globalOptions].map(({ name, help }) => ({
    word: `--${name}`,
    help,
  }));
}

/** Names that an option can take and that stand in no table of verbs. */
const namesOf: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  spec: async () => Object.keys((await import('iso8583-js')).specs),
  framing: async () => (await import('../iso/framings.ts')).framings.map(({ name }) => name),
  card: async () => (await import('@chipswitch/card')).profileNames,
  from: async () => (await import('@chipswitch/card')).profileNames,
  terminal: async () =>
    (await import('../devices/sandbox.ts')).sandboxTerminals.map(({ terminalId }) => terminalId),
  cvn: async () =>
    (await import('@chipswitch/cryptography')).cryptogramVersions.map(({ id }) => id),
};

async function choicesAfter(
  previous: string,
  spec: VerbSpec | undefined,
): Promise<readonly string[] | undefined> {
  const options: OptionSpec[] = [...(spec?.options ?? []), ...globalOptions];
  const option = options.find(({ name }) => previous === `--${name}`);
  if (option === undefined) return undefined;
  return option.choices ?? (await namesOf[option.name]?.());
}

async function candidates(words: readonly string[]): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const typed = before.find((word) => !word.startsWith('-'));
  const spec = verbs.find((v) => v.name === typed || v.aliases?.includes(typed ?? ''));
  const choices = await choicesAfter(before.at(-1) ?? '', spec);
  if (choices !== undefined) return choices.map((word) => ({ word, help: '' }));
  if (current.startsWith('-')) return optionCandidates(spec);
  if (spec === undefined) {
    if (typed !== undefined) return [];
    return verbs
      .filter(({ hidden }) => hidden !== true)
      .map(({ name, summary }) => ({ word: name, help: summary }));
  }
  const positionals = before.filter((word) => !word.startsWith('-')).length - 1;
  const kinds = positionals === 0 ? (spec.kinds ?? []) : [];
  const codes = await codesOf[spec.name]?.();
  return [...kinds.map(({ name, help }) => ({ word: name, help })), ...(codes ?? [])];
}

/** `chipswitch complete -- WORD…`: one candidate per line, a tab, its help. */
export const run: RunVerb = async ({ args }) => {
  const words = args.positionals.length === 0 ? [''] : args.positionals;
  const current = (words.at(-1) ?? '').toLowerCase();
  const all = await candidates(words);
  const found = all
    .filter(({ word }) => word.toLowerCase().startsWith(current))
    .slice(0, candidatesMax);
  return {
    ok: true,
    data: { candidates: found },
    text: () => found.map(({ word, help }) => `${word}\t${help}`),
  };
};
