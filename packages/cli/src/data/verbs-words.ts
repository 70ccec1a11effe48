// The verbs that look up words and codes, as data: nothing here loads a dictionary.
import type { OptionSpec, VerbSpec } from '../frame/verb.ts';

const search: OptionSpec = {
  name: 'search',
  short: 's',
  value: 'TEXT',
  help: 'every entry that holds all words of TEXT, in English or Chinese',
};

/** Look-up verbs. */
export const wordVerbs: readonly VerbSpec[] = [
  {
    name: 'aid',
    group: 'words',
    summary: 'whose application identifier this is, by any prefix',
    usage: ['chipswitch aid [HEX…]', 'chipswitch aid --search TEXT'],
    options: [search],
    examples: [
      { command: 'chipswitch aid A000000333', shows: 'UnionPay and its applications' },
      { command: 'chipswitch aid --search 银联', shows: 'the same, found in Chinese' },
    ],
    load: async () => (await import('../words/aids.ts')).run,
  },
  {
    name: 'rc',
    group: 'words',
    summary: 'what a response code means and what the cashier does',
    usage: ['chipswitch rc [CODE…]', 'chipswitch rc --search TEXT'],
    options: [search],
    examples: [
      { command: 'chipswitch rc 51', shows: 'not sufficient funds · 余额不足' },
      { command: 'chipswitch rc 3035', shows: 'tag 8A in hex: do not honour' },
    ],
    load: async () => (await import('../words/response-codes.ts')).run,
  },
  {
    name: 'sw',
    group: 'words',
    summary: 'what the status word of a card means',
    usage: ['chipswitch sw [HEX…]', 'chipswitch sw --search TEXT'],
    options: [search],
    examples: [{ command: 'chipswitch sw 63C2', shows: 'verification failed, 2 tries left' }],
    load: async () => (await import('../words/status-words.ts')).run,
  },
];
