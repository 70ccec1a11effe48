// What the files of the tree export, and which of it others import: by the text of both, every path resolved.
import { type Member, read } from './workspace-files.ts';

/** A name that a file exports of its own. */
export interface Export {
  readonly name: string;
  readonly isType: boolean;
}

/** Names that a file exports of its own. */
export function exportsOf(text: string): Export[] {
  const declared = [
    ...text.matchAll(
      /^export (?:abstract )?(?:async )?(function\*?|const|let|class|interface|type) (\w+)/gm,
    ),
  ].map(([, word, name]) => ({ name, isType: word === 'interface' || word === 'type' }));
  const listed = [...text.matchAll(/^export (type )?\{([^}]*)\};/gm)].flatMap(([, type, list]) =>
    namesIn(list).map(({ outside }) => ({ name: outside, isType: type !== undefined })),
  );
  return [...declared, ...listed];
}

interface Name {
  readonly inside: string;
  readonly outside: string;
}

/** `a, type b as c` as names before and behind `as`. */
function namesIn(list: string): Name[] {
  return list
    .replaceAll(/\/\/.*$/gm, '')
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [inside, outside = inside] = part.split(/ as /);
      return { inside, outside };
    });
}

/** What a file takes of another: names, or all that there is. */
export interface Taken {
  readonly specifier: string;
  readonly names: readonly string[] | 'all';
}

/** What a file imports or exports on. */
export function takenBy(text: string): Taken[] {
  const named = [
    ...text.matchAll(/^(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\} from '([^']+)'/gm),
  ].map(([, list, specifier]) => ({
    specifier,
    names: namesIn(list).map(({ inside }) => inside),
  }));
  const whole = [
    ...text.matchAll(/^(?:import|export) \*(?: as \w+)? from '([^']+)'/gm),
    ...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g),
  ].map(([, specifier]) => ({ specifier, names: 'all' as const }));
  return [...named, ...whole];
}

/** The files behind a package's export paths, by specifier. */
function entriesOf({ folder, manifest }: Member): (readonly [string, string])[] {
  const exported = (manifest.exports ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(exported).flatMap(([path, target]) =>
    typeof target === 'string'
      ? [[manifest.name + path.slice(1), `${folder}/${target.slice(2)}`] as const]
      : [],
  );
}

/** Joins a relative path to the folder of a file. */
function resolved(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** What each file is asked for by others. */
function takenOf(
  files: readonly string[],
  entries: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlySet<string> | 'all'> {
  const taken = new Map<string, Set<string> | 'all'>();
  for (const file of files) {
    for (const { specifier, names } of takenBy(read(file))) {
      const target = specifier.startsWith('.') ? resolved(file, specifier) : entries.get(specifier);
      const known = target === undefined ? 'all' : taken.get(target);
      if (target === undefined || known === 'all') continue;
      taken.set(target, names === 'all' ? names : new Set([...(known ?? []), ...names]));
    }
  }
  return taken;
}

/** Whether a name stands in a text only where it is declared; comments do not count. */
function standsAlone(text: string, name: string): boolean {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length < 2;
}

/**
 * Exports, `FILE NAME`, that no other file imports: values, and types that their own file does not use either. Faces
 * (`index.ts` and other export paths) give what they give.
 */
export function unusedExports(files: readonly string[], members: readonly Member[]): string[] {
  const entries = new Map(members.flatMap(entriesOf));
  const faces = new Set(entries.values());
  const taken = takenOf(files, entries);
  return files
    .filter((file) => /\/src\/.*\.ts$/.test(file) && !faces.has(file))
    .flatMap((file) => {
      const names = taken.get(file);
      if (names === 'all') return [];
      const text = read(file);
      return exportsOf(text)
        .filter(({ name }) => names?.has(name) !== true)
        .filter(({ name, isType }) => !isType || standsAlone(text, name))
        .map(({ name }) => `${file} ${name}`);
    });
}
