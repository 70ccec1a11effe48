// What an option of a verb declares about itself, and the options that every verb takes.

/** One option of a verb. */
export interface OptionSpec {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Absent for a flag; else how the value is called in help texts, e.g. `HEX`. */
  readonly value?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** The value must be a whole number in this range. */
  readonly range?: readonly [number, number];
  /** Names it takes that stand in no table of verbs, for completion. */
  readonly names?: () => Promise<readonly string[]>;
  readonly help: string;
}

/** Options that every verb takes. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'json', help: 'one JSON document on stdout (JSON Lines for streams)' },
  { name: 'unsafe', help: 'show card data and secrets unmasked' },
  {
    name: 'in',
    value: 'FORM',
    choices: ['auto', 'hex', 'base64', 'text', 'raw', 'file'],
    help: 'how to read the input (default auto)',
  },
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    help: 'colours (default: on a terminal; NO_COLOR and FORCE_COLOR are honoured)',
  },
  {
    name: 'lang',
    value: 'LANG',
    choices: ['en', 'zh', 'both'],
    help: 'language of names (default both where both exist)',
  },
  { name: 'width', value: 'N', range: [40, 1000], help: 'columns to stay within' },
  { name: 'help', short: 'h', help: 'this page' },
  { name: 'version', short: 'V', help: 'version of chipswitch' },
];
