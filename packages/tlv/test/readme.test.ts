// The README lists every error code, in the declared order.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tlvErrorCodes } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README', () => {
  it('every code is listed, in the declared order', () => {
    const listed = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual([...tlvErrorCodes]);
  });
});
