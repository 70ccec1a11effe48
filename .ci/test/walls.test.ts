// The walls of the house: which member may import which, as the design draws it, and nothing else.
import { describe, expect, it } from 'vitest';
import {
  importsOf,
  listFiles,
  listMembers,
  packageOf,
  read,
  runtimeImportsOf,
} from './workspace-files.ts';

const files = listFiles();
const members = listMembers(files);
const folderOf = new Map(members.map((member) => [member.manifest.name, member.folder]));

const packages = [
  'packages/bytes',
  'packages/cardholder-data',
  'packages/tlv',
  'packages/iso8583-js',
  'packages/cryptography',
  'packages/security-module',
  'packages/key-management',
  'packages/emv',
  'packages/postgres-files',
  'packages/ledger',
  'packages/transaction',
];
/** What a member that is started as a process may import. */
const programs = [...packages, 'packages/program'];
/** What a service with an HTTP face may import. */
const servers = [...programs, 'packages/http-service'];
/** Members that are an adapter as a whole: whoever imports one wants its socket or its library. */
const adapterMembers = ['packages/payshield', 'packages/pkcs11'];
const theModule = ['packages/bytes', 'packages/cryptography', 'packages/security-module'];
const anything = [...folderOf.values()];

/** A member, and all of the workspace it may import. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  'packages/bytes': [],
  'packages/program': [],
  'packages/http-service': ['packages/bytes', 'packages/program'],
  'packages/cardholder-data': ['packages/bytes'],
  'packages/tlv': ['packages/bytes'],
  'packages/iso8583-js': ['packages/bytes', 'packages/cardholder-data'],
  'packages/cryptography': ['packages/bytes'],
  'packages/security-module': ['packages/bytes', 'packages/cryptography'],
  ...Object.fromEntries(adapterMembers.map((folder) => [folder, theModule])),
  // Of the ledger, its Postgres adapter: the one runner of migrations and the one reader of statements.
  'packages/key-management': [...theModule, 'packages/postgres-files'],
  'packages/emv': [
    'packages/bytes',
    'packages/cardholder-data',
    'packages/tlv',
    'packages/cryptography',
    'packages/security-module',
  ],
  'packages/postgres-files': [],
  'packages/ledger': ['packages/postgres-files'],
  'packages/transaction': [
    'packages/bytes',
    'packages/cardholder-data',
    'packages/tlv',
    'packages/iso8583-js',
    'packages/emv',
    'packages/ledger',
  ],
  'packages/conformance': [...programs, ...adapterMembers],
  'packages/cli': [
    ...packages,
    'packages/conformance',
    'simulators/card',
    'simulators/terminal',
    'simulators/acquirer',
    'simulators/hsm',
    'simulators/world',
    'simulators/sandbox',
  ],
  'services/switch': [...servers, ...adapterMembers],
  'services/settlement': programs,
  'services/console': servers,
  'simulators/card': ['packages/bytes', 'packages/cardholder-data', 'packages/tlv'],
  'simulators/terminal': [...programs, 'simulators/card'],
  'simulators/acquirer': programs,
  'simulators/hsm': ['packages/bytes'],
  'simulators/world': [...programs, 'services/switch'],
  'simulators/sandbox': anything,
  certs: ['packages/program', 'packages/transaction'],
  bench: anything,
  docker: ['packages/program', 'simulators/sandbox'],
};

/** What tests alone may import besides: an independent second opinion, or the other end of a wire. */
const testArrows: Readonly<Record<string, readonly string[]>> = {
  'packages/emv': ['simulators/card'],
  'simulators/hsm': ['packages/cryptography', 'packages/payshield', 'packages/security-module'],
  'simulators/terminal': ['simulators/acquirer', 'services/switch'],
  'services/switch': ['simulators/acquirer', 'simulators/card', 'simulators/terminal'],
};

function ofWorkspace(dependencies: Readonly<Record<string, string>> | undefined): string[] {
  return Object.keys(dependencies ?? {}).flatMap((name) => folderOf.get(name) ?? []);
}

const rows = members.map((member) => [member.folder, member.manifest] as const);
const own = (folder: string, part: string) =>
  files.filter((file) => file.startsWith(`${folder}/${part}/`) && file.endsWith('.ts'));
const names = (...sets: (Readonly<Record<string, string>> | undefined)[]) =>
  new Set(sets.flatMap((set) => Object.keys(set ?? {})));

