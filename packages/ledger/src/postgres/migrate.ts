// Applies migration folders NNN-name/up.sql in order, once each, under one lock; refuses a changed one.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pool, PoolClient } from 'pg';
import { sqlFiles } from './sql-files.ts';

const ownFolder = fileURLToPath(new URL('./migrations/', import.meta.url));
const sql = sqlFiles(new URL('./sql/', import.meta.url));

interface Migration {
  readonly scope: string;
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

function readMigration(scope: string, folder: string, name: string): Migration {
  const text = readFileSync(`${folder}/${name}/up.sql`, 'utf8');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { scope, name, text, sha256 };
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  const { scope, name, text, sha256 } = migration;
  await client.query('begin');
  try {
    await client.query(text);
    await client.query(sql('note-migration'), [scope, name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${scope}/${name} failed`, { cause: error });
  }
}

/**
 * Brings a database up to date.
 *
 * @param scope names whose migrations these are (`ledger`, `switch`): numbers are unique within it.
 * @param folder holds the folders NNN-name, each with an up.sql; without it, the ledger's own.
 * @returns names of the migrations applied now, in order.
 * @throws Error for one that fails, with the driver's error as its cause, and for one whose file is not
 *   the one that was applied.
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
    await client.query(sql('lock-migrations'));
    await client.query(sql('migration-table'));
    const done = await client.query<{ name: string; sha256: string | null }>(
      sql('migrations-done'),
      [scope],
    );
    const known = new Map(done.rows.map((row) => [row.name, row.sha256]));
    for (const name of names.toSorted()) {
      const migration = readMigration(scope, folder, name);
      const { sha256 } = migration;
      const kept = known.get(name);
      if (kept === undefined) {
        await apply(client, migration);
        applied.push(name);
      } else if (kept === null) await client.query(sql('note-migration'), [scope, name, sha256]);
      else if (kept !== sha256) {
        throw new Error(`migration ${scope}/${name} was changed after it was applied`);
      }
    }
  } finally {
    await client.query(sql('unlock-migrations'));
    client.release();
  }
  return applied;
}
