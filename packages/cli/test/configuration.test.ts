// `chipswitch config` and `route` before any database answers: words, files, a database that is away.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeLines } from '../src/configuration/show-changes.ts';
import { choosePaint } from '../src/frame/paint.ts';
import { runHere, runJson } from './support/run-here.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const nowhere = 'postgres://nobody:secret-of-nobody@127.0.0.1:1/nothing';
const at = (env: Record<string, string> = {}) => ({ env: { CHIPSWITCH_HOME: folder, ...env } });
const away = () => at({ DATABASE_URL: nowhere });

describe('the words of config and route', () => {
  it.each([
    ['config', 'UNKNOWN_KIND'],
    ['config exprot', 'UNKNOWN_KIND'],
    ['config export 1 2', 'UNKNOWN_KIND'],
    ['config import', 'MISSING_INPUT'],
    ['config diff', 'MISSING_INPUT'],
    ['config rollback', 'MISSING_INPUT'],
    ['config diff --from x', 'BAD_VALUE'],
    ['config export --merg', 'UNKNOWN_OPTION'],
    ['route', 'UNKNOWN_KIND'],
    ['route dry-run', 'UNKNOWN_KIND'],
    ['route dry-run a b', 'UNKNOWN_KIND'],
    ['route dry-run a --limit 0', 'BAD_VALUE'],
  ])('%s: %s, exit code 2', async (words, code) => {
    const { code: exit, err } = await runHere(words.split(' '), away());
    expect(exit).toBe(2);
    expect(err).toContain(`[${code}]`);
    expect(err).toContain('next: ');
  });
  it('are refused in a line when no database is named and no sandbox runs', async () => {
    const { code, err } = await runHere(['config', 'history'], at());
    expect([code, err]).toEqual([2, expect.stringContaining('[NO_DATABASE]')]);
  });
});

describe('the program of the switch', () => {
  it('says that the database is away, without its password', async () => {
    const { code, out, err } = await runHere(['config', 'history'], away());
    expect([code, out]).toEqual([4, '']);
    expect(err).toContain('[CONFIG_DATABASE]');
    expect(err).not.toContain('secret-of-nobody');
  });
  it('says so in JSON, too', async () => {
    const { code, document } = await runJson(['config', 'export'], away());
    expect(code).toBe(4);
    expect(document).toMatchObject({ ok: false, error: { code: 'CONFIG_DATABASE', exit: 4 } });
  });
  it.each([
    [
      'a file that is not there',
      ['config', 'import', 'nowhere.json', '--why', 'x'],
      'nowhere.json',
    ],
    ['a rollback without a reason', ['config', 'rollback', '1'], '--why'],
    ['a version that is no number', ['config', 'rollback', 'one', '--why', 'x'], 'VERSION'],
  ])('names %s', async (_what, words, said) => {
    const { code, err } = await runHere(words, away());
    expect([code, err]).toEqual([2, expect.stringContaining('[CONFIG_USAGE]')]);
    expect(err).toContain(said);
  });
  it('names a document that is no JSON, from a file and from standard input', async () => {
    const file = join(folder, 'half.json');
    writeFileSync(file, '{ "terminals": [');
    const words = ['config', 'import', '--why', 'x'];
    expect((await runHere([...words, file], away())).err).toContain('half.json');
    const piped = await runHere([...words, '-'], { ...away(), stdin: '{ "terminals": [' });
    expect([piped.code, piped.err]).toEqual([2, expect.stringContaining('[CONFIG_USAGE]')]);
  });
});

describe('changes', () => {
  it('are a line each, of a changed thing what differs', () => {
    const lines = changeLines(
      {
        added: 1,
        changed: 2,
        removed: 1,
        changes: [
          { action: 'added', kind: 'host', name: 'c', after: { name: 'c' } },
          {
            action: 'changed',
            kind: 'host',
            name: 'a',
            before: { name: 'a', port: 1 },
            after: { name: 'a', port: 2, drain: true },
          },
          {
            action: 'changed',
            kind: 'rule',
            name: 'r',
            before: { name: 'r' },
            after: { name: 'r' },
          },
          { action: 'removed', kind: 'host', name: 'b', before: { name: 'b' } },
        ],
        notShown: 7,
      },
      choosePaint('never', {}, false),
    );
    expect(lines).toEqual([
      '1 added, 2 changed, 1 removed',
      '+ host c',
      '~ host a',
      '    port 1 → 2',
      '    drain nothing → true',
      '~ rule r',
      '    another place',
      '- host b',
      'and 7 more (--json has as many)',
    ]);
  });
});
