// The verbs about the tool itself, as data.
import type { VerbSpec } from '../frame/verb.ts';

/** Tool verbs. */
export const toolVerbs: readonly VerbSpec[] = [
  {
    name: 'help',
    group: 'tool',
    summary: 'this list, the page of a verb, or a topic',
    usage: ['chipswitch help [VERB | TOPIC]'],
    kinds: [
      { name: 'input', help: 'where input comes from and how it is understood' },
      { name: 'masking', help: 'what is hidden, and how to see it' },
      { name: 'keys', help: 'how to give keys without leaving them in a shell history' },
      { name: 'exit-codes', help: 'what the exit codes mean' },
      { name: 'json', help: 'the JSON envelope' },
    ],
    options: [],
    examples: [{ command: 'chipswitch help masking', shows: 'what is hidden by default' }],
    load: async () => (await import('./help.ts')).run,
  },
  {
    name: 'completion',
    group: 'tool',
    summary: 'a completion script for a shell',
    usage: ['chipswitch completion bash|zsh|fish|powershell'],
    kinds: [
      { name: 'bash', help: 'eval "$(chipswitch completion bash)" in ~/.bashrc' },
      { name: 'zsh', help: 'eval "$(chipswitch completion zsh)" in ~/.zshrc' },
      { name: 'fish', help: 'chipswitch completion fish | source in config.fish' },
      {
        name: 'powershell',
        help: 'chipswitch completion powershell | Out-String | Invoke-Expression',
      },
    ],
    options: [],
    examples: [
      {
        command: 'eval "$(chipswitch completion bash)"',
        shows: 'completes verbs, kinds, options and codes',
      },
    ],
    load: async () => (await import('./completion.ts')).run,
  },
  {
    name: 'complete',
    group: 'tool',
    hidden: true,
    summary: 'candidates for the word under the cursor, one per line',
    usage: ['chipswitch complete -- WORD…'],
    options: [],
    examples: [{ command: 'chipswitch complete -- dec', shows: 'decode' }],
    load: async () => (await import('./complete.ts')).run,
  },
];
