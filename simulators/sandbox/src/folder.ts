// The sandbox's folder: everything it writes is in `.chipswitch/` of the project.
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SettingError } from '@chipswitch/program';

/** The project's own folder for what it makes. */
export const chipswitchFolder: string = fileURLToPath(
  new URL('../../../.chipswitch', import.meta.url),
);

/** Paths of what the sandbox makes. */
export interface SandboxPaths {
  readonly folder: string;
  readonly postgres: string;
  readonly redis: string;
  /** URL of the database while the sandbox runs, for the command line. */
  readonly databaseUrl: string;
  readonly keys: string;
  readonly switchConfig: string;
  readonly switchKeys: string;
  /** The switch's keys under the simulated HSM's local master key. */
  readonly hsmKeys: string;
  readonly acquirerConfig: string;
  readonly acquirerBook: string;
  readonly terminalJournals: string;
  readonly switchLog: string;
  /** Certificates of the sandbox's own PKI. */
  readonly certificates: string;
}

/**
 * Makes the folder and says where things go in it.
 *
 * @throws SettingError when it cannot be written.
 */
export function sandboxPaths(folder: string = join(chipswitchFolder, 'sandbox')): SandboxPaths {
  try {
    mkdirSync(join(folder, 'terminals'), { recursive: true });
    accessSync(folder, constants.W_OK);
    writeFileSync(join(folder, '.writable'), '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new SettingError(
      '.chipswitch',
      `${folder} cannot be written (${code}): change its owner or mode`,
    );
  }
  return {
    folder,
    postgres: join(folder, 'postgres'),
    redis: join(folder, 'redis'),
    databaseUrl: join(folder, 'database-url'),
    keys: join(folder, 'keys.json'),
    switchConfig: join(folder, 'switch.json'),
    switchKeys: join(folder, 'switch-keys.json'),
    hsmKeys: join(folder, 'switch-hsm-keys.json'),
    acquirerConfig: join(folder, 'acquirer.json'),
    acquirerBook: join(folder, 'acquirer-book.jsonl'),
    terminalJournals: join(folder, 'terminals'),
    switchLog: join(folder, 'switch.log'),
    certificates: join(folder, 'certificates'),
  };
}
