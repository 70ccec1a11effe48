// The README's examples run as they stand, and it names every error code in the declared order.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { keyBlockErrorCodes, securityErrorCodes } from '../src/index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);

describe('README', () => {
  it('has examples', () => {
    expect(examples.length).toBe(3);
  });
  it.each(examples.map((example, i) => [i + 1, example] as const))(
    'example %i runs',
    (_, example) => {
      const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
        cwd: folder,
        input: `${example}\nconsole.log('done');`,
        encoding: 'utf8',
      });
      expect(printed).toBe('done\n');
    },
  );
  it('lists every error code, in order', () => {
    const listed = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual([...securityErrorCodes]);
  });
  it('lists every word for a key block, in order', () => {
    const [, words] = /in the order of checks[^:]*:([\s\S]*?)\.\n/.exec(readme) ?? [];
    const listed = [...(words ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
    expect(listed).toEqual([...keyBlockErrorCodes]);
  });
});
