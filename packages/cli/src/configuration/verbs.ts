// The verbs about the configuration that the switches of a database share, as data.
import type { OptionSpec } from '../frame/option.ts';
import type { VerbSpec } from '../frame/verb.ts';

const switchFile: OptionSpec = {
  name: 'switch-file',
  value: 'FILE',
  help: "a switch's own file: its settings are checked with the change; a dry run reads card numbers with its keys",
};
const merge: OptionSpec = {
  name: 'merge',
  help: 'what the document names is added or replaced; else each section in it becomes what it says',
};
const author: readonly OptionSpec[] = [
  { name: 'why', value: 'TEXT', help: 'why: kept with the change' },
  { name: 'by', value: 'NAME', help: 'who (default: you at this machine)' },
];

/** Configuration verbs. */
export const configurationVerbs: readonly VerbSpec[] = [
  {
    name: 'config',
    group: 'operations',
    summary: 'the configuration of running switches: export, import, diff, history, rollback',
    usage: [
      'chipswitch config export [VERSION] > FILE',
      'chipswitch config diff [FILE] [--from VERSION] [--merge]',
      'chipswitch config import FILE --why TEXT [--merge]',
      'chipswitch config history [VERSION]',
      'chipswitch config rollback VERSION --why TEXT',
    ],
    kinds: [
      { name: 'export', help: 'the document: readable, stable, no key and no card number in it' },
      { name: 'import', help: 'a new version out of a document; refused whole when it is wrong' },
      { name: 'diff', help: 'what a document would change, or what changed since a version' },
      { name: 'history', help: 'the versions: who, when, why; of one, what it changed' },
      { name: 'rollback', help: 'a new version that says what an earlier one said' },
    ],
    options: [
      ...author,
      merge,
      {
        name: 'from',
        value: 'VERSION',
        range: [1, 999_999_999],
        help: 'compare from this version',
      },
      { name: 'limit', value: 'N', range: [1, 200_000], help: 'how many are shown' },
      switchFile,
    ],
    examples: [
      {
        command: 'chipswitch config import terminals.json --merge --why "shop 17 opens"',
        shows: 'the new version, what it changed, and which switches have taken it up',
      },
      { command: 'chipswitch config diff --from 12', shows: 'what changed since version 12' },
    ],
    notes: [
      'An export says its version, and an import of it is refused when somebody has written another version since. Running switches take a version up within a second or two; one that cannot work by it keeps what it had and says why.',
      'The database is DATABASE_URL, else that of the running sandbox.',
    ],
    load: async () => (await import('./config.ts')).run,
  },
  {
    name: 'route',
    group: 'operations',
    summary: 'a proposed routing played against recorded payments',
    usage: ['chipswitch route dry-run FILE [--merge] [--limit N] [--switch-file FILE]'],
    kinds: [
      { name: 'dry-run', help: 'how many payments would go elsewhere, and why; changes nothing' },
    ],
    options: [
      merge,
      {
        name: 'limit',
        value: 'N',
        range: [1, 200_000],
        help: 'newest payments to play (default 10000)',
      },
      switchFile,
    ],
    examples: [
      {
        command: 'chipswitch route dry-run proposed.json --merge',
        shows: 'from which host to which, how many, by which rule; exit code 1 when any would',
      },
    ],
    load: async () => (await import('./route.ts')).run,
  },
];
