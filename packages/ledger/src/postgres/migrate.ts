// Applies migration folders NNN-name/up.sql in order, once each, under one lock.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';

const ownFolder = fileURLToPath(new URL('./migrations/', import.meta.url));

/**
 * Brings a database up to date.
 *
 * @param scope names whose migrations these are (`ledger`, `switch`): numbers are unique within it.
 * @param folder holds the folders NNN-name, each with an up.sql; without it, the ledger's own.
 * @returns names of the migrations applied now, in order.
 */
export async function migrate(
  pool: Pool,
  scope: string = 'ledger',
  folder: string = ownFolder,
): Promise<string[]> {
  const names = readdirSync(folder).filter((name) => /^\d{3}-/.test(name));
  const applied: string[] = [];
  const client = await pool.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('chipswitch-migrate'))`);
    await client.query(
      `create table if not exists migration (
         scope text, name text, at timestamptz not null default now(), primary key (scope, name))`,
    );
    const done = await client.query<{ name: string }>(
      'select name from migration where scope = $1',
      [scope],
    );
    const known = new Set(done.rows.map((row) => row.name));
    for (const name of names.toSorted()) {
      if (known.has(name)) continue;
      await client.query('begin');
      try {
        await client.query(readFileSync(`${folder}/${name}/up.sql`, 'utf8'));
        await client.query('insert into migration (scope, name) values ($1, $2)', [scope, name]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw new Error(`migration ${scope}/${name} failed`, { cause: error });
      }
      applied.push(name);
    }
  } finally {
    await client.query(`select pg_advisory_unlock(hashtext('chipswitch-migrate'))`);
    client.release();
  }
  return applied;
}
