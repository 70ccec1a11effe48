// Every program of the tree answers --help, and refuses what it does not know in one line with exit code 2.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listFiles, root } from './workspace-files.ts';

const files = listFiles();
const mains = files.filter((file) => /^(services|simulators)\/\w+\/src\/main\.ts$/.test(file));
const programs = [
  ...mains,
  'bench/src/main.ts',
  'certs/src/main.ts',
  'docker/src/prepare.ts',
  'docker/src/terminals.ts',
  'packages/cli/src/main.ts',
  'packages/conformance/src/main.ts',
].sort();

function run(program: string, words: readonly string[]) {
  const { DATABASE_URL: _none, ...env } = process.env;
  const options = { encoding: 'utf8', cwd: root, timeout: 20_000, env } as const;
  return spawnSync(process.execPath, [`${root}${program}`, ...words], options);
}

describe('E11.12: the programs', () => {
  it('are all here', () => {
    expect(mains.length).toBeGreaterThan(7);
    const inOthers = files.filter((file) =>
      /^(bench|certs|packages\/\w+)\/src\/main\.ts$/.test(file),
    );
    expect(inOthers.filter((file) => !programs.includes(file))).toEqual([]);
  });
  it.each(programs)('%s --help: what it is for, on standard output', (program) => {
    const { status, stdout, stderr } = run(program, ['--help']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n').length).toBeGreaterThan(1);
  });
  it.each(programs)('%s --frobnicate: one line and exit code 2', (program) => {
    const { status, stdout, stderr } = run(program, ['--frobnicate']);
    expect([status, stdout]).toEqual([2, '']);
    const [line, ...more] = stderr.trim().split('\n');
    expect(line).toMatch(/^\w+: unknown option '?--frobnicate/i);
    // The command adds what to do next.
    expect(more.filter((one) => !one.includes('next: '))).toEqual([]);
  });
});
