// Reads the command line of a program: its options, its arguments, --help, and one line for what is wrong
// (POSIX 12.2 and GNU long options, by node:util).
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** What a program takes. */
export interface ProgramUsage<Options extends ParseArgsOptionsConfig> {
  /** As its lines on standard error begin. */
  readonly name: string;
  /** The lines of --help. */
  readonly usage: readonly string[];
  readonly options: Options;
  /** How many arguments it takes besides options; none when absent. */
  readonly argumentsMax?: number;
}

/** Values of the options, by name. */
export type OptionValues<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>['values'];

/** A command line that was understood, or what to say and the exit code: 0 for --help, 2 for a mistake. */
export type CommandLine<Options extends ParseArgsOptionsConfig> =
  | { readonly ok: true; readonly values: OptionValues<Options>; readonly words: string[] }
  | { readonly ok: false; readonly exit: 0 | 2; readonly text: string };

// The library's first sentence says what is wrong; the others advise on options of any program.
function firstSentence(message: string): string {
  return message.split(/\. |\n/)[0].replace(/\.$/, '');
}

/** Reads `words` (what follows the program's name). */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(
  words: readonly string[],
  program: ProgramUsage<Options>,
): CommandLine<Options> {
  const { name, usage, options, argumentsMax = 0 } = program;
  const refused = (problem: string): CommandLine<Options> => ({
    ok: false,
    exit: 2,
    text: `${name}: ${problem}; --help tells more`,
  });
  const ends = words.indexOf('--');
  const before = ends < 0 ? words : words.slice(0, ends);
  if (before.some((word) => word === '--help' || word === '-h')) {
    return { ok: false, exit: 0, text: usage.join('\n') };
  }
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: true });
    if (parsed.positionals.length > argumentsMax) {
      const taken = argumentsMax === 0 ? 'no argument' : `at most ${argumentsMax}`;
      return refused(`takes ${taken} besides options`);
    }
    return { ok: true, values: parsed.values, words: parsed.positionals };
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')) throw error;
    return refused(firstSentence((error as Error).message));
  }
}

/** The command line of this process; --help and mistakes are answered, and end it. */
export function commandLine<Options extends ParseArgsOptionsConfig>(
  program: ProgramUsage<Options>,
): { readonly values: OptionValues<Options>; readonly words: string[] } {
  const read = readCommandLine(process.argv.slice(2), program);
  if (read.ok) return read;
  if (read.exit === 0) console.log(read.text);
  else console.error(read.text);
  process.exit(read.exit);
}
