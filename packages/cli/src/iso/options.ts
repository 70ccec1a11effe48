// Options that the verbs about ISO 8583 messages share, as data: nothing here loads a codec.
import type { OptionSpec } from '../frame/option.ts';

/** The spec to read or write by. */
export const specOption: OptionSpec = {
  name: 'spec',
  value: 'NAME',
  help: 'ready-made spec, or @FILE with a spec as JSON (see: chipswitch specs)',
  names: async () => Object.keys((await import('iso8583-js')).specs),
};

/** What stands around the message. */
export const framingOption: OptionSpec = {
  name: 'framing',
  value: 'NAME',
  help: 'framing of the bytes (see: chipswitch specs --framings)',
  names: async () => (await import('iso8583-js')).framings.map(({ name }) => name),
};

/** How bytes are written. */
export const outOption: OptionSpec = {
  name: 'out',
  value: 'FORM',
  choices: ['hex', 'text', 'base64'],
  help: 'form of the output',
};

/** Which message of several, framed one behind the other. */
export const messageOption: OptionSpec = {
  name: 'message',
  value: 'N',
  range: [1, 10_000],
  help: 'which of several framed messages (default the first)',
};
