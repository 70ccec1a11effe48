// What the project says about itself: every path it names is there, every published package is in a changeset's reach.
import { describe, expect, it } from 'vitest';
import { listFiles, listMembers, read } from './workspace-files.ts';

const files = listFiles();
const isThere = (path: string): boolean =>
  files.includes(path) || files.some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`));

describe.each(['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'])('%s', (document) => {
  it('names only what is there', () => {
    const tops = 'packages|services|simulators|bench|certs|docker|\\.ci';
    const paths = [...read(document).matchAll(new RegExp(`\`((?:${tops})/[\\w./-]*)\``, 'g'))];
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.map(([, path]) => path).filter((path) => !isThere(path))).toEqual([]);
  });
  it('names only scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('changesets', () => {
  it('name only packages that are published', () => {
    const published = listMembers(files)
      .filter(({ manifest }) => manifest.private !== true)
      .map(({ manifest }) => manifest.name);
    const sets = files.filter((file) => /^\.changeset\/.*\.md$/.test(file));
    for (const set of sets) {
      const head = /^---\n([\s\S]*?)---\n/.exec(read(set))?.[1] ?? '';
      const named = [...head.matchAll(/^'(.+)': (?:major|minor|patch)$/gm)].map(([, name]) => name);
      expect(named.length, set).toBeGreaterThan(0);
      expect(
        named.filter((name) => !published.includes(name)),
        set,
      ).toEqual([]);
    }
  });
});
