// The statements of this service, each in a file of its own.
import { sqlFiles } from '@chipswitch/ledger/postgres';

/** The text of a statement by the name of its file. */
export const sql = sqlFiles(new URL('./sql/', import.meta.url));
