// Runs the real process: node and the launcher, as a person at a shell does.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ran } from './run-here.ts';

const main = fileURLToPath(new URL('../../bin/chipswitch.mjs', import.meta.url));

/** Starts `chipswitch` with the given words and waits for it. */
export function runProcess(
  words: readonly string[],
  setting: { stdin?: string | Uint8Array; env?: Record<string, string>; cwd?: string } = {},
): Ran {
  const done = spawnSync(process.execPath, [main, ...words], {
    input: setting.stdin ?? '',
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...setting.env },
    cwd: setting.cwd,
    timeout: 20_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return {
    code: done.status ?? -1,
    out: done.stdout.toString('utf8'),
    err: done.stderr.toString('utf8'),
  };
}
