// The ledger's migrations, for the one runner of the tree.
import { fileURLToPath } from 'node:url';
import { migrate as apply } from '@chipswitch/postgres-files';
import type { Pool } from 'pg';

const ownFolder = fileURLToPath(new URL('./migrations/', import.meta.url));

/**
 * Brings a database up to date: without scope and folder, the ledger's part of it.
 *
 * @returns names of the migrations applied now, in order.
 * @throws Error as the runner does.
 */
export const migrate = (
  pool: Pool,
  scope: string = 'ledger',
  folder: string = ownFolder,
): Promise<string[]> => apply(pool, scope, folder);
