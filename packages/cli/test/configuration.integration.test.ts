// `chipswitch config` and `route` on a real database: a document goes out, comes back, is refused, is taken back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

const databaseUrl = process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const setting = () => ({ env: { DATABASE_URL: databaseUrl, CHIPSWITCH_HOME: folder } });
const chipswitch = (...words: string[]) => runHere(words, setting());
function written(name: string, json: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
}

// An acceptor id and a range may look like card numbers; what goes out must come back whole.
const acceptorId = '476173900101011';
const shop = {
  merchants: [
    {
      acceptorId,
      name: 'SHOP',
      city: 'SHANGHAI',
      country: 'CN',
      merchantCategory: '5411',
      currencyNumeric: '156',
    },
  ],
  terminals: [{ terminalId: 'TERM0001', acceptorId }],
  hosts: [{ name: 'a', dialect: 'iso1987Ascii', host: '127.0.0.1', port: 9000 }],
  routes: [
    {
      from: '4761739001010000000',
      to: '4761739001019999999',
      scheme: 'visa',
      hosts: ['a'],
      cryptogram: 'pass-through',
    },
  ],
};

describe('chipswitch config', () => {
  it('exports an empty configuration, and imports a first one', async () => {
    const empty = await chipswitch('config', 'export');
    expect(JSON.parse(empty.out)).toMatchObject({ version: 0, terminals: [], hosts: [] });
    const imported = await chipswitch(
      'config',
      'import',
      written('shop.json', shop),
      '--why',
      'opens',
    );
    expect([imported.code, imported.err]).toEqual([0, '']);
    expect(imported.out).toContain('version 1  4 added, 0 changed, 0 removed');
    expect(imported.out).toContain('+ terminal TERM0001');
  });
  it('exports what it imported, whole, and an import of it changes nothing', async () => {
    const { out } = await chipswitch('config', 'export');
    expect(JSON.parse(out)).toMatchObject({ version: 1, ...shop });
    writeFileSync(join(folder, 'export.json'), out);
    const again = await chipswitch(
      'config',
      'import',
      join(folder, 'export.json'),
      '--why',
      'again',
    );
    expect([again.code, again.out]).toEqual([0, 'version 1  0 added, 0 changed, 0 removed\n']);
    expect((await chipswitch('config', 'export', '1')).out).toBe(out);
  });
  it('tells a difference with exit code 1, and changes nothing by telling', async () => {
    const file = written('port.json', { hosts: [{ ...shop.hosts[0], port: 9001 }] });
    const told = await chipswitch('config', 'diff', file);
    expect([told.code, told.out]).toEqual([
      1,
      'against version 1  0 added, 1 changed, 0 removed\n~ host a\n    port 9000 → 9001\n',
    ]);
    expect((await chipswitch('config', 'diff', written('same.json', shop))).code).toBe(0);
  });
  it('takes a document from standard input', async () => {
    const { code, out } = await runHere(
      ['config', 'import', '-', '--merge', '--why', 'another', '--by', 'anna'],
      {
        ...setting(),
        stdin: JSON.stringify({ terminals: [{ terminalId: 'TERM0002', acceptorId }] }),
      },
    );
    expect([code, out]).toEqual([
      0,
      'version 2  1 added, 0 changed, 0 removed\n+ terminal TERM0002\n',
    ]);
  });
  it('refuses an export that somebody was faster than, exit code 1', async () => {
    const { code, err } = await chipswitch(
      'config',
      'import',
      join(folder, 'export.json'),
      '--why',
      'late',
    );
    expect(code).toBe(1);
    expect(err).toContain('somebody was first: the newest is 2, written by anna');
    expect(err).toContain('[CONFIG_MOVED]');
  });
  it('refuses a wrong document whole and names the place, exit code 3', async () => {
    const wrong = written('wrong.json', { ...shop, routes: [{ ...shop.routes[0], hosts: ['x'] }] });
    const { code, document } = await runJson(['config', 'import', wrong, '--why', 'x'], setting());
    expect(code).toBe(3);
    expect(document).toMatchObject({
      ok: false,
      error: {
        code: 'CONFIG_REFUSED',
        path: 'config.routes[0].hosts',
        message: 'there is no host "x"',
      },
    });
    expect((await chipswitch('config', 'export')).out).toContain('"version": 2');
  });
  it('goes back, and tells the history with who and why', async () => {
    const back = await chipswitch('config', 'rollback', '1', '--why', 'too early', '--by', 'bert');
    expect([back.code, back.out]).toEqual([
      0,
      'version 3  0 added, 0 changed, 1 removed\n- terminal TERM0002\n',
    ]);
    const { out } = await chipswitch('config', 'history');
    const [third, second, first] = out.trim().split('\n');
    expect(third).toMatch(
      /^3 {2}\S+ {2}bert {2}rollback \(what 1 said\) {2}\+0 ~0 -1 {2}too early$/,
    );
    expect(second).toMatch(/^2 {2}\S+ {2}anna {2}change {2}\+1 ~0 -0 {2}another$/);
    expect(first).toMatch(/^1 {2}\S+ {2}\S+ {2}change {2}\+4 ~0 -0 {2}opens$/);
    const { out: changes } = await chipswitch('config', 'history', '3');
    expect(changes).toMatch(/^removed terminal TERM0002 {2}[0-9a-f]{12} → nothing\n$/);
    expect((await chipswitch('config', 'diff', '--from', '2')).out).toContain(
      '- terminal TERM0002',
    );
  });
  it.each([
    ['export', '99'],
    ['history', '99'],
    ['diff', '--from', '99'],
    ['rollback', '99', '--why', 'x'],
  ])('refuses a version that is not there: %s %s', async (...words) => {
    const { code, err } = await chipswitch('config', ...words);
    expect([code, err]).toEqual([3, expect.stringContaining('[CONFIG_VERSION]')]);
    expect(err).toContain('the newest is 3');
  });
  it('says all of it in JSON as well', async () => {
    expect((await runJson(['config', 'history'], setting())).document).toMatchObject({
      ok: true,
      versions: [{ version: 3, goesBackTo: 1 }, { version: 2 }, { version: 1, added: 4 }],
    });
    const { document } = await runJson(['config', 'export'], setting());
    expect(document).toMatchObject({ ok: true, document: { version: 3 } });
  });
});

describe('chipswitch route dry-run', () => {
  it('plays nothing where nothing was recorded, and refuses what an import would', async () => {
    const proposed = written('proposed.json', { routes: [{ ...shop.routes[0], scheme: 'other' }] });
    const { code, out } = await chipswitch('route', 'dry-run', proposed);
    expect([code, out]).toEqual([
      0,
      '0 payments by version 3: 0 the same, 0 elsewhere, 0 of them without a route\n',
    ]);
    const wrong = await chipswitch('route', 'dry-run', written('none.json', { hosts: [] }));
    expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('[CONFIG_REFUSED]')]);
  });
});
