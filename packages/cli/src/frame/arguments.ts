// Reads the words of a command line against the options a verb declares (POSIX 12.2 and GNU long options).
import { type Refusal, usage } from './outcome.ts';
import { scrubEcho } from './scrub.ts';
import { didYouMean } from './suggest.ts';
import { type OptionSpec, globalOptions } from './option.ts';

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

interface Reading {
  readonly options: readonly OptionSpec[];
  readonly helpCommand: string;
  readonly values: Map<string, string[]>;
}

function checkValue(option: OptionSpec, value: string, reading: Reading): Refusal | undefined {
  const flag = `--${option.name}`;
  if (option.choices !== undefined && !option.choices.includes(value)) {
    const near = didYouMean(value, option.choices);
    const message = `${flag} does not take "${scrubEcho(value)}"${near}`;
    return usage('BAD_VALUE', message, `use one of: ${option.choices.join(', ')}`);
  }
  if (option.range !== undefined) {
    const [low, high] = option.range;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= low && number <= high)) {
      const message = `${flag} takes a whole number from ${low} to ${high}`;
      return usage('BAD_VALUE', message, `chipswitch ${reading.helpCommand} --help`);
    }
  }
  if (reading.values.has(option.name) && option.multiple !== true)
    return usage('REPEATED_OPTION', `${flag} was given twice`, `give ${flag} once`);
  return undefined;
}

/** Takes one option word (and its value from `rest`); the refusal, or undefined when it is fine. */
function takeOption(word: string, rest: string[], reading: Reading): Refusal | undefined {
  const long = word.startsWith('--');
  const equals = long ? word.indexOf('=') : -1;
  const typed = equals < 0 ? word.slice(long ? 2 : 1) : word.slice(2, equals);
  const option = reading.options.find(({ name, short }) => (long ? name : short) === typed);
  if (option === undefined) {
    const known = reading.options.map(({ name }) => name);
    const near = didYouMean(typed, known).replaceAll('"', '').replace('mean ', 'mean --');
    const message = `unknown option ${scrubEcho(word.split('=')[0])}${near}`;
    return usage('UNKNOWN_OPTION', message, `chipswitch ${reading.helpCommand} --help`.trim());
  }
  if (option.value === undefined) {
    if (equals >= 0)
      return usage('BAD_VALUE', `--${option.name} takes no value`, `write --${option.name} alone`);
    reading.values.set(option.name, ['']);
    return undefined;
  }
  const value = equals >= 0 ? word.slice(equals + 1) : rest.shift();
  if (value === undefined) {
    const message = `--${option.name} needs a value`;
    return usage('MISSING_VALUE', message, `write --${option.name} ${option.value}`);
  }
  const refusal = checkValue(option, value, reading);
  if (refusal !== undefined) return refusal;
  reading.values.set(option.name, [...(reading.values.get(option.name) ?? []), value]);
  return undefined;
}

/**
 * Reads words against the options of a verb and the global ones. `-` alone is a positional
 * (standard input), `--` ends the options. Values are never repeated in an error unless masked.
 */
export function readArguments(
  words: readonly string[],
  own: readonly OptionSpec[],
  helpCommand: string,
): { ok: true; values: ArgumentValues } | Refusal {
  if (words.length > wordsMax)
    return usage('TOO_MANY_WORDS', `more than ${wordsMax} words`, 'put long input into a file');
  const reading = { options: [...own, ...globalOptions], helpCommand, values: new Map() };
  const positionals: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      positionals.push(...rest);
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      positionals.push(word);
      continue;
    }
    const refusal = takeOption(word, rest, reading);
    if (refusal !== undefined) return refusal;
  }
  return { ok: true, values: new ArgumentValues(positionals, reading.values) };
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
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') {
      const before = words.slice(0, i);
      return { verb: word, before, rest: [...before, ...words.slice(i + 1)] };
    }
    const option = globalOptions.find(({ name }) => word === `--${name}`);
    if (option?.value !== undefined) i++;
  }
  return { verb: undefined, before: words, rest: words };
}
