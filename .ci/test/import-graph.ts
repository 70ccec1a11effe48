// The import graph of the tree, type imports included, and the circles in it: between files, and between
// the folders of a member.
import { importsOf } from './workspace-files.ts';

/** What each unit (a file, or a folder as one) imports of the others. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Files, by their path from the root, and what they import by relative path. */
export function fileGraph(files: readonly string[]): Graph {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const targets = importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => new URL(specifier, `file:///${file}`).pathname.slice(1));
      return [file, new Set(targets.filter((target) => known.has(target)))];
    }),
  );
}

/** The graph of what lies directly in a folder: its files, and each of its folders as one. */
export function unitsOf(graph: Graph, folder: string): Graph {
  const units = new Map<string, Set<string>>();
  const unitOf = (file: string): string | undefined =>
    file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/')[0] : undefined;
  for (const [file, targets] of graph) {
    const from = unitOf(file);
    if (from === undefined) continue;
    const imports = units.get(from) ?? new Set();
    units.set(from, imports);
    for (const target of targets) {
      const to = unitOf(target);
      if (to !== undefined && to !== from) imports.add(to);
    }
  }
  return units;
}

/** The circles: sets of units each of which reaches all others of its set (Tarjan, 1972). */
export function circlesOf(graph: Graph): string[][] {
  const indexes = new Map<string, number>();
  const onTheWay: string[] = [];
  const circles: string[][] = [];
  const visit = (unit: string): number => {
    const index = indexes.size;
    let low = index;
    indexes.set(unit, index);
    onTheWay.push(unit);
    const targets = graph.get(unit) ?? new Set<string>();
    for (const target of targets) {
      if (!indexes.has(target)) low = Math.min(low, visit(target));
      else if (onTheWay.includes(target)) low = Math.min(low, indexes.get(target) ?? low);
    }
    if (low === index) {
      const circle = onTheWay.splice(onTheWay.indexOf(unit));
      if (circle.length > 1 || targets.has(unit)) circles.push(circle.sort());
    }
    return low;
  };
  for (const unit of graph.keys()) if (!indexes.has(unit)) visit(unit);
  return circles;
}

/** The arrows of a circle, as `from -> to` of files, for whoever has to cut one. */
export function arrowsWithin(graph: Graph, folder: string, circle: readonly string[]): string[] {
  const inCircle = (file: string): string | undefined =>
    file.startsWith(`${folder}/`)
      ? circle.find((unit) => file.slice(folder.length + 1).split('/')[0] === unit)
      : undefined;
  return [...graph].flatMap(([file, targets]) =>
    [...targets]
      .filter((target) => {
        const [from, to] = [inCircle(file), inCircle(target)];
        return from !== undefined && to !== undefined && from !== to;
      })
      .map((target) => `${file} -> ${target}`),
  );
}
