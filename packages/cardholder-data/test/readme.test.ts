// The README names every function of the face.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as face from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('names every function', () => {
  const functions = Object.keys(face).filter((name) => !/^pan(?:Digits)/.test(name));
  expect(functions.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
