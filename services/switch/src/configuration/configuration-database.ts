// The configuration of a database for whoever changes it from outside of a switch: opened, brought up to date, closed.
import { Pool } from 'pg';
import { bringUpToDate } from '../database.ts';
import { type ConfigurationStore, createConfigurationStore } from './configuration-store.ts';

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
  await bringUpToDate(databaseUrl);
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 5_000,
    application_name: 'chipswitch-config',
  });
  // A connection that is lost while it rests is made again.
  pool.on('error', () => undefined);
  try {
    return await work({ store: createConfigurationStore(pool), pool });
  } finally {
    await pool.end();
  }
}
