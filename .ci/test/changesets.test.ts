// Changesets name only packages that are published.
import { describe, expect, it } from 'vitest';
import { listFiles, listMembers, read } from './workspace-files.ts';

const files = listFiles();
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
