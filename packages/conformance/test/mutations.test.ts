// No expectation can be changed and still hold: 500 seeded mutations over all kinds, none survives.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { stopSimulator } from '../src/hsm-simulator.ts';
import { families, judge } from '../src/index.ts';
import { addedFiles, ownFiles } from './vector-files.ts';

afterAll(stopSimulator);

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
interface Mutation {
  readonly what: 'value' | 'form' | 'sign' | 'missing' | 'extra' | 'name' | 'order';
  readonly value: Json;
}

const next = (character: string): string =>
  /\d/.test(character) ? String((Number(character) + 1) % 10) : character === 'A' ? 'B' : 'A';

function ofText(text: string): Mutation[] {
  const last = text.slice(-1);
  return [
    { what: 'value', value: text === '' ? '00' : text.slice(0, -1) + next(last) },
    { what: 'value', value: `${text}0` },
    { what: 'form', value: /^-?\d{1,15}$/.test(text) ? Number(text) : [text] },
    { what: 'form', value: `0${text}` },
    { what: 'sign', value: text.startsWith('-') ? text.slice(1) : `-${text}` },
    ...(/[A-F]/.test(text) ? [{ what: 'form', value: text.toLowerCase() } as const] : []),
  ];
}

function ofList(list: readonly Json[]): Mutation[] {
  const mutations: Mutation[] = [{ what: 'extra', value: [...list, list.at(-1) ?? 'more'] }];
  for (const [index, one] of list.entries()) {
    mutations.push({ what: 'missing', value: list.toSpliced(index, 1) });
    for (const { what, value } of mutationsOf(one)) {
      mutations.push({ what, value: list.with(index, value) });
    }
    const after = list[index + 1];
    if (index + 1 < list.length && JSON.stringify(one) !== JSON.stringify(after)) {
      mutations.push({ what: 'order', value: list.with(index, after).with(index + 1, one) });
    }
  }
  return mutations;
}

function ofObject(
  object: { readonly [name: string]: Json },
  mayBeMissing: readonly string[],
): Mutation[] {
  const mutations: Mutation[] = [
    { what: 'extra', value: { ...object, bananas: Object.values(object)[0] ?? '0' } },
    { what: 'extra', value: { ...object, error: 'error' in object ? 'none' : 'length' } },
    { what: 'form', value: [object] },
  ];
  for (const [name, one] of Object.entries(object)) {
    const { [name]: _, ...without } = object;
    if (!mayBeMissing.includes(name)) mutations.push({ what: 'missing', value: without });
    for (const other of [
      `${name}s`,
      name.toUpperCase() === name ? `x${name}` : name.toUpperCase(),
    ]) {
      mutations.push({ what: 'name', value: { ...without, [other]: one } });
    }
    for (const { what, value } of mutationsOf(one)) {
      mutations.push({ what, value: { ...object, [name]: value } });
    }
  }
  return mutations;
}

/** Every way to say another thing, or the same thing otherwise. */
function mutationsOf(value: Json, mayBeMissing: readonly string[] = []): Mutation[] {
  if (value === null) return [{ what: 'value', value: '0' }];
  if (typeof value === 'boolean') {
    return [
      { what: 'value', value: !value },
      { what: 'form', value: String(value) },
    ];
  }
  if (typeof value === 'number') {
    return [
      { what: 'value', value: value + 1 },
      { what: 'form', value: String(value) },
      { what: 'sign', value: value === 0 ? -1 : -value },
    ];
  }
  if (typeof value === 'string') return ofText(value);
  return Array.isArray(value)
    ? ofList(value as readonly Json[])
    : ofObject(value as { readonly [name: string]: Json }, mayBeMissing);
}

const vectors = [...ownFiles, ...addedFiles].flatMap(({ family, vectors: ofFile, document }) =>
  ofFile.map((vector) => ({ family, vector, document, kind: families[family][vector.kind] })),
);
const byKind = new Map<string, (typeof vectors)[number][]>();
for (const one of vectors) {
  const name = `${one.family} ${one.vector.kind}`;
  byKind.set(name, [...(byKind.get(name) ?? []), one]);
}
const kinds = [...byKind.values()];

/** The mutation that three numbers choose: of all kinds one, of its vectors one, of its ways one. */
function choose([ofKinds, ofVectors, ofMutations]: readonly [number, number, number]) {
  const vectorsOfKind = kinds[ofKinds % kinds.length];
  const { family, vector, document, kind } = vectorsOfKind[ofVectors % vectorsOfKind.length];
  const mutations = mutationsOf(vector.wanted as Json, Object.keys(kind.whereStated));
  const mutation = mutations[ofMutations % mutations.length];
  return { family, document, mutation, vector: { ...vector, wanted: mutation.value } };
}

const whole = fc.nat({ max: 2 ** 31 - 1 });
const seeds = Array.from({ length: 500 }, (_, index) => index);
const chosen = fc
  .sample(fc.tuple(fc.constant(0), fc.noBias(whole), fc.noBias(whole)), {
    numRuns: 500,
    seed: 20260515,
  })
  .map(([, ofVectors, ofMutations], index) => choose([seeds[index], ofVectors, ofMutations]));

describe('500 mutations of expectations', () => {
  it('reach every kind, and are of every sort', () => {
    const reached = new Set(chosen.map(({ family, vector }) => `${family} ${vector.kind}`));
    expect(reached.size).toBe(kinds.length);
    const sorts = new Set(chosen.map(({ mutation }) => mutation.what));
    expect([...sorts].sort()).toEqual([
      'extra',
      'form',
      'missing',
      'name',
      'order',
      'sign',
      'value',
    ]);
  });
  it('none survives', async () => {
    const survivors: string[] = [];
    for (const { family, vector, document, mutation } of chosen) {
      const reason = await judge(vector, families[family], document);
      if (reason === undefined) {
        survivors.push(`${vector.id} ${mutation.what}: ${JSON.stringify(mutation.value)}`);
      }
    }
    expect(survivors).toEqual([]);
  });
});
