// The README lists every error code of decoders and QR codes, and counts the tags.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeErrorCodes, merchantQrErrorCodes, tagDictionary } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README', () => {
  it('every code is listed, in the declared order', () => {
    const listed = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual([...decodeErrorCodes, ...merchantQrErrorCodes]);
  });

  it('the number of tags is right', () => {
    expect(readme).toContain(`a dictionary of ${tagDictionary().size} tags`);
  });
});
