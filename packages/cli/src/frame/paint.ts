// Colour and weight on a terminal, nothing elsewhere; never the only carrier of a meaning.
import { styleText } from 'node:util';

/** Roles of text; each has one look. */
export type Role = 'name' | 'value' | 'dim' | 'good' | 'bad' | 'warn' | 'head';

/** Gives a text the look of its role. */
export type Paint = (role: Role, text: string) => string;

const looks = {
  name: 'cyan',
  value: 'bold',
  dim: 'gray',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  head: ['bold', 'underline'],
} as const;

/** Leaves text as it is. */
const plain: Paint = (_role, text) => text;

const coloured: Paint = (role, text) =>
  text === ''
    ? ''
    : styleText(looks[role] as Parameters<typeof styleText>[0], text, { validateStream: false });

/**
 * Decides about colour: `--color` first, then NO_COLOR (no-color.org: any non-empty value), then
 * FORCE_COLOR, then whether the output is a terminal that is not `dumb`.
 */
export function choosePaint(
  choice: string,
  env: Readonly<Record<string, string | undefined>>,
  isTty: boolean,
): Paint {
  if (choice === 'always') return coloured;
  if (choice === 'never') return plain;
  if ((env['NO_COLOR'] ?? '') !== '') return plain;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force === '0' || force === 'false' ? plain : coloured;
  return isTty && env['TERM'] !== 'dumb' ? coloured : plain;
}
