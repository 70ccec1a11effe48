// The verbs that watch a running switch through its operators' door, as data.
import type { OptionSpec } from '../frame/option.ts';
import type { VerbSpec } from '../frame/verb.ts';

const door: OptionSpec = {
  name: 'operations',
  value: 'URL',
  help: "the switch's operators' door (default CHIPSWITCH_OPERATIONS, else the sandbox of npm start)",
};
const notes = [
  'A door that asks for a token is shown the one in CHIPSWITCH_OPERATIONS_TOKEN. Exit code 1 when the switch takes no payments, 4 when nobody answers.',
];

/** Verbs of operations. */
export const operationsVerbs: readonly VerbSpec[] = [
  {
    name: 'status',
    group: 'operations',
    summary:
      'how a running switch stands: what it needs, its links, what is waited for, what it has counted',
    usage: ['chipswitch status [--operations URL]'],
    options: [door],
    examples: [
      { command: 'chipswitch status', shows: 'the sandbox of npm start' },
      { command: 'chipswitch status --json', shows: 'the same for a program' },
    ],
    notes,
    load: async () => (await import('./status.ts')).run,
  },
  {
    name: 'top',
    group: 'operations',
    summary:
      'the rates of a running switch, a line each interval: questions, approvals, declines, unknowns',
    usage: ['chipswitch top [--every SECONDS] [--times N] [--operations URL]'],
    options: [
      door,
      {
        name: 'every',
        value: 'SECONDS',
        range: [1, 3_600],
        help: 'seconds between lines (default 1)',
      },
      {
        name: 'times',
        value: 'N',
        range: [1, 1_000_000],
        help: 'ends after N lines (default: never)',
      },
    ],
    examples: [
      { command: 'chipswitch top', shows: 'a line a second until Ctrl-C' },
      {
        command: 'chipswitch top --every 10 --times 6 --json',
        shows: 'a minute in six lines of JSON',
      },
    ],
    notes,
    load: async () => (await import('./top.ts')).run,
  },
  {
    name: 'tail',
    group: 'operations',
    summary: 'the log of a running switch as it is written',
    usage: ['chipswitch tail [--event NAME] [--times N] [--operations URL]'],
    options: [
      door,
      {
        name: 'event',
        value: 'NAME',
        help: 'only lines of this event, such as answered or problem',
      },
      {
        name: 'times',
        value: 'N',
        range: [1, 1_000_000],
        help: 'ends after N lines (default: never)',
      },
    ],
    examples: [
      { command: 'chipswitch tail --event answered', shows: 'each answer to a terminal' },
      { command: 'chipswitch tail --json', shows: 'the lines as they are, one JSON each' },
    ],
    notes,
    load: async () => (await import('./tail.ts')).run,
  },
];
