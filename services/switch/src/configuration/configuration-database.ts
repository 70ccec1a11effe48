// The configuration of a database for whoever changes it from outside of a switch: opened, brought up to date, closed.
import { fileURLToPath } from 'node:url';
import { migrate } from '@chipswitch/ledger/postgres';
import { SettingError } from '@chipswitch/program';
import { Pool } from 'pg';
import { type ConfigurationStore, createConfigurationStore } from './configuration-store.ts';

const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** What the work is given. */
export interface ConfigurationDatabase {
  readonly store: ConfigurationStore;
  readonly pool: Pool;
}

/**
 * Works on the configuration of a database.
 *
 * @throws SettingError when the database cannot be used; whatever the work throws.
 */
export async function withConfiguration<T>(
  databaseUrl: string,
  work: (database: ConfigurationDatabase) => Promise<T>,
): Promise<T> {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 5_000,
    application_name: 'chipswitch-config',
  });
  // A connection that is lost while it rests is made again.
  pool.on('error', () => undefined);
  try {
    try {
      await migrate(pool);
      await migrate(pool, 'switch', migrations);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new SettingError('DATABASE_URL', message === '' ? (code ?? 'no answer') : message);
    }
    return await work({ store: createConfigurationStore(pool), pool });
  } finally {
    await pool.end();
  }
}
