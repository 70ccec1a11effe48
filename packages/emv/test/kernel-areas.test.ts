// The negative tables of the Level 2 test areas, by area, and how many cases there are.
import { describe, expect, it } from 'vitest';
import { authenticationCases } from './data/kernel-authentication.ts';
import { completionCases, generateCases, scriptCases } from './data/kernel-completion.ts';
import { dataObjectCases, readCases } from './data/kernel-data-objects.ts';
import { actionCases, restrictionCases, riskCases } from './data/kernel-decisions.ts';
import { gpoCases, selectionCases } from './data/kernel-selection.ts';
import { verificationCases } from './data/kernel-verification.ts';
import { type KernelCase, summary } from './kernel-fixture.ts';

const areas: readonly (readonly [area: string, cases: readonly KernelCase[]])[] = [
  ['1 data objects', dataObjectCases],
  ['2 application selection', selectionCases],
  ['3 get processing options', gpoCases],
  ['4 read data', readCases],
  ['5 offline data authentication', authenticationCases],
  ['6 processing restrictions', restrictionCases],
  ['7 cardholder verification', verificationCases],
  ['8 risk management', riskCases],
  ['9 action analysis', actionCases],
  ['10 generate ac', generateCases],
  ['11 completion', completionCases],
  ['12 scripts', scriptCases],
];

for (const [area, cases] of areas) {
  describe(`area ${area}`, () => {
    it.each(cases.map((row) => [row.name, row] as const))('%s', (_, row) => {
      expect(summary(row)).toEqual(row.expect);
    });
  });
}

describe('the tables', () => {
  const all = areas.flatMap(([, cases]) => cases);

  it('hold at least 300 cases, and the number is printed', () => {
    for (const [area, cases] of areas) console.log(`area ${area}: ${cases.length} cases`);
    console.log(`kernel areas: ${all.length} cases`);
    expect(all.length).toBeGreaterThanOrEqual(300);
  });

  it('have no row twice', () => {
    const plain = (_: string, value: unknown): unknown =>
      typeof value === 'bigint' ? `${value}n` : value;
    for (const [area, cases] of areas) {
      const names = new Set(cases.map((row) => row.name));
      const bodies = new Set(cases.map((row) => JSON.stringify({ ...row, name: '' }, plain)));
      expect([area, names.size, bodies.size]).toEqual([area, cases.length, cases.length]);
    }
  });
});
