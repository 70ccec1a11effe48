// Installs what is missing, before every script of the root: a few stats when nothing changed since the last
// install, silent, and no network then. Plain JavaScript for node 20, since it brings the newer node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pnpm = 'pnpm@12.21.0';
// pnpm writes the first when it has finished; ours holds a digest of what was installed for.
const finished = join(root, 'node_modules', '.modules.yaml');
const marker = join(root, 'node_modules', '.chipswitch-setup');

/** The manifests of the root and of every member that pnpm-workspace.yaml names. */
function manifests() {
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const places = [...(workspace.split(/^\S/m)[1] ?? '').matchAll(/^ {2}- (\S+)$/gm)];
  const folders = places.flatMap(([, place]) => {
    if (!place.endsWith('/*')) return [place];
    const parent = place.slice(0, -2);
    if (!existsSync(join(root, parent))) return [];
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
  });
  return ['.', ...folders]
    .map((folder) => join(root, folder, 'package.json'))
    .filter((file) => existsSync(file));
}

const inputs = [
  join(root, 'pnpm-lock.yaml'),
  join(root, 'pnpm-workspace.yaml'),
  ...manifests().sort(),
];
const changedMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function digest() {
  const hash = createHash('sha256');
  for (const file of inputs)
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return `${inputs.length} ${hash.digest('hex')}\n`;
}

/** Whether everything stands: not a byte of the inputs differs from what was installed for. */
function isInstalled() {
  if (!existsSync(finished)) return false;
  const newest = Math.max(...inputs.map(changedMs));
  const known = existsSync(marker) ? readFileSync(marker, 'utf8') : '';
  // A file taken away has no time: the count tells.
  if (changedMs(marker) > newest && known.startsWith(`${inputs.length} `)) return true;
  const now = digest();
  if (known === now) {
    utimesSync(marker, new Date(), new Date());
    return true;
  }
  // Installed by pnpm itself, after the last change.
  if (changedMs(finished) <= Math.max(newest, changedMs(marker))) return false;
  writeFileSync(marker, now);
  return true;
}

if (!isInstalled()) {
  console.error('setup: installing dependencies');
  const words = [
    '--yes',
    pnpm,
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=silent',
  ];
  // On standard error, so that what follows keeps standard output for itself.
  const done = spawnSync('npx', words, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // With what is in the cache no network is asked; without one, waiting is of no use.
    env: { ...process.env, npm_config_prefer_offline: 'true', npm_config_fetch_retries: '1' },
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error(`setup: ${done.error?.message ?? `npx ${words.join(' ')} failed`}`);
    process.exit(1);
  }
  writeFileSync(marker, digest());
}
