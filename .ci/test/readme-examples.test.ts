// The TypeScript blocks of READMEs run, and what a line's comment says it gives is what it gives.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const members = ['ledger', 'transaction'];
const packages = fileURLToPath(new URL('../../packages/', import.meta.url));

/** `expression; // shown` becomes a line that prints both. */
function withChecks(block: string): string {
  const lines = block.split('\n').map((line) => {
    const checked = /^([^/\n]+[^/\n ]); \/\/ (.+)$/.exec(line);
    if (checked === null || /^(const|let|import) /.test(line)) return line;
    const [, expression, shown] = checked;
    const text = shown.replace(/: .*$/, '').trim();
    return `console.log(JSON.stringify([inspect(${expression}), ${JSON.stringify(text)}]));`;
  });
  return `import { inspect } from 'node:util';\n${lines.join('\n')}\n`;
}

describe.each(members)('README of %s', (member) => {
  const readme = readFileSync(`${packages}${member}/README.md`, 'utf8');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
  it('has an example', () => expect(blocks.length).toBeGreaterThan(0));
  it.each(blocks.map((block, i) => [i + 1, block] as const))('block %i', (i, block) => {
    // Inside the package, so that its own imports resolve as a user's would.
    const folder = `${packages}${member}/dist/readme`;
    const file = `${folder}/block-${i}.ts`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, withChecks(block));
    const run = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(run.stderr).toBe('');
    const shown = run.stdout.trim().split('\n').filter(Boolean);
    expect(shown.length).toBeGreaterThan(0);
    for (const line of shown) {
      const [given, said] = JSON.parse(line) as [string, string];
      expect(given).toBe(said);
    }
  });
});
