// What runs before every script of the root: an install when something changed, and nothing otherwise.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read, root } from './workspace-files.ts';

let tree = '';
const at = (path: string): string => join(tree, path);
const put = (path: string, text: string): void => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), text);
};
/** As if the file had been written a minute from now. */
const later = (path: string): void => {
  const time = new Date(Date.now() + 60_000);
  utimesSync(at(path), time, time);
};

/** A package manager that notes that it was called, and installs by writing what pnpm writes. */
const fakeNpx = `#!/bin/sh
echo "$@" >> "$CALLS"
echo noise
[ "$FAIL" = 1 ] && exit 1
mkdir -p node_modules && touch node_modules/.modules.yaml
`;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'setup-'));
  put('package.json', '{}');
  put('pnpm-lock.yaml', 'lock: 1\n');
  put('pnpm-workspace.yaml', 'packages:\n  - packages/*\n  - bench\n\nallowBuilds:\n  - none\n');
  put('packages/one/package.json', '{}');
  put('bin/npx', fakeNpx);
  chmodSync(at('bin/npx'), 0o755);
  mkdirSync(at('.ci'));
  cpSync(join(root, '.ci/setup.mjs'), at('.ci/setup.mjs'));
});
afterEach(() => rmSync(tree, { recursive: true }));

function setup(env: Record<string, string> = {}) {
  const calls = at('calls');
  const path = `${at('bin')}:${process.env['PATH'] ?? ''}`;
  const done = spawnSync(process.execPath, [at('.ci/setup.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path, CALLS: calls, ...env },
  });
  return { code: done.status, out: done.stdout };
}
const calls = (): number => {
  const file = spawnSync('cat', [at('calls')], { encoding: 'utf8' }).stdout;
  return file.split('\n').filter(Boolean).length;
};

describe('E3: setup', () => {
  it('installs once, says nothing on standard output, and asks nobody afterwards', () => {
    expect(setup()).toEqual({ code: 0, out: '' });
    expect(readFileSync(at('calls'), 'utf8')).toMatch(/^--yes pnpm@[\d.]+ install .*--frozen/);
    for (let i = 0; i < 3; i++) expect(setup()).toEqual({ code: 0, out: '' });
    expect(calls()).toBe(1);
  });
  it.each(['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'packages/one/package.json'])(
    'installs again when %s says something else, not when it only is newer',
    (file) => {
      setup();
      later(file);
      setup();
      expect(calls()).toBe(1);
      put(file, `${readFileSync(at(file), 'utf8')}\n`);
      later(file);
      setup();
      expect(calls()).toBe(2);
    },
  );
  it('installs again when a member comes, goes, or what was installed is gone', () => {
    setup();
    put('bench/package.json', '{}');
    setup();
    expect(calls()).toBe(2);
    rmSync(at('bench'), { recursive: true });
    setup();
    expect(calls()).toBe(3);
    rmSync(at('node_modules'), { recursive: true });
    setup();
    expect(calls()).toBe(4);
  });
  it('takes an install that pnpm itself made', () => {
    mkdirSync(at('node_modules'));
    put('node_modules/.modules.yaml', '');
    later('node_modules/.modules.yaml');
    expect(setup().code).toBe(0);
    expect(calls()).toBe(0);
  });
  it('a failed install is a failure, and is tried again', () => {
    expect(setup({ FAIL: '1' }).code).toBe(1);
    expect(setup().code).toBe(0);
    expect(setup().code).toBe(0);
    expect(calls()).toBe(2);
  });
  it('leaves standard output to the command', () => {
    const here = spawnSync(join(root, 'chipswitch'), ['rc', '51', '--json'], { encoding: 'utf8' });
    expect(JSON.parse(here.stdout)).toMatchObject({ verb: 'rc', ok: true });
    // Through a symbolic link as well, and from another folder.
    symlinkSync(join(root, 'chipswitch'), at('bin/cs'));
    const away = spawnSync(at('bin/cs'), ['rc', '51', '--json'], { encoding: 'utf8', cwd: tree });
    expect(away.stdout).toBe(here.stdout);
  });
  it('stands before every script that needs what it installs', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const own = Object.keys(scripts).filter((name) => /^(node|npm) /.test(scripts[name]));
    const runs = own.filter((name) => name !== 'setup' && !name.startsWith('pre'));
    expect(runs.length).toBeGreaterThan(4);
    for (const name of runs) expect(scripts[`pre${name}`]).toBe(scripts['setup']);
  });
});