describe('members', () => {
  it('are those of the design', () => {
    expect(members.map((member) => member.folder).sort()).toEqual(Object.keys(arrows).sort());
  });
  it.each(rows)('%s declares no more of the workspace than its arrow', (folder, manifest) => {
    const declared = ofWorkspace({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    });
    expect(declared.filter((one) => !arrows[folder].includes(one))).toEqual([]);
    const inTests = [...arrows[folder], ...(testArrows[folder] ?? [])];
    const declaredForTests = ofWorkspace(manifest.devDependencies);
    expect(declaredForTests.filter((one) => !inTests.includes(one))).toEqual([]);
  });
  it.each(rows)('%s pins what it depends on', (_folder, manifest) => {
    const { dependencies, optionalDependencies, devDependencies } = manifest;
    const loose = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies })
      .filter(([, version]) => version !== 'workspace:*' && !/^\d+\.\d+\.\d+/.test(version))
      .map(([name, version]) => `${name}@${version}`);
    expect(loose).toEqual([]);
  });
  it('form no circle', () => {
    const onTheWay: string[] = [];
    const done = new Set<string>();
    const visit = (folder: string): void => {
      expect(onTheWay, `a circle through ${folder}`).not.toContain(folder);
      if (done.has(folder)) return;
      onTheWay.push(folder);
      const manifest = members.find((member) => member.folder === folder)!.manifest;
      for (const next of ofWorkspace(manifest.dependencies)) visit(next);
      onTheWay.pop();
      done.add(folder);
    };
    for (const member of members) visit(member.folder);
    expect(done.size).toBe(members.length);
  });
  it.each(rows)('%s has a licence, a README and one public face', (folder, manifest) => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(manifest.type).toBe('module');
    expect(files).toContain(`${folder}/README.md`);
    const indexes = own(folder, 'src').filter((file) => file.endsWith('/src/index.ts'));
    // What gives nothing to another member (the containers' processes) has no face.
    const face = manifest.exports === undefined ? [] : [`${folder}/src/index.ts`];
    expect(indexes).toEqual(face);
    expect(manifest.exports === undefined).toBe(folder === 'docker');
    if (manifest.private !== true) {
      expect(files).toContain(`${folder}/LICENSE`);
      expect(manifest.publishConfig?.exports).toBeDefined();
    }
  });
  it.each(rows)('%s builds after exactly what it declares', (folder, manifest) => {
    const config = JSON.parse(read(`${folder}/tsconfig.json`)) as {
      references?: readonly { readonly path: string }[];
      compilerOptions: { readonly rootDir: string };
    };
    const here = new URL(`file:///${folder}/`);
    const referenced = (config.references ?? []).map(({ path }) =>
      new URL(path, here).pathname.replace(/^\/|\/$/g, ''),
    );
    const { dependencies, devDependencies } = manifest;
    const declared = ofWorkspace({ ...dependencies, ...devDependencies });
    expect(referenced.sort()).toEqual(declared.sort());
    expect(config.compilerOptions.rootDir).toBe('.');
  });
  it('are all built by the solution file', () => {
    const solution = JSON.parse(read('tsconfig.base.json')) as { references: { path: string }[] };
    const built = solution.references.map(({ path }) => path.replace(/^\.\//, ''));
    expect(built.sort()).toEqual(['.ci', ...members.map((member) => member.folder)].sort());
  });
});

describe('imports', () => {
  const rootManifest = JSON.parse(read('package.json')) as {
    devDependencies: Record<string, string>;
  };

  function strays(folder: string, part: string, allowed: ReadonlySet<string>): string[] {
    return own(folder, part).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => {
          if (specifier.startsWith('node:')) return false;
          if (!specifier.startsWith('.')) return !allowed.has(packageOf(specifier));
          const target = new URL(specifier, `file:///${file}`).pathname;
          const inside = target.startsWith(`/${folder}/`);
          return !inside || !/\.(ts|json)$/.test(specifier);
        })
        .map((specifier) => `${file}: ${specifier}`),
    );
  }

  it.each(rows)('%s imports only what it declares', (folder, manifest) => {
    const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
    const run = names(dependencies, optionalDependencies, peerDependencies);
    // What vitest itself loads before tests may import it.
    const beside = strays(folder, 'src', run).filter(
      (one) => !/\/vitest-[a-z]+\.ts: vitest/.test(one),
    );
    expect(beside).toEqual([]);
    const test = names(dependencies, optionalDependencies, peerDependencies, devDependencies);
    const all = new Set([...test, ...Object.keys(rootManifest.devDependencies), manifest.name]);
    expect(strays(folder, 'test', all)).toEqual([]);
  });

  const doors =
    /^(node:(net|tls|http|https|http2|dgram|dns|cluster|child_process|worker_threads)|pg|ioredis|bullmq|fastify|pkcs11js)$/;

  /** Folders of a package that have an export path of their own: its adapters. */
  function adapterFolders(folder: string): string[] {
    const { manifest } = members.find((member) => member.folder === folder)!;
    return Object.values(manifest.exports as Record<string, string>)
      .map((path) => `${folder}/${path.slice(2)}`.replace(/[^/]*$/, ''))
      .filter((path) => path !== `${folder}/src/`);
  }
  function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
    if (reached.has(file)) return reached;
    reached.add(file);
    for (const specifier of runtimeImportsOf(file)) {
      const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
      if (specifier.startsWith('.') && files.includes(target)) reachedFrom(target, reached);
    }
    return reached;
  }
  const opens = (file: string) => runtimeImportsOf(file).filter((one) => doors.test(one));

  it.each(packages)('of %s open a socket or load a driver only in its adapters', (folder) => {
    const adapters = adapterFolders(folder);
    const opening = own(folder, 'src').filter(
      (file) => opens(file).length > 0 && !adapters.some((adapter) => file.startsWith(adapter)),
    );
    expect(opening).toEqual([]);
  });
  it.each(packages)('of the public face of %s reach no adapter', (folder) => {
    const reached = [...reachedFrom(`${folder}/src/index.ts`)];
    expect(reached.length).toBeGreaterThan(1);
    expect(reached.filter((file) => opens(file).length > 0)).toEqual([]);
  });

  const pure = ['packages/bytes', 'packages/tlv', 'packages/iso8583-js', 'packages/emv'];
  it.each([...pure, 'packages/transaction'])('%s asks no clock and no chance', (folder) => {
    const asking = own(folder, 'src').filter((file) =>
      /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|randomUUID|setTimeout|setInterval)\b/.test(
        read(file).replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
      ),
    );
    expect(asking).toEqual([]);
  });
  it('of the card simulator go nowhere near cryptography or the security module', () => {
    const near = own('simulators/card', 'src').filter((file) =>
      importsOf(file).some((specifier) => /cryptography|security-module/.test(specifier)),
    );
    expect(near).toEqual([]);
  });
  it('of the ledger know no ISO 8583', () => {
    const knowing = own('packages/ledger', 'src').filter((file) =>
      importsOf(file).some((specifier) => specifier.includes('iso8583')),
    );
    expect(knowing).toEqual([]);
  });
});
