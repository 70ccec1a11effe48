// Files that only their owner may read: keys, wrapped keys, the PIN of a token.
import { readFileSync, statSync } from 'node:fs';
import { SettingError } from '@chipswitch/program';

/**
 * The text of a file that nobody else may read.
 *
 * @throws SettingError naming the file, never its content.
 */
export function readOwnedFile(path: string): string {
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new SettingError(path, 'others may read this file: chmod 600 it');
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new SettingError(path, `cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
  }
}

/** The same, as JSON. */
export function readOwnedJson(path: string): unknown {
  const text = readOwnedFile(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingError(path, 'cannot be read as a key file (not JSON)');
  }
}
