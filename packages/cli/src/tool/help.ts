// `chipswitch help`: the list, a verb's page, or a topic.
import { exitCodeText, overview, verbPage } from '../frame/help.ts';
import { usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import type { RunVerb } from '../frame/verb.ts';
import { wrapColumns } from '../frame/width.ts';

const topics: Readonly<Record<string, readonly string[]>> = {
  input: [
    'INPUT is looked at in this order: "-" is standard input; "@NAME" is a file; hex stands for itself (blanks, line feeds, colons and 0x are skipped); the name of an existing file is read; anything else is text, and base64 where it can be.',
    'A file may hold raw bytes, hex, base64, text, or a hex dump as xxd, hexdump -C, od -A x -t x1 or Wireshark make it. --in hex|base64|text|raw|file forces one way.',
    'Hex digits can also be the text of a message (ISO 8583 in ASCII): verbs that guess try both readings and say which one held.',
  ],
  masking: [
    'Account numbers show their first six and last four digits. Track data, PIN blocks, PINs, card verification codes, cardholder names and keys are not shown at all.',
    '--unsafe shows them. It is meant for test data on your own screen; a line on stderr says that the output is unmasked.',
    'As a last net every text that leaves the process is searched for account numbers once more.',
  ],
  keys: [
    'A key is given as HEX, @FILE (hex inside), env:NAME (an environment variable) or - (standard input). HEX is kept in the shell history and seen by ps: use it for test keys only.',
    'Keys are printed as check values (KCV); --unsafe prints generated and derived keys.',
  ],
  'exit-codes': [exitCodeText],
  json: [
    'With --json stdout holds one document {"version":1,"verb":…,"ok":true,…}; streams (pcap, pay --events) print one such document per line.',
    'A refusal is {"version":1,"verb":…,"ok":false,"error":{"code","message","next","path"?,"offset"?,"exit"},"partial"?}; the same stands as two lines on stderr.',
    'Bytes are upper-case hex, amounts in minor units are text. Fields may be added within a version, none is renamed or removed.',
  ],
  topics: ['Topics: input, masking, keys, exit-codes, json.'],
};

/** `chipswitch help`. */
export const run: RunVerb = ({ args, paint, width, verbs }) => {
  const [topic] = args.positionals;
  if (topic === undefined) {
    return {
      ok: true,
      data: {
        verbs: verbs
          .filter((v) => v.hidden !== true)
          .map((v) => ({ name: v.name, summary: v.summary })),
      },
      text: () => overview(verbs, paint, width),
    };
  }
  const verb = verbs.find((v) => v.name === topic || v.aliases?.includes(topic));
  if (verb !== undefined) {
    const { name, summary, usage: ways, examples } = verb;
    const options = verb.options.map(({ name, help }) => ({ name, help }));
    return {
      ok: true,
      data: { name, summary, usage: ways, options, examples },
      text: () => verbPage(verb, paint, width),
    };
  }
  if (Object.hasOwn(topics, topic)) {
    const paragraphs = topics[topic];
    return {
      ok: true,
      data: { topic, paragraphs },
      text: () => paragraphs.flatMap((paragraph) => wrapColumns(paragraph, width)),
    };
  }
  const known = [
    ...verbs.filter((v) => v.hidden !== true).map((v) => v.name),
    ...Object.keys(topics),
  ];
  const message = `no help on "${scrubEcho(topic)}"${didYouMean(topic, known)}`;
  return usage('UNKNOWN_TOPIC', message, 'chipswitch help');
};
