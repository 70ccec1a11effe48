// The key store's migrations, for the one runner of the tree.
import { fileURLToPath } from 'node:url';
import { migrate } from '@chipswitch/postgres-files';
import type { Pool } from 'pg';

/** Folder of the migrations NNN-name/up.sql, for whoever runs all stores' migrations together. */
export const keyStoreMigrations: string = fileURLToPath(new URL('./migrations/', import.meta.url));

/** Brings a database up to date; returns the names of the migrations applied now. */
export const migrateKeyStore = (pool: Pool): Promise<readonly string[]> =>
  migrate(pool, 'security', keyStoreMigrations);
