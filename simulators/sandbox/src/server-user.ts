// Who runs PostgreSQL: it refuses root, so root hands it to a user without rights of its own, or, where
// that user may not enter the folder, shows it a user namespace in which it is not root.
import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SettingError } from '@chipswitch/program';

/** How to start a server's program and whom its folder belongs to. */
export interface ServerUser {
  /** Set when the program runs as another user. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  /** The command that starts a program as that user. */
  readonly command: (program: string, args: readonly string[]) => [string, string[]];
}

const plain: ServerUser['command'] = (program, args) => [program, [...args]];

// In this namespace the process has user 1000 and sees the files of the real root as its own.
const namespaceFlags = ['--user', '--map-user=1000', '--map-group=1000'];

function unprivilegedIds(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((fields) => fields[0] === name);
    if (user !== undefined) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** The first folder on the way to `path` that others may not pass through, if any. */
function closedFolderOnTheWay(path: string): string | undefined {
  let closed: string | undefined;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) closed = folder;
  }
  return closed;
}

/**
 * The user for a server whose folder is to be `path`.
 *
 * @throws SettingError when we are root and neither another user nor a user namespace can be used.
 */
export function serverUser(path: string): ServerUser {
  if (process.getuid?.() !== 0) return { ids: undefined, command: plain };
  const closed = closedFolderOnTheWay(path);
  if (closed === undefined) return { ids: unprivilegedIds(), command: plain };
  if (spawnSync('unshare', [...namespaceFlags, 'true']).status === 0) {
    const command: ServerUser['command'] = (program, args) => [
      'unshare',
      [...namespaceFlags, program, ...args],
    ];
    return { ids: undefined, command };
  }
  throw new SettingError(
    'DATABASE_URL',
    `PostgreSQL refuses root, and no other user may enter ${closed}: set this, or move the project`,
  );
}

/** Gives a folder and all in it to the user; nothing is done where it is ours to use. */
export function giveTo({ ids }: ServerUser, folder: string): void {
  if (ids === undefined) return;
  chownSync(folder, ids.uid, ids.gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), ids.uid, ids.gid);
  }
}
