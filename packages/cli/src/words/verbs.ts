// The verbs that look up words and codes, as data: nothing here loads a dictionary.
import type { OptionSpec } from '../frame/option.ts';
import type { VerbSpec } from '../frame/verb.ts';

const search: OptionSpec = {
  name: 'search',
  short: 's',
  value: 'TEXT',
  help: 'every entry that holds all words of TEXT, in English or Chinese',
};

/** Look-up verbs. */
export const wordVerbs: readonly VerbSpec[] = [
  {
    name: 'tag',
    group: 'words',
    summary: 'what an EMV tag is: name, source, format, length, template',
    usage: ['chipswitch tag [TAG…]', 'chipswitch tag --search TEXT'],
    options: [search],
    examples: [
      {
        command: 'chipswitch tag 9F26',
        shows: 'Application Cryptogram, binary, 8 bytes, from the card',
      },
      { command: 'chipswitch tag --search "unpredictable"', shows: 'every tag with that word' },
    ],
    codes: async () => (await import('./tags.ts')).tagEntries().all,
    load: async () => (await import('./tags.ts')).run,
  },
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
    codes: async () => (await import('./aids.ts')).aidDictionary.all,
    load: async () => (await import('./aids.ts')).run,
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
    codes: async () => (await import('./response-codes.ts')).responseCodeDictionary.all,
    load: async () => (await import('./response-codes.ts')).run,
  },
  {
    name: 'sw',
    group: 'words',
    summary: 'what the status word of a card means',
    usage: ['chipswitch sw [HEX…]', 'chipswitch sw --search TEXT'],
    options: [search],
    examples: [{ command: 'chipswitch sw 63C2', shows: 'verification failed, 2 tries left' }],
    codes: async () => (await import('./status-words.ts')).statusWordDictionary.all,
    load: async () => (await import('./status-words.ts')).run,
  },
  {
    name: 'mcc',
    group: 'words',
    summary: 'merchant category codes (ISO 18245)',
    usage: ['chipswitch mcc [CODE…]', 'chipswitch mcc --search TEXT'],
    options: [search],
    examples: [{ command: 'chipswitch mcc 5812', shows: 'eating places, restaurants' }],
    codes: async () => (await import('./categories.ts')).categoryDictionary().all,
    load: async () => (await import('./categories.ts')).run,
  },
  {
    name: 'currency',
    group: 'words',
    summary: 'currencies by number or letters, with their minor units (ISO 4217)',
    usage: ['chipswitch currency [CODE…]', 'chipswitch currency --search TEXT'],
    options: [search],
    examples: [{ command: 'chipswitch currency 156', shows: 'CNY, two decimals' }],
    codes: async () => (await import('./currencies.ts')).currencyDictionary().all,
    load: async () => (await import('./currencies.ts')).run,
  },
  {
    name: 'country',
    group: 'words',
    summary: 'countries by number or letters (ISO 3166-1)',
    usage: ['chipswitch country [CODE…]', 'chipswitch country --search TEXT'],
    options: [search],
    examples: [{ command: 'chipswitch country 0156', shows: 'China, as tag 9F1A writes it' }],
    codes: async () => (await import('./countries.ts')).countryDictionary().all,
    load: async () => (await import('./countries.ts')).run,
  },
];
