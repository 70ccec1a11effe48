// Applies the key store's migrations, once each, in the table that the project's other stores use too.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';

/** Folder of the migrations NNN-name/up.sql, for whoever runs all stores' migrations together. */
export const keyStoreMigrations: string = fileURLToPath(new URL('./migrations/', import.meta.url));

const scope = 'security';

/** Brings a database up to date; returns the names of the migrations applied now. */
export async function migrateKeyStore(pool: Pool): Promise<readonly string[]> {
  const client = await pool.connect();
  const applied: string[] = [];
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtext('chipswitch-migrate'))`);
    await client.query(
      `create table if not exists migration (
         scope text, name text, at timestamptz not null default now(), primary key (scope, name))`,
    );
    const done = await client.query<{ name: string }>(
      'select name from migration where scope = $1',
      [scope],
    );
    const known = new Set(done.rows.map((row) => row.name));
    for (const name of readdirSync(keyStoreMigrations).toSorted()) {
      if (!/^\d{3}-/.test(name) || known.has(name)) continue;
      await client.query(readFileSync(`${keyStoreMigrations}/${name}/up.sql`, 'utf8'));
      await client.query('insert into migration (scope, name) values ($1, $2)', [scope, name]);
      applied.push(name);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error('key store migration failed', { cause: error });
  } finally {
    client.release();
  }
  return applied;
}
