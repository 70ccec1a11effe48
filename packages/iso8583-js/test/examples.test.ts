// Every exported function and class has an example that runs, and so do the README's blocks.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as cardholderData from '@chipswitch/cardholder-data';
import * as api from '../src/index.ts';

const source = fileURLToPath(new URL('../src/', import.meta.url));

interface Example {
  readonly name: string;
  readonly code: string;
}

/** Examples of one source file by the name of what they document. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(join(source, file), 'utf8');
  const documented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:function|class|const) (\w+)/g;
  return [...text.matchAll(documented)].flatMap(([, comment, name]) => {
    const body = comment.replaceAll(/^\s*\* ?/gm, '');
    return body
      .split('@example')
      .slice(1)
      .map((code) => ({ name, code: code.trim() }));
  });
}

/** Turns `expression // value` into an assertion; other lines stay as they are. */
function asserting(code: string): string {
  return code
    .split('\n')
    .map((line) => {
      const parts = /^(?!\s*\/\/)(.*\S)\s*\/\/ (.+)$/.exec(line);
      if (parts === null) return line;
      const [, expression, value] = parts;
      const wanted = value.replace(/^Uint8Array \[(.*)\]$/, 'Uint8Array.of($1)');
      return `assert.deepEqual(${expression.replace(/;$/, '')}, ${wanted});`;
    })
    .join('\n');
}

/** Runs examples in a Node of their own; `bytes` is a small message of iso1987Ascii. */
function run(examples: readonly Example[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'iso8583-examples-'));
  try {
    const names = Object.keys(api).join(', ');
    const blocks = examples.map(({ name, code }) => {
      return `try {\n${asserting(code)}\n} catch (error) { throw new Error('example of ${name}', { cause: error }); }`;
    });
    const file = join(folder, 'examples.ts');
    writeFileSync(
      file,
      `import assert from 'node:assert/strict';
import { ${names} } from '${join(source, 'index.ts')}';
const encoded = encodeMessage(iso1987Ascii, { mti: '0800', de7: '1122131411', de11: '000001', de70: '301' });
if (!encoded.ok) throw new Error('the message of the examples');
const { bytes } = encoded;
${blocks.join('\n')}
`,
    );
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const examples = files.flatMap(examplesOf);

describe('examples', () => {
  it('exist for every exported function and class', () => {
    const documented = new Set(examples.map((example) => example.name));
    const missing = Object.entries(api)
      .filter(([, value]) => typeof value === 'function')
      .map(([name]) => name)
      // What the face hands on of card data has its examples, run by a test, where it stands.
      .filter((name) => !documented.has(name) && !(name in cardholderData));
    expect(missing).toEqual([]);
  });

  it('of the docstrings run and give what they say', () => {
    run(examples.filter((example) => example.name in api));
    expect(examples.length).toBeGreaterThan(30);
  });

  it('of the README run and give what they say', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], i) => ({
      name: `the README, block ${i + 1}`,
      code: code.replaceAll(/^import .*$/gm, ''),
    }));
    expect(blocks.length).toBeGreaterThan(3);
    run(blocks);
  });
});
