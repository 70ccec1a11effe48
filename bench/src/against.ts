// The same suites in this tree and in another revision of it, in turns (A B A B …), so that a machine that changes
// its speed changes it for both.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SettingError } from '@chipswitch/program';
import { type TreeComparison, baselinesOf, compareTrees, runsOf } from './tree-ratios.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What to compare. */
export interface AgainstOptions {
  /** A revision as git names it. */
  readonly revision: string;
  readonly suites: readonly string[];
  /** Turns of each tree. */
  readonly rounds: number;
  readonly onProgress: (line: string) => void;
}

function git(words: readonly string[]): string {
  const done = spawnSync('git', ['-C', root, ...words], { encoding: 'utf8' });
  if (done.status === 0) return done.stdout.trim();
  throw new SettingError('--against', done.stderr.trim().split('\n').at(-1) ?? 'git failed');
}

/** Runs a program of a tree; its output is only shown when it fails. */
function runIn(folder: string, program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('utf8')).slice(-4_000);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${words.join(' ')} ended with ${code}\n${said}`));
    });
  });
}

/** The pnpm that this tree installs with. */
function pinnedPnpm(): string {
  const setup = readFileSync(join(root, '.ci/setup.mjs'), 'utf8');
  return /pnpm@[\d.]+/.exec(setup)?.[0] ?? 'pnpm';
}

async function install(tree: string): Promise<void> {
  const words = ['install', '--frozen-lockfile', '--offline', '--reporter=silent'];
  await runIn(tree, 'npx', ['--yes', pinnedPnpm(), ...words]);
}

async function results(tree: string, suites: readonly string[], file: string): Promise<unknown> {
  const main = join(tree, 'bench/src/main.ts');
  await runIn(tree, process.execPath, [main, ...suites, '--quick', '--json', file]);
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}

/**
 * Checks the revision out beside this tree, installs it without a network, and runs both in turns.
 *
 * @throws SettingError for a revision that git does not know
 */
export async function runAgainst(options: AgainstOptions): Promise<TreeComparison> {
  const { suites, rounds, onProgress } = options;
  const revision = git(['rev-parse', '--verify', `${options.revision}^{commit}`]);
  const folder = mkdtempSync(join(tmpdir(), 'chipswitch-bench-'));
  const other = join(folder, 'tree');
  // Interrupted, the programs under way end by the same signal; then the tree is taken away below.
  const onSignal = (): void => onProgress('interrupted');
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    git(['worktree', 'add', '--quiet', '--detach', other, revision]);
    onProgress(`installing ${revision.slice(0, 10)}`);
    await install(other);
    const here: unknown[] = [];
    const there: unknown[] = [];
    for (let round = 1; round <= rounds; round++) {
      onProgress(`round ${round} of ${rounds}`);
      there.push(await results(other, suites, join(folder, 'there.json')));
      here.push(await results(root, suites, join(folder, 'here.json')));
    }
    return compareTrees(runsOf(here), runsOf(there), baselinesOf(here));
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    rmSync(folder, { recursive: true, force: true });
    git(['worktree', 'prune']);
  }
}
