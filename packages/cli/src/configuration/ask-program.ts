// Asks the switch's configuration program: a process of its own, so that this command needs no database driver.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chipswitchFolder } from '../devices/folder.ts';
import { type Refusal, undecodable, usage } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';

/** What the program answered: a document as text, or JSON. */
export interface ProgramAnswer {
  readonly exit: number;
  readonly text: string;
}

const program = fileURLToPath(
  new URL('../../../../services/switch/src/configuration/main.ts', import.meta.url),
);
/** More than a large configuration, fewer than this machine's memory. */
const answerCharactersMax = 512 * 1024 * 1024;
const stdinBytesMax = 512 * 1024 * 1024;

/** The database to ask, and what the sandbox says beside it. */
interface Asked {
  readonly url: string;
  readonly isSandbox: boolean;
}

function databaseOf({ surroundings }: Context): Asked | Refusal {
  const named = surroundings.env['DATABASE_URL'];
  if (named !== undefined) return { url: named, isSandbox: false };
  const file = join(chipswitchFolder(surroundings), 'sandbox', 'database-url');
  if (existsSync(file)) return { url: readFileSync(file, 'utf8').trim(), isSandbox: true };
  return usage(
    'NO_DATABASE',
    'no database is named and no sandbox runs here',
    'set DATABASE_URL, or npm start',
  );
}

function sandboxSwitchFile(context: Context): string[] {
  const file = join(chipswitchFolder(context.surroundings), 'sandbox', 'switch.json');
  return existsSync(file) ? ['--switch-file', file] : [];
}

async function standardInput({ surroundings }: Context): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of surroundings.stdin) {
    length += piece.length;
    if (length > stdinBytesMax) break;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

function runProgram(words: readonly string[], url: string, input: Uint8Array): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...words], {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.length > answerCharactersMax) child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-10_000);
    });
    child.stdin.on('error', () => undefined); // A program that ended early reads nothing more.
    child.stdin.end(input);
    child.once('error', (error) => resolve({ exit: 70, out, err: error.message }));
    child.once('close', (code) => resolve({ exit: code ?? 70, out, err }));
  });
}

interface Refused {
  readonly code: string;
  readonly path?: string;
  readonly message: string;
}

function refusalOf({ code, path, message }: Refused): Refusal {
  if (code === 'version-moved') {
    const next = 'chipswitch config export again, and make the change there';
    return {
      ok: false,
      exit: 1,
      code: 'CONFIG_MOVED',
      message: `somebody was first: ${message}`,
      next,
    };
  }
  if (code === 'database-away') {
    const next = 'check the URL, and that the server runs';
    return { ok: false, exit: 4, code: 'CONFIG_DATABASE', message, next };
  }
  if (code === 'no-such-version') {
    return undecodable(
      'CONFIG_VERSION',
      `there is no such version: ${message}`,
      'chipswitch config history',
    );
  }
  const next = 'put that place right; nothing was changed';
  return undecodable('CONFIG_REFUSED', message, next, path === undefined ? {} : { path });
}

function failure({ exit, err }: Ran): Refusal {
  const [line = ''] = err.trim().split('\n');
  const said = /^config: (.*)$/.exec(line)?.[1];
  if (exit === 2 && said !== undefined) {
    return usage('CONFIG_USAGE', said, 'chipswitch config --help');
  }
  return {
    ok: false,
    exit: 4,
    code: 'CONFIG_PROGRAM',
    message: `the configuration program ended with ${exit}`,
    next: 'node services/switch/src/configuration/main.ts --help',
  };
}

function errorIn(text: string): Refused | undefined {
  if (!text.startsWith('{')) return undefined;
  const json = JSON.parse(text) as { ok?: boolean; error?: Refused };
  return json.ok === false ? json.error : undefined;
}

/**
 * Asks the program.
 *
 * @param words its verb, arguments and options
 * @param file the document's file, or `-`
 */
export async function askProgram(
  context: Context,
  words: readonly string[],
  file?: string,
): Promise<ProgramAnswer | Refusal> {
  const database = databaseOf(context);
  if ('ok' in database) return database;
  const given = context.args.value('switch-file');
  const own = database.isSandbox ? sandboxSwitchFile(context) : [];
  const settings = given === undefined ? own : ['--switch-file', given];
  const takesFile = ['import', 'rollback', 'dry-run'].includes(words[0]);
  const input = file === '-' ? await standardInput(context) : new Uint8Array(0);
  const all = [...words, ...(takesFile ? settings : [])];
  const ran = await runProgram(all, database.url, input);
  if (![0, 1, 3, 4].includes(ran.exit) || ran.out === '') return failure(ran);
  const error = errorIn(ran.out);
  return error === undefined ? { exit: ran.exit, text: ran.out } : refusalOf(error);
}
