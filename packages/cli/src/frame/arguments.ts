// Reads the words of a command line against the options a verb declares (POSIX 12.2 and GNU long options).
import { parseArgs } from 'node:util';
import { type OptionSpec, globalOptions } from './option.ts';
import { type Refusal, usage } from './outcome.ts';
import { scrubEcho } from './scrub.ts';
import { didYouMean } from './suggest.ts';

/** More words than a person types, fewer than a script can flood with. */
const wordsMax = 4096;

/** The words of a command line, read. */
export class ArgumentValues {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  /** Whether a flag, or an option with a value, was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The last value given for an option. */
  value(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** All values given for an option that may repeat. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The value of an option with a range; checked while parsing. */
  number(name: string): number | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : Number(value);
  }
}

type Words = ReturnType<typeof tokensOf>;
type Token = Words[number];

/** The words as options, values and positionals: `-` alone is a positional, `--` ends the options. */
function tokensOf(words: readonly string[], options: readonly OptionSpec[]) {
  const config = Object.fromEntries(
    options.map(({ name, short, value }) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const);
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
  // What is wrong is judged below: the library's own messages repeat what was typed.
  return parseArgs({ args: [...words], options: config, strict: false, tokens: true }).tokens;
}

function valueProblem(option: OptionSpec, value: string, page: string): Refusal | undefined {
  const flag = `--${option.name}`;
  if (option.choices !== undefined && !option.choices.includes(value)) {
    const near = didYouMean(value, option.choices);
    const message = `${flag} does not take "${scrubEcho(value)}"${near}`;
    return usage('BAD_VALUE', message, `use one of: ${option.choices.join(', ')}`);
  }
  if (option.range === undefined) return undefined;
  const [low, high] = option.range;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= low && number <= high) return undefined;
  return usage('BAD_VALUE', `${flag} takes a whole number from ${low} to ${high}`, page);
}

/** Why an option word cannot be taken; undefined when it can. */
function optionProblem(
  token: Token & { kind: 'option' },
  option: OptionSpec | undefined,
  options: readonly OptionSpec[],
  page: string,
): Refusal | undefined {
  if (option === undefined) {
    const known = options.map(({ name }) => name);
    const near = didYouMean(token.name, known).replaceAll('"', '').replace('mean ', 'mean --');
    return usage('UNKNOWN_OPTION', `unknown option ${scrubEcho(token.rawName)}${near}`, page);
  }
  const flag = `--${option.name}`;
  if (option.value === undefined) {
    const alone = token.value === undefined;
    return alone ? undefined : usage('BAD_VALUE', `${flag} takes no value`, `write ${flag} alone`);
  }
  if (token.value === undefined)
    return usage('MISSING_VALUE', `${flag} needs a value`, `write ${flag} ${option.value}`);
  return valueProblem(option, token.value, page);
}

/** Reads words against the options of a verb and the global ones. Values are never repeated unless masked. */
export function readArguments(
  words: readonly string[],
  own: readonly OptionSpec[],
  helpCommand: string,
): { ok: true; values: ArgumentValues } | Refusal {
  if (words.length > wordsMax)
    return usage('TOO_MANY_WORDS', `more than ${wordsMax} words`, 'put long input into a file');
  const options = [...own, ...globalOptions];
  const page = helpCommand === '' ? 'chipswitch --help' : `chipswitch ${helpCommand} --help`;
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokensOf(words, options)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options.find(({ name }) => name === token.name);
    const problem = optionProblem(token, option, options, page);
    if (problem !== undefined) return problem;
    const before = values.get(token.name) ?? [];
    if (before.length > 0 && option?.value !== undefined && option.multiple !== true) {
      const flag = `--${token.name}`;
      return usage('REPEATED_OPTION', `${flag} was given twice`, `give ${flag} once`);
    }
    values.set(token.name, [...before, token.value ?? '']);
  }
  return { ok: true, values: new ArgumentValues(positionals, values) };
}

/** A command line, split at its verb. */
export interface SplitLine {
  readonly verb: string | undefined;
  /** The words before the verb: global options. */
  readonly before: readonly string[];
  /** All words but the verb. */
  readonly rest: readonly string[];
}

/**
 * Splits a command line at its verb: the first word that is neither a global option nor the value
 * of one. The words before the verb go behind it, so that `chipswitch --json tag 9F26` works.
 */
export function splitVerb(words: readonly string[]): SplitLine {
  const first = tokensOf(words, globalOptions).find(({ kind }) => kind !== 'option');
  if (first?.kind !== 'positional') return { verb: undefined, before: words, rest: words };
  const before = words.slice(0, first.index);
  return { verb: first.value, before, rest: [...before, ...words.slice(first.index + 1)] };
}
