// The recipe for a language of the console, tried: one file in words/, and the page offers it.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleStore, createConsole } from '../src/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  cpSync(fileURLToPath(new URL('../page', import.meta.url)), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

async function served(path: string) {
  const app = createConsole({ store: {} as ConsoleStore, access: {}, pageFolder: folder });
  const answer = await app.inject({ method: 'GET', url: path, headers: { host: 'localhost' } });
  await app.close();
  return answer;
}

describe('a new language', () => {
  const words =
    "export const name = 'Esperanto';\nexport const locale = 'eo';\nexport const words = {};\n";
  it('is served and in the list that the page loads', async () => {
    expect((await served('/words/eo.js')).statusCode).toBe(404);
    writeFileSync(join(folder, 'words', 'eo.js'), words);
    const file = await served('/words/eo.js');
    expect([file.statusCode, file.body]).toEqual([200, words]);
    const list = (await served('/words/languages.js')).body;
    expect(list.split('\n').slice(0, 3)).toEqual(
      ['en', 'eo', 'zh'].map((code) => `import * as ${code} from "./${code}.js";`),
    );
    expect(list).toContain('export const languages = { en, eo, zh };');
  });
  it('what is no language file is neither served nor listed', async () => {
    writeFileSync(join(folder, 'words', 'notes.txt'), 'x');
    writeFileSync(join(folder, 'words', 'en.js.bak'), 'x');
    expect((await served('/words/languages.js')).body).toContain('{ en, zh }');
    expect((await served('/words/notes.txt')).statusCode).toBe(404);
  });
});
