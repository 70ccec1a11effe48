// Candidates for the word under the cursor: verbs, kinds, options, choices and the codes of the dictionaries.
import { type OptionSpec, globalOptions } from '../frame/option.ts';
import type { RunVerb, VerbSpec } from '../frame/verb.ts';

/** A candidate and what it is. */
interface Candidate {
  readonly word: string;
  readonly help: string;
}

const candidatesMax = 200;

function optionCandidates(spec: VerbSpec | undefined): Candidate[] {
  return [...(spec?.options ?? []), ...globalOptions].map(({ name, help }) => ({
    word: `--${name}`,
    help,
  }));
}

async function choicesAfter(
  previous: string,
  spec: VerbSpec | undefined,
): Promise<readonly string[] | undefined> {
  const options: OptionSpec[] = [...(spec?.options ?? []), ...globalOptions];
  const option = options.find(({ name }) => previous === `--${name}`);
  if (option === undefined) return undefined;
  return option.choices ?? (await option.names?.());
}

async function candidates(
  words: readonly string[],
  verbs: readonly VerbSpec[],
): Promise<readonly Candidate[]> {
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
  const codes = (await spec.codes?.()) ?? [];
  return [
    ...kinds.map(({ name, help }) => ({ word: name, help })),
    ...codes.map(({ code, en }) => ({ word: code, help: en })),
  ];
}

/** `chipswitch complete -- WORD…`: one candidate per line, a tab, its help. */
export const run: RunVerb = async ({ args, verbs }) => {
  const words = args.positionals.length === 0 ? [''] : args.positionals;
  const current = (words.at(-1) ?? '').toLowerCase();
  const all = await candidates(words, verbs);
  const found = all
    .filter(({ word }) => word.toLowerCase().startsWith(current))
    .slice(0, candidatesMax);
  return {
    ok: true,
    data: { candidates: found },
    text: () => found.map(({ word, help }) => `${word}\t${help}`),
  };
};
