// A server's program on this machine, by its name.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const besides = ['/usr/bin', '/usr/local/bin', '/usr/sbin'];

/** Its path; undefined when it is neither in PATH nor where systems put servers. */
export function findProgram(name: string): string | undefined {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...besides]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
  return undefined;
}
