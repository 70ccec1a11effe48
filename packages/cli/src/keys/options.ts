// Options that verbs about keys and PIN blocks share, as data.
import type { OptionSpec } from '../frame/option.ts';

/** Shows the way to a result. */
export const explainOption: OptionSpec = {
  name: 'explain',
  help: 'every intermediate step: check values of keys, never keys unless --unsafe',
};

/** An option that takes a key, in one of the four ways to give one. */
export const keyOption = (name: string, help: string): OptionSpec => ({
  name,
  value: 'KEY',
  help: `${help}: HEX, @FILE, env:NAME or -`,
});

/** Instead of the account number: what formats 0 and 3 take of it. */
export const accountOption: OptionSpec = {
  name: 'account',
  value: 'DIGITS',
  help: 'instead of --pan for PIN block formats 0 and 3: its rightmost 12 digits without the check digit',
};

/** What reading a PIN block takes. */
export const pinBlockOptions: readonly OptionSpec[] = [
  { name: 'pan', value: 'DIGITS', help: 'account number (PIN blocks)' },
  accountOption,
  {
    name: 'format',
    value: 'N',
    choices: ['0', '1', '2', '3', '4'],
    help: 'PIN block format (default 0)',
  },
  keyOption('key', 'PIN key'),
];
