// The verbs about ISO 8583 messages, as data: nothing here loads a codec.
import type { VerbSpec } from '../frame/verb.ts';
import { framingOption, messageOption, outOption, specOption } from '../iso/options.ts';

/** Message verbs. */
export const messageVerbs: readonly VerbSpec[] = [
  {
    name: 'doctor',
    group: 'look',
    summary: 'which spec, framing and encoding a message is in: all are tried and ranked',
    usage: [
      'chipswitch doctor INPUT [--all] [--spec NAME] [--framing NAME]',
      'chipswitch doctor --env',
    ],
    options: [
      specOption,
      framingOption,
      messageOption,
      { name: 'all', help: 'every attempt that understood anything' },
      { name: 'env', help: 'this machine instead: node, folders, the switch' },
    ],
    examples: [
      {
        command: 'chipswitch doctor @message.hex',
        shows: 'the ranking, and the first wrong byte of the runner-up',
      },
    ],
    load: async () => (await import('./doctor.ts')).run,
  },
  {
    name: 'diff',
    group: 'look',
    summary: 'two messages element by element; what an answer changes anyway is told apart',
    usage: ['chipswitch diff A B [--spec NAME]'],
    options: [specOption, framingOption],
    examples: [
      {
        command: 'chipswitch diff @request.hex @response.hex',
        shows: 'what the host changed; exit code 1 when that is unexpected',
      },
    ],
    load: async () => (await import('./diff.ts')).run,
  },
  {
    name: 'validate',
    group: 'look',
    summary: 'whether a message decodes, encodes back to the same bytes and keeps the rules',
    usage: ['chipswitch validate INPUT [--strict] [--spec NAME]'],
    options: [
      specOption,
      framingOption,
      messageOption,
      { name: 'strict', help: 'missing elements that good messages carry are errors' },
    ],
    examples: [
      {
        command: 'chipswitch validate --strict @message.hex',
        shows: 'each broken rule with its element; exit code 3',
      },
    ],
    load: async () => (await import('./validate.ts')).run,
  },
  {
    name: 'redact',
    group: 'build',
    summary: 'the same message without card data, same lengths, still decodable: to be shared',
    usage: ['chipswitch redact INPUT [--spec NAME] [--out hex|text|base64]'],
    options: [specOption, framingOption, messageOption, outOption],
    examples: [
      {
        command: 'chipswitch redact @message.hex > shared.hex',
        shows: 'account number 6+4 kept, all other secrets zeros',
      },
    ],
    notes: [
      'A message that does not decode is refused: what cannot be understood cannot be made safe.',
    ],
    load: async () => (await import('./redact.ts')).run,
  },
  {
    name: 'specs',
    group: 'look',
    summary: 'the ready-made ISO 8583 specs and framings; one of them as a table or as JSON',
    usage: ['chipswitch specs [NAME]', 'chipswitch specs --framings'],
    options: [{ name: 'framings', help: 'the framings instead' }, specOption],
    examples: [
      { command: 'chipswitch specs posTerminal', shows: 'each element: name, form, length, mask' },
    ],
    load: async () => (await import('./specs.ts')).run,
  },
];
