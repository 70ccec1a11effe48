// What is no vector file: empty, ambiguous, or with something in it that a reader would drop without a word.
import { describe, expect, it } from 'vitest';
import { families, judge, parseVectorFile, runVectors } from '../src/index.ts';

const vector = { id: 'A', source: 's', kind: 'kcv' };
const input = { cipher: 'des', method: 'legacy', key: '0123456789ABCDEF' };
const whole = { ...vector, input, expect: { kcv: 'D5D44FF720683D0D' } };
const other = { ...whole, id: 'B' };

describe('a vector file', () => {
  it('with vectors is read', async () => {
    const file = parseVectorFile(JSON.stringify({ vectors: [whole, other] }));
    expect(file.family).toBe('security');
    const [kcv] = await runVectors(file.vectors, families.security, file.document);
    expect(kcv).toEqual({ kind: 'kcv', passed: 2, failures: [] });
  });
  it.each([
    ['nothing', '', /JSON/],
    ['no JSON', '{"vectors":[', /JSON/],
    ['null', 'null', /^the document is no object$/],
    ['a list', '[]', /^the document is no object$/],
    ['a text', '"vectors"', /^the document is no object$/],
    ['no list of vectors', '{"about":"x"}', /neither "vectors" nor "cases"/],
    ['vectors that are no list', '{"vectors":{}}', /^"vectors" is no list$/],
    ['no vector', '{"vectors":[]}', /^"vectors" is empty$/],
    ['no case', '{"conventions":{"rules":{}},"cases":[]}', /^"cases" is empty$/],
    ['both lists', '{"vectors":[{}],"cases":[{}]}', /both "vectors" and "cases"/],
    ['both lists, one empty', '{"vectors":[],"cases":[{}]}', /both "vectors" and "cases"/],
    ['a vector that is null', '{"vectors":[null]}', /^vectors > 0: is no object$/],
    ['a vector that is a list', '{"vectors":[{"id":"A"},[]]}', /^vectors > 1: is no object$/],
    ['a case that is a number', '{"cases":[1]}', /^cases > 0: is no object$/],
    ['its list twice', '{"vectors":[{}],"vectors":[{}]}', /line 1: vectors stands twice/],
    [
      'a name twice in a vector',
      '{"vectors":[\n{"id":"A","expect":{"kcv":"00","kcv":"D5"}}]}',
      /line 2: vectors > 0 > expect > kcv stands twice/,
    ],
    ['a name twice, one escaped', '{"vectors":[{"id":"A","\\u0069d":"B"}]}', /id stands twice/],
  ])('with %s is none', (_what, text, reason) => {
    expect(() => parseVectorFile(text)).toThrow(reason);
  });
  it('may have a name twice in two objects', () => {
    const text = JSON.stringify({ vectors: [whole, other] });
    expect(parseVectorFile(text).vectors).toHaveLength(2);
  });
  it('fails a second vector of an id', async () => {
    const { vectors } = parseVectorFile(JSON.stringify({ vectors: [whole, whole] }));
    expect(await judge(vectors[0], families.security, {})).toBeUndefined();
    expect(await judge(vectors[1], families.security, {})).toBe('id: stands twice');
  });
  it.each([
    ['no id', { id: undefined }, /id/],
    ['an id that is no text', { id: 7 }, /id/],
    ['an empty id', { id: '' }, /id/],
    ['no kind', { kind: undefined }, /nobody implements/],
    ['a kind that is no text', { kind: ['kcv'] }, /nobody implements/],
  ])('fails a vector with %s', async (_what, change, reason) => {
    const { vectors } = parseVectorFile(JSON.stringify({ vectors: [{ ...whole, ...change }] }));
    expect(await judge(vectors[0], families.security, {})).toMatch(reason);
  });
});
