// No dead exports: what a file exports, another imports, or a face of its member gives on.
import { describe, expect, it } from 'vitest';
import { exportsOf, takenBy, unusedExports } from './exports.ts';
import { listFiles, listMembers } from './workspace-files.ts';

describe('exports', () => {
  it('are imported by somebody', () => {
    const files = listFiles();
    const code = files.filter((file) => /\.(ts|mts|js|mjs)$/.test(file));
    expect(unusedExports(code, listMembers(files))).toEqual([]);
  });

  it.each([
    ['export const a = 1;', 'a', false],
    ['export async function b() {}', 'b', false],
    ['export abstract class C {}', 'C', false],
    ['export interface D {}', 'D', true],
    ['export type E = string;', 'E', true],
    ['const f = 1;\nexport { f as g };', 'g', false],
  ])('are seen in %s', (text, name, isType) => {
    expect(exportsOf(text)).toEqual([{ name, isType }]);
  });

  it.each([
    ["import { a, type B as C } from './x.ts';", './x.ts', ['a', 'B']],
    ["import type { D } from '@chipswitch/bytes';", '@chipswitch/bytes', ['D']],
    ["export { e as f } from './x.ts';", './x.ts', ['e']],
    ["import * as all from './x.ts';", './x.ts', 'all'],
    ["const later = await import('./x.ts');", './x.ts', 'all'],
  ])('are taken by %s', (text, specifier, names) => {
    expect(takenBy(text)).toEqual([{ specifier, names }]);
  });
});
