// Applies migration folders NNN-name/up.sql in order, once each, under one lock; refuses a changed one.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { Pool, PoolClient } from 'pg';
import { sqlFiles } from './sql-files.ts';

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

// One runner at a time, whatever it migrates. The lock is the transaction's: behind a pooler there is no session.
async function underLock<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  await client.query(sql('lock-migrations'));
  const result = await work();
  await client.query('commit');
  return result;
}

type Applied = ReadonlyMap<string, string | null>;

async function appliedOf(client: PoolClient, scope: string): Promise<Applied> {
  await client.query(sql('migration-table'));
  const done = await client.query<{ name: string; sha256: string | null }>(sql('migrations-done'), [
    scope,
  ]);
  return new Map(done.rows.map((row) => [row.name, row.sha256]));
}

// Nothing more is to be done for it.
function isDone({ scope, name, sha256 }: Migration, applied: Applied): boolean {
  const kept = applied.get(name);
  if (kept === undefined || kept === null) return false;
  if (kept === sha256) return true;
  throw new Error(`migration ${scope}/${name} was changed after it was applied`);
}

async function apply(client: PoolClient, migration: Migration): Promise<boolean> {
  const { scope, name, text, sha256 } = migration;
  // Another runner may have been faster.
  const applied = await appliedOf(client, scope);
  if (isDone(migration, applied)) return false;
  const isNew = !applied.has(name);
  try {
    if (isNew) await client.query(text);
  } catch (error) {
    throw new Error(`migration ${scope}/${name} failed`, { cause: error });
  }
  await client.query(sql('note-migration'), [scope, name, sha256]);
  return isNew;
}

/**
 * Brings a database up to date.
 *
 * @param scope names whose migrations these are (`ledger`, `switch`): numbers are unique within it.
 * @param folder holds the folders NNN-name, each with an up.sql.
 * @returns names of the migrations applied now, in order.
 * @throws Error for one that fails, with the driver's error as its cause, and for one whose file is not
 *   the one that was applied.
 */
export async function migrate(pool: Pool, scope: string, folder: string): Promise<string[]> {
  const names = readdirSync(folder).filter((name) => /^\d{3}-/.test(name));
  const applied: string[] = [];
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    const known = await underLock(client, () => appliedOf(client, scope));
    for (const name of names.toSorted()) {
      const migration = readMigration(scope, folder, name);
      if (isDone(migration, known)) continue;
      if (await underLock(client, () => apply(client, migration))) applied.push(name);
    }
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection with a transaction that failed is not used again: closing it rolls it back.
    client.release(fault);
  }
  return applied;
}
