// The README names every reason and every refusal of the kernel, and the files of its steps are there.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { certificateErrorCodes, outcomeReasons, signedDataErrorCodes } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README on the kernel', () => {
  it.each([...outcomeReasons, ...certificateErrorCodes, ...signedDataErrorCodes])(
    'names %s',
    (code) => expect(readme).toContain(`\`${code}\``),
  );

  it('the reasons are the declared ones, in their order', () => {
    const paragraph = /A run ends with one of these reasons:\n([\s\S]*?)\. Certificates/.exec(
      readme,
    )?.[1];
    const listed = [...(paragraph ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
    expect(listed).toEqual([...outcomeReasons]);
  });

  it('the files of the steps are there', () => {
    const files = [...readme.matchAll(/\| `([a-z-]+\.ts)`/g)].map((match) => match[1]);
    expect(files.length).toBeGreaterThanOrEqual(11);
    for (const file of files) {
      const path = fileURLToPath(new URL(`../src/kernel/${file}`, import.meta.url));
      expect([file, existsSync(path)]).toEqual([file, true]);
    }
  });
});
