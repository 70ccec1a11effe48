// The README's example runs as it stands and prints what its comments say; it names every function of the face.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as face from '../src/index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);

it.each(blocks.map((block, i) => [i + 1, block] as const))('example %d runs', (_i, block) => {
  const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
    cwd: folder,
    input: block,
    encoding: 'utf8',
  });
  const promised = [...block.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed.trim().split('\n')).toEqual(promised);
});

it('names every function', () => {
  const functions = Object.keys(face).filter((name) => !/^pan(?:Digits)/.test(name));
  expect(functions.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
