// Who runs a server: PostgreSQL refuses root, so root hands it to a user without rights of its own.
import { chownSync, lchownSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A user and group to run a child process as; empty when we are no root ourselves. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** The user for a server: ourselves, or for root the system's `postgres`, else `nobody`. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((fields) => fields[0] === name);
    if (user !== undefined) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** Gives a folder and all in it to the user; nothing is done for ourselves. */
export function giveTo(user: ServerUser, folder: string): void {
  if (user.uid === undefined || user.gid === undefined) return;
  chownSync(folder, user.uid, user.gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), user.uid, user.gid);
  }
}

/**
 * The first folder on the way to `path` that another user may not pass through, if any.
 * A checkout below a home folder closed to others is the usual case.
 */
export function closedFolderOnTheWay(user: ServerUser, path: string): string | undefined {
  if (user.uid === undefined) return undefined;
  let closed: string | undefined;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) closed = folder;
  }
  return closed;
}
