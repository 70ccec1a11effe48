// One sandbox per folder: who holds it is written in it, so that a second start never stops the first one's servers.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '@chipswitch/program';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Takes the folder for this process; what a killed run left is taken over.
 *
 * @returns gives the folder back.
 * @throws SettingError when a living process holds it.
 */
export function holdFolder(folder: string): () => void {
  const file = join(folder, 'held-by');
  const holder = holderOf(file);
  if (holder !== undefined) {
    throw new SettingError(
      '.chipswitch',
      `${folder} is in use by process ${holder} (another npm start?): stop it first`,
    );
  }
  rmSync(file, { force: true });
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  return () => rmSync(file, { force: true });
}
