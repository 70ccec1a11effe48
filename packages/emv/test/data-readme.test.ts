// The README's examples run as they stand, and it lists every error code of decoders and QR codes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeErrorCodes, merchantQrErrorCodes, tagDictionary } from '../src/index.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);

describe('README', () => {
  test.each([
    ['data elements', 0, '  57 Track 2 Equivalent Data [17] 476173******0119'],
    ['transactions', 1, 'no-application'],
    ['QR codes', 2, 'BEST SHOP\n[]'],
  ])('the example of %s runs', (_name, i, expected) => {
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
      cwd: packageFolder,
      input: blocks[i],
      encoding: 'utf8',
    });
    expect(printed).toContain(expected);
  });

  test('every code is listed, in the declared order', () => {
    const listed = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual([...decodeErrorCodes, ...merchantQrErrorCodes]);
  });

  test('the number of tags is right', () => {
    expect(readme).toContain(`a dictionary of ${tagDictionary().size} tags`);
  });
});
