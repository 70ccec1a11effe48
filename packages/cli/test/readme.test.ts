// The README: every example is run and gives what it shows; every error code in the source is explained.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../src/catalogue.ts';
import { readArguments } from '../src/frame/arguments.ts';
import { runHere } from './support/run-here.ts';
import { wordsOf } from './support/shell-words.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

interface Example {
  readonly command: string;
  readonly env: Record<string, string>;
  readonly shown: string[];
}

/** Commands of the console blocks with what is shown under them; exports go into the environment. */
function examples(): Example[] {
  const found: Example[] = [];
  const env: Record<string, string> = {};
  for (const [, block] of readme.matchAll(/```console\n([\s\S]*?)```/g)) {
    for (const line of block.trimEnd().split('\n')) {
      const set = /^\$ export (\w+)=(.*)$/.exec(line);
      if (set !== null) env[set[1]] = set[2];
      else if (line.startsWith('$ '))
        found.push({ command: line.slice(2), env: { ...env }, shown: [] });
      else found.at(-1)?.shown.push(line);
    }
  }
  return found;
}

let folder = '';
let before = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-readme-'));
  before = process.cwd();
  process.chdir(root);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe('examples', () => {
  for (const { command, env, shown } of examples()) {
    it(command.slice(0, 70), async () => {
      const [program, ...words] = wordsOf(command);
      expect(program).toBe('chipswitch');
      const { out, err } = await runHere(words, { env: { CHIPSWITCH_HOME: folder, ...env } });
      const lines = `${out}${err}`.trimEnd().split('\n');
      expect(lines).toHaveLength(shown.length);
      lines.forEach((line, index) => {
        // An ellipsis in the README stands for anything.
        const parts = shown[index]
          .split('…')
          .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
        expect(line).toMatch(new RegExp(`^${parts.join('.*')}$`));
      });
    });
  }
  it('are many', () => {
    expect(examples().length).toBeGreaterThan(15);
  });
});

describe('help pages', () => {
  for (const verb of verbs) {
    it(`${verb.name}: its examples use only options that exist`, () => {
      for (const { command } of verb.examples) {
        // Out of a pipe, a redirection or a substitution: the part that is ours.
        const own = /\$\((chipswitch [^)]*)\)/.exec(command)?.[1] ?? command;
        const [part] = own.split('|').filter((one) => one.includes('chipswitch'));
        const words = wordsOf(part.slice(part.indexOf('chipswitch')).replace(/ > .*$/, ''));
        const known = verbs.find(
          ({ name, aliases }) => name === words[1] || aliases?.includes(words[1]),
        );
        const read = readArguments(words.slice(2), known?.options ?? [], words[1]);
        expect(read).toMatchObject({ ok: true });
      }
    });
  }
});

describe('error codes', () => {
  const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
    .join('\n');
  const codes = new Set<string>();
  for (const [, code] of source.matchAll(/(?:usage|undecodable)\(\s*'([A-Z][A-Z0-9_]+)'/g))
    codes.add(code);
  for (const [, code] of source.matchAll(/\bcode: '([A-Z][A-Z0-9_]+)'/g)) codes.add(code);
  for (const [, family] of source.matchAll(/`([A-Z][A-Z0-9_]+_)\$\{/g)) codes.add(`${family}*`);
  // What the file system says is no code of ours.
  codes.delete('ENOENT');
  /** A code stands there itself, or its family does: `TLV_*`. */
  const explained = (code: string): boolean =>
    readme.includes(`\`${code}\``) ||
    code
      .split('_')
      .some((_, i, parts) => i > 0 && readme.includes(`\`${parts.slice(0, i).join('_')}_*\``));
  it('are all in the README', () => {
    expect(codes.size).toBeGreaterThan(60);
    expect([...codes].filter((code) => !explained(code))).toEqual([]);
  });
});
