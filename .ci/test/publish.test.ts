// A published package works outside the tree: packed, installed into an empty folder, every export path imported.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packAll, publishedManifest, publishedPackages } from '../publish.ts';
import { listFiles, listMembers } from './workspace-files.ts';

const place = mkdtempSync(join(tmpdir(), 'chipswitch-installed-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const published = publishedPackages();
const tarballs = packAll(join(place, 'packages'));
const timeout = 300_000;

function run(cwd: string, command: string, words: readonly string[]): string {
  const done = spawnSync(command, words, { cwd, encoding: 'utf8' });
  expect(`${done.stderr}${done.status === 0 ? '' : done.stdout}`, words.join(' ')).toBe('');
  return done.stdout;
}

function emptyFolder(name: string): string {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}

const npm = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];

/** Every path that a package exports. */
const pathsOf = (name: string): string[] => {
  const { manifest } = published.find((one) => one.manifest.name === name)!;
  const { exports = {} } = publishedManifest(manifest, published) as { exports?: object };
  return Object.keys(exports).map((path) => name + path.slice(1));
};

/** Names that each path gives, by a program in the folder. */
function namesIn(folder: string, paths: readonly string[]): Record<string, number> {
  const program = `const found = {};
for (const path of ${JSON.stringify(paths)}) found[path] = Object.keys(await import(path)).length;
console.log(JSON.stringify(found));`;
  return JSON.parse(
    run(folder, process.execPath, ['--input-type=module', '-e', program]),
  ) as Record<string, number>;
}

/** Test suites beside a package are shared within the tree; what is published is what was built. */
const names = published.map(({ manifest }) => manifest.name);

describe('a published package', () => {
  it('iso8583-js installs alone, without a registry, and decodes', { timeout }, () => {
    const folder = emptyFolder('alone');
    run(folder, 'npm', [...npm, '--offline', tarballs.get('iso8583-js')!]);
    const program = `import { encodeMessage, decodeMessage, iso1987Ascii } from 'iso8583-js';
const encoded = encodeMessage(iso1987Ascii, { mti: '0800', de11: '000001', de70: '301' });
console.log(decodeMessage(iso1987Ascii, encoded.bytes).message.de11);`;
    const printed = run(folder, process.execPath, ['--input-type=module', '-e', program]);
    expect(printed).toBe('000001\n');
  });
  it(
    'is whole: laid out as npm does, every export path of every package is imported',
    { timeout },
    () => {
      const folder = emptyFolder('together');
      const others = new Set<string>();
      for (const { folder: member, manifest } of published) {
        const target = join(folder, 'node_modules', manifest.name);
        mkdirSync(target, { recursive: true });
        run(target, 'tar', ['xzf', tarballs.get(manifest.name)!, '--strip-components=1']);
        for (const name of Object.keys(manifest.dependencies ?? {})) {
          if (names.includes(name) || others.has(name)) continue;
          others.add(name);
          mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
          symlinkSync(join(member, 'node_modules', name), join(folder, 'node_modules', name));
        }
      }
      const found = namesIn(folder, names.flatMap(pathsOf));
      expect(Object.entries(found).filter(([, count]) => count === 0)).toEqual([]);
      expect(Object.keys(found).length).toBeGreaterThanOrEqual(names.length);
    },
  );
  it.skipIf(process.env['CI'] === undefined)(
    'is installed by npm with all it depends on (needs a registry: run in CI)',
    { timeout },
    () => {
      const folder = emptyFolder('registry');
      run(folder, 'npm', [...npm, '--prefer-offline', ...tarballs.values()]);
      expect(Object.keys(namesIn(folder, names.flatMap(pathsOf)))).not.toEqual([]);
    },
  );
});

describe('a manifest', () => {
  it('of what is published is that of packages that can be got', () => {
    const own = new Map(listMembers(listFiles()).map(({ manifest }) => [manifest.name, manifest]));
    for (const { manifest } of published) {
      const text = JSON.stringify(publishedManifest(manifest, published));
      expect(text).not.toContain('workspace:');
      expect(text).not.toContain('/src/index.ts');
      const dependencies = Object.keys(manifest.dependencies ?? {});
      expect(dependencies.filter((name) => own.get(name)?.private === true)).toEqual([]);
    }
  });
  it('that depends on a private member is refused', () => {
    const manifest = {
      name: 'x',
      version: '1.0.0',
      dependencies: { '@chipswitch/cli': 'workspace:*' },
    };
    expect(() => publishedManifest(manifest, published)).toThrow(
      'x depends on @chipswitch/cli, a private member',
    );
  });
});
