// SQL statements in files of their own: each with a header that says what it is for, asks and returns.
import { readFileSync } from 'node:fs';

/**
 * A reader of the statements `NAME.sql` of a folder.
 *
 * @param folder URL of the folder, with a slash at its end.
 * @example const sql = sqlFiles(new URL('./sql/', import.meta.url));
 */
export function sqlFiles(folder: URL): (name: string) => string {
  return (name) => readFileSync(new URL(`${name}.sql`, folder), 'utf8');
}
