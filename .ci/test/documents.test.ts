// What documents say is so: every path, package, command, option, name and test that they quote is there.
import { describe, expect, it } from 'vitest';
import { wrongClaims } from './document-claims.ts';
import { listFiles, listMembers, read } from './workspace-files.ts';

const files = listFiles();
const documents = files.filter((file) => file.endsWith('.md') && !/(^|\/)\.changeset\//.test(file));

describe('a document', () => {
  it.each(documents)('%s names only what is there', (document) => {
    expect(wrongClaims(document, read(document))).toEqual([]);
  });
  it('stands in every member, and beside the guards', () => {
    const folders = [...listMembers(files).map(({ folder }) => folder), '.ci'];
    expect(folders.filter((folder) => !documents.includes(`${folder}/README.md`))).toEqual([]);
  });
});

describe('what is not there is found', () => {
  it.each([
    ['a file', 'See `life.ts`.', 'life.ts'],
    ['a path', 'See `packages/bytes/src/life.ts`.', 'packages/bytes/src/life.ts'],
    ['a folder', 'In `packages/moon/`.', 'packages/moon/'],
    ['a glob', '`src/moon/*.sql`', 'src/moon/*.sql'],
    ['a package', '`@chipswitch/moon`', '@chipswitch/moon'],
    ['an export path', '`@chipswitch/ledger/moon`', '@chipswitch/ledger/moon'],
    ['what is made while running', '`.chipswitch/moonbeam`', '.chipswitch/moonbeam'],
    ['a URL path', '`/v1/moonbeams/{id}`', '/v1/moonbeams/{id}'],
    ['a script', '`npm run moon`', 'npm run moon'],
    ['a script in a block', '```\nnpm run moon -- --json\n```\n', 'npm run moon'],
    ['an option', '`npm start -- --moonbeam`', '--moonbeam'],
    ['an option in a block', '```\nchipswitch decode --moonbeam\n```\n', '--moonbeam'],
    ['a name', '`decodeMoonbeam()`', 'decodeMoonbeam()'],
    ['a setting', '`MOON_BEAM=1`', 'MOON_BEAM=1'],
    ['a test file', 'by `moon.integration`', 'moon.integration'],
    ['a title', '`tidy.test.ts`: “holds the moon”', 'tidy.test.ts: holds the moon'],
  ])('%s', (_what, text, wrong) => {
    expect(wrongClaims('README.md', text)).toEqual([wrong]);
  });
  it.each([
    '`packages/bytes/src/index.ts` and `packages/*/vectors`',
    '`npm run --silent conformance -- --json`',
    '`decodeMessage` of `iso8583-js`, `DATABASE_URL=…`',
    '`tidy.test.ts`: “holds no path of a machine”',
    '`front-door.integration`, `A/B`, `0200/0210`',
  ])('and what is there is not: %s', (text) => {
    expect(wrongClaims('README.md', text)).toEqual([]);
  });
});
