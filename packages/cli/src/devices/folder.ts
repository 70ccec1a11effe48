// What the command keeps between runs: `.chipswitch/cli/` beside the project (cards, terminals, journals, memory).
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../frame/verb.ts';

/** The nearest `.chipswitch` folder from the working folder upwards, else the project's own. */
export function chipswitchFolder(from: Surroundings): string {
  const named = from.env['CHIPSWITCH_HOME'];
  if (named !== undefined && named !== '') return resolve(named);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const candidate = join(folder, '.chipswitch');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) break;
  }
  return fileURLToPath(new URL('../../../../.chipswitch', import.meta.url));
}

/** Names of cards and terminals: they become file names. */
export const namePattern = /^[a-z0-9][a-z0-9-]{0,40}$/i;

/** A folder below, made when it is not there. */
export function subfolder(from: Surroundings, name: string): string {
  const folder = join(chipswitchFolder(from), 'cli', name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Names of the JSON files in a folder, without their ending. */
export function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** JSON of a file; undefined when there is no such file, null when it cannot be read or is no JSON. */
export function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    // A folder, no permission, or something else than JSON: the caller says what he wanted of it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined)
      return null;
    throw error;
  }
}

/** Writes JSON whole or not at all, readable by its owner only. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** The key that seals the command's own terminal journals; made once. */
export function sealingKey(from: Surroundings): Uint8Array {
  const path = join(subfolder(from, 'terminals'), '.sealing-key');
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 });
  return new Uint8Array(Buffer.from(readFileSync(path, 'utf8').trim(), 'hex'));
}
