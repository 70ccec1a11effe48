// The project's vectors hold, kind by kind, and there is one for every kind that is implemented.
import { afterAll, describe, expect, it } from 'vitest';
import { stopSimulator } from '../src/hsm-simulator.ts';
import { families, runVectors } from '../src/index.ts';
import { addedFiles, ownFiles } from './vector-files.ts';

afterAll(stopSimulator);

describe.each([
  ...ownFiles.map((file) => ['the copy', file.family, file] as const),
  ...addedFiles.map((file) => ['additions', file.family, file] as const),
])('%s of %s', async (_which, family, file) => {
  const results = await runVectors(file.vectors, families[family], file.document);
  it.each(results)('$kind', (result) => {
    expect(result.failures).toEqual([]);
    expect(result.passed).toBeGreaterThan(0);
  });
  it('has no id twice, and each vector says where it comes from', () => {
    expect(new Set(file.vectors.map(({ id }) => id)).size).toBe(file.vectors.length);
    expect(file.vectors.filter(({ misform }) => misform !== undefined)).toEqual([]);
  });
});

const files = [...ownFiles, ...addedFiles];

describe('every vector', () => {
  it('has one home: no id and no question stands in two files', () => {
    const homes = new Map<string, Set<number>>();
    for (const [index, { family, vectors }] of files.entries()) {
      for (const { id, kind, input } of vectors) {
        for (const key of [`${family} ${id}`, JSON.stringify([family, kind, input])]) {
          homes.set(key, (homes.get(key) ?? new Set()).add(index));
        }
      }
    }
    expect([...homes].filter(([, where]) => where.size > 1).map(([key]) => key)).toEqual([]);
  });
});

describe('every kind', () => {
  const kinds = Object.entries(families).flatMap(([family, kindsOf]) =>
    Object.keys(kindsOf).map((kind) => [family, kind] as const),
  );
  it.each(kinds)('%s %s has a vector', (family, kind) => {
    const ofFamily = files.filter((file) => file.family === family);
    expect(ofFamily.some((file) => file.vectors.some((one) => one.kind === kind))).toBe(true);
  });
});
