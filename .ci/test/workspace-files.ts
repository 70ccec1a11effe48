// Reads the workspace for the tests that hold its walls: members, their manifests and their files.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The workspace's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a package.json says that matters here. */
export interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly exports?: unknown;
  readonly publishConfig?: { readonly exports?: unknown };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A member of the workspace. */
export interface Member {
  /** Folder from the root, as in `packages/bytes`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

const notOurs = new Set(['node_modules', 'dist', '.git', '.chipswitch', 'coverage']);

/** Every file of the tree from the root, with `/`, built and installed ones left out. */
export function listFiles(folder: string = ''): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (notOurs.has(entry.name)) return [];
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Text of a file, by its path from the root. */
export function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8');
}

/** Members of the workspace: the folders that hold a package.json. */
export function listMembers(files: readonly string[]): Member[] {
  const manifests = files.filter((file) => /^[^/]+(\/[^/]+)?\/package\.json$/.test(file));
  return manifests.map((path) => ({
    folder: path.slice(0, -'/package.json'.length),
    manifest: JSON.parse(read(path)) as Manifest,
  }));
}

const importForms = [
  /^(?:import|export|\})[^'"`;=]*\bfrom '([@\w./:-]+)'/gm,
  /^import '([@\w./:-]+)'/gm,
  /\bimport\('([@\w./:-]+)'\)/g,
];

/** What a file imports, statically and dynamically; comments do not count. */
export function importsOf(path: string): string[] {
  const code = read(path)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
  return importForms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1]));
}

/** What a file imports when it runs: what is imported as a type only is gone by then. */
export function runtimeImportsOf(path: string): string[] {
  const code = read(path)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^(?:import|export) type [^'"`;=]*\bfrom '[^'\n]+'/gm, '');
  return importForms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1]));
}

/** The package a bare specifier belongs to: `@scope/name/path` is `@scope/name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
