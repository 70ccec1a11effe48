// The READMEs' examples run as they stand, and they name every error code and word in the declared order.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keyBlockErrorCodes } from '@chipswitch/cryptography';
import { describe, expect, it } from 'vitest';
import { securityErrorCodes } from '../src/index.ts';

const folderOf = (member: string): string =>
  fileURLToPath(new URL(`../../${member}/`, import.meta.url));
const readmeOf = (member: string): string => readFileSync(`${folderOf(member)}README.md`, 'utf8');

// A block that begins with an import of node:assert is a whole program.
const examples = ['cryptography', 'security-module', 'payshield', 'key-management'].flatMap(
  (member) =>
    [...readmeOf(member).matchAll(/```ts\n(import assert[\s\S]*?)```/g)].map(
      (match, i) => [member, i + 1, match[1]] as const,
    ),
);

describe('READMEs', () => {
  it('have examples', () => {
    const counted = new Map<string, number>();
    for (const [member] of examples) counted.set(member, (counted.get(member) ?? 0) + 1);
    expect([...counted]).toEqual([
      ['cryptography', 3],
      ['security-module', 3],
      ['payshield', 1],
      ['key-management', 1],
    ]);
  });
  it.each(examples)('%s: example %i runs', (member, _, example) => {
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
      cwd: folderOf(member),
      input: `${example}\nconsole.log('done');`,
      encoding: 'utf8',
    });
    expect(printed).toBe('done\n');
  });
  it('list every error code, in order', () => {
    const listed = [...readmeOf('security-module').matchAll(/^\| `([a-z-]+)` \|/gm)];
    expect(listed.map((match) => match[1])).toEqual([...securityErrorCodes]);
  });
  it('list every word for a key block, in order', () => {
    const [, words] =
      /in the order of checks[^:]*:([\s\S]*?)\.\n/.exec(readmeOf('cryptography')) ?? [];
    const listed = [...(words ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
    expect(listed).toEqual([...keyBlockErrorCodes]);
  });
});
