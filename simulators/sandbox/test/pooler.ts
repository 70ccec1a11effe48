// A PgBouncer in transaction mode in front of a database, where the machine has the program.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { findProgram } from '../src/find-program.ts';
import { freePort } from '../src/free-port.ts';
import { giveTo, serverUser } from '../src/server-user.ts';

export const poolerProgram = findProgram('pgbouncer');

/** A running pooler. */
export interface Pooler {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function untilItAnswers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(50);
    }
  }
}

/** Starts one with `sessions` sessions of the server for everybody; its files are in `folder`. */
export async function startPooler(
  program: string,
  { folder, databaseUrl, sessions }: { folder: string; databaseUrl: string; sessions: number },
): Promise<Pooler> {
  mkdirSync(folder, { recursive: true });
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const own = await freePort();
  const database = pathname.slice(1);
  const server = `host=${hostname} port=${port || 5432} user=${username} password=${password}`;
  const settings = [
    '[databases]',
    `${database} = ${server} connect_query='set statement_timeout = 4000; set enable_seqscan = off'`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${sessions}`,
    'max_client_conn = 1000',
    'server_reset_query_always = 1',
    'server_reset_query = DEALLOCATE ALL; UNLISTEN *',
  ];
  writeFileSync(join(folder, 'pgbouncer.ini'), settings.join('\n'));
  const user = serverUser(folder);
  giveTo(user, folder);
  const [command, args] = user.command(program, ['-q', join(folder, 'pgbouncer.ini')]);
  const child = spawn(command, args, { stdio: 'ignore', ...user.ids });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${own}`;
  try {
    await untilItAnswers(url.href);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { url: url.href, stop };
}
