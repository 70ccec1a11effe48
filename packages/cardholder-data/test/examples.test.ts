// Every @example in the sources runs, and what its comment promises is what comes out.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as index from '../src/index.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src'] as const;

interface Example {
  readonly where: string;
  readonly code: string;
}

function examplesOf(folder: string, file: string): Example[] {
  const source = readFileSync(`${packageFolder}/${folder}/${file}`, 'utf8');
  return [...source.matchAll(/@example\s+([\s\S]*?)\n\s*\*\//g)].map((match, i) => {
    const lines = match[1].split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    return { where: `${file} ${i + 1}`, code: lines.join('\n') };
  });
}

/** The last line's value against its comment, where that is a literal. */
function checkOf({ where, code }: Example): string {
  const lines = code.split('\n');
  const last = /^(if \([\w.]+\) )?(.*?);? \/\/ (.+)$/.exec(lines[lines.length - 1]);
  if (last === null) return `{ ${code}\n }`;
  const [, condition, expression, literal] = last;
  const before = lines.slice(0, -1).join('\n');
  const assert = `assert.deepEqual(${expression}, ${literal}, '${where}')`;
  return `{ ${before}\n${condition ?? ''}${assert}; checked++; }`;
}

const examples = folders.flatMap((folder) =>
  readdirSync(`${packageFolder}/${folder}`)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => examplesOf(folder, file)),
);

const names = Object.keys(index).join(', ');
const preamble = `
import assert from 'node:assert/strict';

import * as all from '@chipswitch/cardholder-data';
const { ${names} } = all;
let checked = 0;`;

describe('examples', () => {
  test('all run and hold', () => {
    expect(examples.length).toBeGreaterThan(20);
    const script = `${preamble}\n${examples.map(checkOf).join('\n')}\nconsole.log(checked);`;
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
      cwd: packageFolder,
      input: script,
      encoding: 'utf8',
    });
    expect(Number(printed.trim().split('\n').at(-1))).toBeGreaterThan(15);
  });
});
