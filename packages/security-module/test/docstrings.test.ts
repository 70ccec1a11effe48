// The examples of docstrings run: a line `expression // value` must give that value.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as cryptography from '@chipswitch/cryptography';
import * as securityModule from '../src/index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

const files = ['src', '../cryptography/src'].flatMap((source) =>
  readdirSync(join(folder, source), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, source, name)),
);
const own = Object.keys(securityModule).filter((name) => !(name in cryptography));

// A value that would make the line too long stands on the next.
const linesOf = (text: string): string[] =>
  text
    .replaceAll(/\n \* \/\/ /g, ' // ')
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, '').trim())
    .filter(Boolean);

const examples = files.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/ \* @example([\s\S]*?)(?=\n \* @|\n \*\/)/g)].map(
    ([, text]) => linesOf(text),
  ),
);

// Bytes are shown as hex text, everything else as it is written in code.
function checked(line: string): string {
  const at = line.lastIndexOf(' // ');
  if (at < 0) return line;
  const [expression, value] = [line.slice(0, at), line.slice(at + 4)];
  return `assert.deepEqual(shown(${expression}), ${value}, ${JSON.stringify(line)});`;
}

it('there are examples, and each one says what it gives', () => {
  expect(examples.length).toBeGreaterThan(50);
  expect(examples.filter((lines) => !lines.some((line) => line.includes(' // ')))).toEqual([]);
});

it('examples give what they say', () => {
  const program = [
    `import assert from 'node:assert/strict';`,
    `import { fromHex, toHex } from '@chipswitch/bytes';`,
    `import { ${Object.keys(cryptography).join(', ')} } from '@chipswitch/cryptography';`,
    `import { ${own.join(', ')} } from '@chipswitch/security-module';`,
    `const shown = (value) => (value instanceof Uint8Array ? toHex(value) : value);`,
    ...examples.map((lines) => `{\n${lines.map(checked).join('\n')}\n}`),
    `console.log('done');`,
  ].join('\n');
  const printed = execFileSync(process.execPath, ['--input-type=module', '-'], {
    cwd: folder,
    input: program,
    encoding: 'utf8',
  });
  expect(printed).toBe('done\n');
});
