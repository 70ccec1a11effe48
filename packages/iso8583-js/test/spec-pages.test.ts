// The pages of the ready-made specs say what the specs say.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeErrorCodes,
  encodeErrorCodes,
  frameErrorCodes,
  specPage,
  specs,
} from '../src/index.ts';

describe('docs/specs', () => {
  it.each(Object.keys(specs))(
    '%s is current (node scripts/write-spec-pages.ts writes it)',
    (name) => {
      const page = readFileSync(new URL(`../docs/specs/${name}.md`, import.meta.url), 'utf8');
      expect(page).toBe(specPage(specs[name]));
    },
  );

  it('has no page of a spec that is gone', () => {
    const pages = readdirSync(new URL('../docs/specs/', import.meta.url));
    expect(pages.sort()).toEqual(
      Object.keys(specs)
        .map((name) => `${name}.md`)
        .sort(),
    );
  });
});

describe('the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const codes = [...decodeErrorCodes, ...encodeErrorCodes, ...frameErrorCodes];

  it.each([...new Set<string>(codes)])('names the error %s', (code) => {
    expect(readme).toContain(`\`${code}\``);
  });
});
