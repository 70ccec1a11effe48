// The README's example runs as it stands, and its table names every command that is answered.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { simulatedCommands } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);

describe('README', () => {
  it.each(examples.map((example, i) => [i + 1, example] as const))('example %i runs', (_, code) => {
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      input: `${code}\nconsole.log('done');`,
      encoding: 'utf8',
    });
    expect(printed).toBe('done\n');
  });
  it('names every command, and no other', () => {
    const rows = [...readme.matchAll(/^\| (?:[a-zA-Z ]+) \| ((?:[A-Z0-9]{2}[ ,]*)+)\|$/gm)];
    const named = rows.flatMap((row) => row[1].split(/[ ,]+/).filter((code) => code !== ''));
    expect(named.toSorted()).toEqual([...simulatedCommands].toSorted());
  });
});
