// Migrations on a real database: in order, once, by one runner at a time, and never a changed one.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/postgres/index.ts';

const pool = new Pool({ connectionString: process.env['CHIPSWITCH_TEST_DATABASE_URL']!, max: 8 });
const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
let scope = 0;
beforeEach(() => {
  scope++;
});
afterAll(async () => {
  await pool.end();
  rmSync(folder, { recursive: true });
});

const run = () => migrate(pool, `scope-${scope}`, join(folder, String(scope)));
function write(name: string, text: string): void {
  const place = join(folder, String(scope), name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'up.sql'), text);
}
const table = (name: string) => `create table ${name}_${scope} (id integer)`;

describe('migrations', () => {
  it('run in order, and each once', async () => {
    write('002-second', `alter table first_${scope} add column more text`);
    write('001-first', table('first'));
    expect(await run()).toEqual(['001-first', '002-second']);
    expect(await run()).toEqual([]);
    write('003-third', table('third'));
    expect(await run()).toEqual(['003-third']);
  });
  it('run once when many start at once', async () => {
    write('001-first', table('first'));
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => run()));
    expect(all.flat()).toEqual(['001-first']);
  });
  it('that fail leave nothing behind, and are named', async () => {
    write('001-first', `${table('first')}; select no_such_function()`);
    await expect(run()).rejects.toThrow(`migration scope-${scope}/001-first failed`);
    write('001-first', table('first'));
    expect(await run()).toEqual(['001-first']);
  });
  it('that were changed after they were applied are refused by name', async () => {
    write('001-first', table('first'));
    await run();
    write('001-first', `${table('first')} -- another`);
    const words = `migration scope-${scope}/001-first was changed after it was applied`;
    await expect(run()).rejects.toThrow(words);
  });
  it('that were applied before digests were kept get theirs at the next run', async () => {
    write('001-first', table('first'));
    await run();
    await pool.query('update migration set sha256 = null where scope = $1', [`scope-${scope}`]);
    expect(await run()).toEqual([]);
    write('001-first', `${table('first')} -- another`);
    await expect(run()).rejects.toThrow('was changed after it was applied');
  });
});
