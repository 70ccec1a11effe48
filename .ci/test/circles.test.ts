// No circle in the import graph, type imports included: neither between files nor between the folders of
// a member, so that in every member the folders have an order and no lower one imports a higher.
import { describe, expect, it } from 'vitest';
import { type Graph, arrowsWithin, circlesOf, fileGraph, unitsOf } from './import-graph.ts';
import { listFiles, listMembers } from './workspace-files.ts';

const files = listFiles();
const graph = fileGraph(files.filter((file) => /\.(ts|mts|js|mjs)$/.test(file)));

const members = ['.ci', ...listMembers(files).map(({ folder }) => folder)];

/** Folders of a member that hold code, the member itself first. */
function foldersOf(member: string): string[] {
  const folders = new Set<string>();
  for (const file of graph.keys()) {
    const parts = file.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  return [...folders].filter((folder) => `${folder}/`.startsWith(`${member}/`));
}

const graphOf = (arrows: Readonly<Record<string, readonly string[]>>): Graph =>
  new Map(Object.entries(arrows).map(([from, to]) => [from, new Set(to)]));

describe('the search for circles', () => {
  it('finds those of one, of two and of many', () => {
    expect(circlesOf(graphOf({ a: ['a'], b: ['c'], c: ['b'] }))).toEqual([['a'], ['b', 'c']]);
    expect(circlesOf(graphOf({ a: ['b'], b: ['c', 'e'], c: ['d'], d: ['a'], e: ['b'] }))).toEqual([
      ['a', 'b', 'c', 'd', 'e'],
    ]);
  });
  it('finds none where all arrows lead down', () => {
    expect(circlesOf(graphOf({ a: ['b', 'c'], b: ['c', 'd'], c: ['d'], d: [] }))).toEqual([]);
    expect(circlesOf(graphOf({}))).toEqual([]);
  });
  it('sees a folder as one: what its files import, it imports', () => {
    const two = graphOf({ 'm/a/x': ['m/b/x'], 'm/b/y': ['m/a/y'], 'm/a/y': [], 'm/b/x': [] });
    expect(circlesOf(two)).toEqual([]);
    expect(circlesOf(unitsOf(two, 'm'))).toEqual([['a', 'b']]);
    expect(arrowsWithin(two, 'm', ['a', 'b'])).toEqual(['m/a/x -> m/b/x', 'm/b/y -> m/a/y']);
  });
  it('reads the tree: every member has files that import others', () => {
    expect(graph.size).toBeGreaterThan(500);
    const importing = (member: string): boolean =>
      [...graph].some(([file, targets]) => file.startsWith(`${member}/`) && targets.size > 0);
    expect(members.filter((member) => !importing(member) && member !== 'docker')).toEqual([]);
  });
});

describe('no circle', () => {
  it.each(members)('between files of %s', (member) => {
    const own = new Map([...graph].filter(([file]) => file.startsWith(`${member}/`)));
    expect(circlesOf(own)).toEqual([]);
  });
  it.each(members)('between folders of %s: no lower one imports a higher', (member) => {
    const arrows = foldersOf(member).flatMap((folder) =>
      circlesOf(unitsOf(graph, folder)).flatMap((circle) => arrowsWithin(graph, folder, circle)),
    );
    expect(arrows).toEqual([]);
  });
});
