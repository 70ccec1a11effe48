// Help pages: the list of verbs, one page per verb, all made from what the verbs declare.
import { type OptionSpec, globalOptions } from './option.ts';
import type { Paint } from './paint.ts';
import type { VerbSpec } from './verb.ts';
import { padColumns, wrapColumns } from './width.ts';

/** Groups of verbs, in the order of the list. */
const groups: Readonly<Record<VerbSpec['group'], string>> = {
  look: 'Look into messages',
  build: 'Make and change messages',
  words: 'Look up words and codes (offline)',
  keys: 'Keys and cryptograms',
  devices: 'Cards and terminals',
  operations: 'A running switch',
  tool: 'The tool itself',
};

/** What the exit codes mean. */
export const exitCodeText =
  '0 done · 1 mismatch, difference, or declined under --expect · 2 usage · 3 decode or validation · ' +
  '4 cannot connect or read · 5 time-out or unknown outcome · 6 cryptographic failure · ' +
  '7 permission · 70 a fault of chipswitch itself';

function rows(
  entries: readonly (readonly [string, string])[],
  paint: Paint,
  width: number,
): string[] {
  const column = Math.min(30, Math.max(...entries.map(([left]) => left.length)) + 2);
  return entries.flatMap(([left, right]) => {
    const lines = wrapColumns(right, Math.max(20, width - column - 2));
    const first = `  ${padColumns(paint('name', left), column)}${lines[0]}`;
    return [first, ...lines.slice(1).map((line) => ' '.repeat(column + 2) + line)];
  });
}

function optionWords(option: OptionSpec): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return `${short}--${option.name}${value}`;
}

function optionHelp(option: OptionSpec): string {
  const choices = option.choices === undefined ? '' : ` [${option.choices.join('|')}]`;
  return `${option.help}${choices}${option.multiple === true ? ' (may repeat)' : ''}`;
}

/** The list of all verbs. */
export function overview(verbs: readonly VerbSpec[], paint: Paint, width: number): string[] {
  const lines = [
    'chipswitch: cards, messages and keys of the payment world on a command line',
    '',
    `${paint('head', 'Usage')}  chipswitch VERB [KIND] [INPUT] [--json] [--unsafe] …`,
    '       INPUT is hex, base64 or text, the name of a file, @FILE, or - for standard input.',
  ];
  for (const group of Object.keys(groups) as VerbSpec['group'][]) {
    const own = verbs.filter((verb) => verb.group === group && verb.hidden !== true);
    if (own.length === 0) continue;
    const entries = own.map((verb): [string, string] => [
      [verb.name, ...(verb.aliases ?? [])].join(', '),
      verb.summary,
    ]);
    lines.push('', paint('head', groups[group]), ...rows(entries, paint, width));
  }
  const more =
    'chipswitch VERB --help · chipswitch help TOPIC (input, masking, keys, exit-codes, json)';
  return [...lines, '', paint('head', 'More'), `  ${more}`];
}

/** The page of one verb. */
export function verbPage(verb: VerbSpec, paint: Paint, width: number): string[] {
  const lines = [`chipswitch ${verb.name}: ${verb.summary}`];
  if (verb.aliases !== undefined) lines.push(`also: ${verb.aliases.join(', ')}`);
  lines.push('', paint('head', 'Usage'), ...verb.usage.map((line) => `  ${line}`));
  if (verb.kinds !== undefined) {
    const entries = verb.kinds.map(({ name, help }): [string, string] => [name, help]);
    lines.push('', paint('head', 'Kinds'), ...rows(entries, paint, width));
  }
  for (const [title, options] of [
    ['Options', verb.options],
    ['Everywhere', globalOptions],
  ] as const) {
    if (options.length === 0) continue;
    const entries = options.map((o): [string, string] => [optionWords(o), optionHelp(o)]);
    lines.push('', paint('head', title), ...rows(entries, paint, width));
  }
  lines.push('', paint('head', 'Examples'));
  for (const { command, shows } of verb.examples)
    lines.push(`  ${paint('value', command)}`, `      ${shows}`);
  for (const note of verb.notes ?? []) lines.push('', ...wrapColumns(note, width));
  return [
    ...lines,
    '',
    paint('head', 'Exit codes'),
    ...wrapColumns(exitCodeText, width - 2).map((line) => `  ${line}`),
  ];
}
