// The recipe for a kind of vector, tried: a schema and a function are all that the judge needs of it.
import { expect, it } from 'vitest';
import { hex, object, refusal } from '../src/forms.ts';
import { type Kinds, judge, kind, vectorOf } from '../src/index.ts';

const toys: Kinds = {
  reverse: kind({
    about: 'Bytes in the other order.',
    input: object({ hex }),
    expect: object({ hex }),
    refusal: refusal('empty'),
    run: (input) => (input.hex.length === 0 ? { error: 'empty' } : { hex: input.hex.toReversed() }),
  }),
};
const reasonOf = (input: object, expected: object) => {
  const entry = { id: 'T', source: 's', kind: 'reverse', input, expect: expected };
  return judge(vectorOf('emv', entry), toys, {});
};

it('judges a vector of a toy kind', async () => {
  expect(await reasonOf({ hex: '0102' }, { hex: '0201' })).toBeUndefined();
  expect(await reasonOf({ hex: '' }, { error: 'empty' })).toBeUndefined();
});

it.each([
  ['another value', { hex: '0102' }, { hex: '0102' }],
  ['a refusal of what is computed', { hex: '0102' }, { error: 'empty' }],
  ['a value of what is refused', { hex: '' }, { hex: '' }],
  ['a word that it has not', { hex: '' }, { error: 'none' }],
  ['a name that it has not', { bytes: '0102' }, { hex: '0201' }],
])('fails %s', async (_what, input, expected) => {
  expect(await reasonOf(input, expected)).toBeTypeOf('string');
});
