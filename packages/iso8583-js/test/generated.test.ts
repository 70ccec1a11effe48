// What is generated is what its script writes, and the folders stand in the order that the README declares.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elementStoreSource } from '../scripts/write-element-store.ts';

const source = new URL('../src/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, source), 'utf8');

describe('src/fast/element-store.ts', () => {
  it('is what node scripts/write-element-store.ts writes', () => {
    expect(read('fast/element-store.ts')).toBe(elementStoreSource);
  });
});

describe('the folders of src', () => {
  const declared = /^```text\n(.* < .*)\n```$/m.exec(read('../README.md'))?.[1].split(' < ') ?? [];
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );

  it('are those that the README lists', () => {
    const folders = new Set(
      files.flatMap((file) => (file.includes('/') ? [file.split('/')[0]] : [])),
    );
    expect([...folders].sort()).toEqual([...declared].sort());
  });

  it('import only what stands before them in the README', () => {
    const upward = files.flatMap((file) => {
      const [folder] = file.split('/');
      return [...read(file).matchAll(/from '\.\.\/([\w-]+)\//g)]
        .filter(([, target]) => declared.indexOf(target) > declared.indexOf(folder))
        .map(([, target]) => `${file} imports ${target}`);
    });
    expect(upward).toEqual([]);
  });

  it('reach the fast codec through one file', () => {
    const past = files
      .filter((file) => !file.startsWith('fast/'))
      .flatMap((file) =>
        [...read(file).matchAll(/\/fast\/([\w-]+)\.ts'/g)].map(([, name]) => name),
      );
    expect([...new Set(past)]).toEqual(['fast-codec']);
  });
});
