// npm run package [-- FOLDER]: packs every published package as a registry would take it, one .tgz each. A member's
// package.json is for the workspace: here its exports become those of what was built, a member it depends on becomes
// that member's version, and what `bundleDependencies` names goes along inside.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bundleDependencies?: readonly string[];
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

/** A package that is published. */
export interface PublishedPackage {
  readonly folder: string;
  readonly manifest: Manifest;
}

const read = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Members of `packages/` that are not private. */
export function publishedPackages(): PublishedPackage[] {
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  return folders
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: read(folder) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** The manifest as it is outside the workspace; an Error where it depends on a member that nobody can get. */
export function publishedManifest(
  manifest: Manifest,
  published: readonly PublishedPackage[],
): Readonly<Record<string, unknown>> {
  const { publishConfig = {}, ...rest } = manifest;
  const { scripts: _scripts, devDependencies: _dev, ...kept } = rest as Record<string, unknown>;
  const versions = new Map(published.map((one) => [one.manifest.name, one.manifest.version]));
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => {
    if (!range.startsWith('workspace:')) return [name, range] as const;
    const version = versions.get(name);
    if (version === undefined)
      throw new Error(`${manifest.name} depends on ${name}, a private member`);
    return [name, version] as const;
  });
  const { access, ...fields } = publishConfig;
  return {
    ...kept,
    dependencies: Object.fromEntries(dependencies),
    ...fields,
    publishConfig: { access },
  };
}

const isAsset = (path: string): boolean => !/\.(?:ts|mts|js|mjs|map|md|tsbuildinfo)$/.test(path);

/** Puts the package together in a folder, with what it bundles in the folder's `node_modules`. */
function stage(
  one: PublishedPackage,
  target: string,
  published: readonly PublishedPackage[],
): void {
  mkdirSync(target, { recursive: true });
  for (const name of one.manifest.files ?? []) {
    const own = join(one.folder, name);
    const from = existsSync(own) ? own : join(root, name);
    if (!existsSync(from)) throw new Error(`${one.manifest.name}: ${name} is not there`);
    cpSync(from, join(target, name), { recursive: true });
  }
  // The compiler leaves behind what is read at run time: statements, migrations.
  const src = join(one.folder, 'src');
  for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(isAsset)) {
    if (!/\.\w+$/.test(path)) continue;
    cpSync(join(src, path), join(target, 'dist/src', path));
  }
  const manifest = publishedManifest(one.manifest, published);
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of one.manifest.bundleDependencies ?? []) {
    const bundled = published.find((other) => other.manifest.name === name);
    if (bundled === undefined)
      throw new Error(`${one.manifest.name} bundles ${name}, no package of ours`);
    stage(bundled, join(target, 'node_modules', name), published);
  }
}

/** Packs all, and tells the file of each by name. */
export function packAll(destination: string): ReadonlyMap<string, string> {
  const published = publishedPackages();
  mkdirSync(destination, { recursive: true });
  const staging = mkdtempSync(join(tmpdir(), 'chipswitch-package-'));
  try {
    return new Map(
      published.map((one) => {
        const folder = join(staging, one.manifest.name);
        stage(one, folder, published);
        const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', destination];
        const packed = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' });
        const file = packed.stdout.trim().split('\n').at(-1) ?? '';
        if (packed.status !== 0 || file === '') {
          throw new Error(`${one.manifest.name}: ${packed.stderr.trim()}`);
        }
        return [one.manifest.name, join(destination, file)];
      }),
    );
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [folder = '.chipswitch/packages', ...more] = process.argv.slice(2);
  if (folder.startsWith('-') || more.length > 0) {
    console.log(
      'npm run package [-- FOLDER]: packs every published package, by default into .chipswitch/packages',
    );
    process.exit(folder === '--help' ? 0 : 2);
  }
  const build = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--build', 'tsconfig.base.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (build.status !== 0) process.exit(build.status ?? 1);
  for (const [name, file] of packAll(resolve(root, folder)))
    console.log(`${name.padEnd(28)}${file}`);
}
