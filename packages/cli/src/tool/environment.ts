// `chipswitch doctor --env`: what the command finds on this machine, and what is wrong with it.
import { accessSync, constants, existsSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { connect } from 'node:net';
import { chipswitchFolder } from '../devices/folder.ts';
import { sandboxFacts } from '../devices/sandbox.ts';
import type { Report } from '../frame/outcome.ts';
import type { Context, Surroundings } from '../frame/verb.ts';

/** One thing looked at. */
interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly detail: string;
  /** What to do about it. */
  readonly next?: string;
}

function nodeFinding(): Finding {
  const version = process.versions.node;
  const [major, minor] = version.split('.').map(Number);
  const enough = major > 22 || (major === 22 && minor >= 22);
  if (enough) return { what: 'node', state: 'ok', detail: version };
  return { what: 'node', state: 'warning', detail: version, next: 'use node 22.22 or newer' };
}

function folderFinding(what: string, folder: string, next: string): Finding {
  if (!existsSync(folder)) return { what, state: 'missing', detail: folder, next };
  try {
    accessSync(folder, constants.W_OK);
    return { what, state: 'ok', detail: folder };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return {
      what,
      state: 'warning',
      detail: `${folder} (${code})`,
      next: 'change its owner or mode',
    };
  }
}

function cacheFinding({ env }: Surroundings): Finding {
  const what = 'code cache';
  if (env['CHIPSWITCH_NO_CACHE'] !== undefined) {
    const next = 'unset CHIPSWITCH_NO_CACHE';
    return { what, state: 'warning', detail: 'switched off', next };
  }
  // Asked of node itself, which knows what the launcher switched on.
  const folder = getCompileCacheDir();
  if (folder !== undefined) return { what, state: 'ok', detail: folder };
  const next = 'start it as ./chipswitch';
  return { what, state: 'missing', detail: 'not switched on', next };
}

function listens(address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: 1000 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

async function switchFinding(from: Surroundings): Promise<Finding> {
  const named = /^(.+):(\d{1,5})$/.exec(from.env['CHIPSWITCH_SWITCH'] ?? '');
  const address =
    named === null ? sandboxFacts(from).address : { host: named[1], port: Number(named[2]) };
  if (address === undefined)
    return {
      what: 'switch',
      state: 'missing',
      detail: 'none is set up here',
      next: 'npm start, or set CHIPSWITCH_SWITCH',
    };
  const detail = `${address.host}:${address.port}`;
  if (await listens(address)) return { what: 'switch', state: 'ok', detail };
  return {
    what: 'switch',
    state: 'missing',
    detail: `${detail} does not answer`,
    next: 'npm start',
  };
}

/** Looks at everything. */
export async function environmentReport({ surroundings, paint }: Context): Promise<Report> {
  const folder = chipswitchFolder(surroundings);
  const findings: Finding[] = [
    nodeFinding(),
    cacheFinding(surroundings),
    folderFinding('own folder', folder, 'made by the first pay, card new or npm start'),
    await switchFinding(surroundings),
  ];
  const roles = { ok: 'good', warning: 'warn', missing: 'dim' } as const;
  return {
    ok: true,
    data: { findings },
    text: () =>
      findings.map(({ what, state, detail, next }) => {
        const advice = next === undefined ? '' : `  next: ${next}`;
        return `${paint(roles[state], state.padEnd(8))}${paint('name', what.padEnd(12))}${detail}${advice}`;
      }),
  };
}
