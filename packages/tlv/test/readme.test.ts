// The README's examples run as they stand, and it lists every error code.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tlvErrorCodes } from '../src/index.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);

describe('README', () => {
  test.each(blocks.map((block, i) => [i + 1, block] as const))('example %d runs', (_i, block) => {
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
      cwd: packageFolder,
      input: block,
      encoding: 'utf8',
    });
    expect(printed).toContain("code: 'value-truncated', offset: 9");
  });

  test('every code is listed, in the declared order', () => {
    const listed = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual([...tlvErrorCodes]);
  });
});
