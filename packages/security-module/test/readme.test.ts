// The READMEs name every error code and word in the declared order.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keyBlockErrorCodes } from '@chipswitch/cryptography';
import { describe, expect, it } from 'vitest';
import { securityErrorCodes } from '../src/index.ts';

const folderOf = (member: string): string =>
  fileURLToPath(new URL(`../../${member}/`, import.meta.url));
const readmeOf = (member: string): string => readFileSync(`${folderOf(member)}README.md`, 'utf8');

describe('READMEs', () => {
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
