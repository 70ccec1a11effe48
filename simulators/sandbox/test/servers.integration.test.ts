// What the sandbox starts and what it says when it cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { holdFolder } from '../src/hold-folder.ts';
import { dockerAnswers } from './vitest-containers.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'chipswitch-sandbox-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(
  env: Record<string, string>,
  ...args: string[]
): { status: number | null; said: string } {
  const run = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, CHIPSWITCH_SANDBOX: folder, ...env },
  });
  return { status: run.status, said: run.stderr.trim() };
}

const listening = (): Promise<{ server: Server; port: number }> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });

describe('a setting in the way is one line that names it, exit code 2', () => {
  it.each([
    ['DATABASE_URL', { DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' }, []],
    ['DATABASE_URL', { DATABASE_URL: 'nonsense' }, []],
    [
      'REDIS_URL',
      {
        DATABASE_URL: process.env['CHIPSWITCH_TEST_DATABASE_URL'] ?? '',
        REDIS_URL: 'redis://127.0.0.1:1',
      },
      [],
    ],
    ['--port', {}, ['--port', '99999']],
    ["Unknown option '--nonsense'", {}, ['--nonsense']],
  ])('%s %o %o', (setting, env, args) => {
    const { status, said } = start(env, '--once', ...args);
    const lines = said.split('\n').filter((line) => line.startsWith('chipswitch: '));
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^chipswitch: ${setting}[:;] `))]);
    expect(status).toBe(2);
  });
  it('a port in use', async () => {
    const { server, port } = await listening();
    const { status, said } = start({}, '--once', '--port', String(port));
    server.close();
    expect(said).toMatch(/^chipswitch: --port: \d+ cannot be used \(EADDRINUSE\)/);
    expect(status).toBe(2);
  });
});

describe('one folder', () => {
  it('is held by one sandbox at a time, and taken over from one that is gone', () => {
    const giveBack = holdFolder(folder);
    const { status, said } = start({}, '--once');
    expect(said).toMatch(/^chipswitch: \.chipswitch: .* is in use by process \d+/);
    expect(status).toBe(2);
    giveBack();
    writeFileSync(join(folder, 'held-by'), '999999999');
    holdFolder(folder)();
    expect(existsSync(join(folder, 'held-by'))).toBe(false);
  });
});

describe('a Docker engine', () => {
  it('is not there when nothing, or no engine, is behind the socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chipswitch-'));
    const path = join(folder, 'docker.sock');
    expect(await dockerAnswers(path)).toBe(false);
    const server = createServer((socket) => socket.destroy()).listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await dockerAnswers(path)).toBe(false);
    server.close();
    rmSync(folder, { recursive: true });
  });
});
