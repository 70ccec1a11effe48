// The project's own iso8583 vectors hold, kind by kind, and a check notices what differs.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { iso8583Kinds } from '../src/kinds-iso8583.ts';
import { type Vector, runVectors } from '../src/runner.ts';
import { readVectorFile } from '../src/vector-file.ts';

const path = fileURLToPath(new URL('../../iso8583-js/vectors/iso8583.json', import.meta.url));
const file = readVectorFile(path);

describe('iso8583 vectors', async () => {
  const results = await runVectors(file.vectors, iso8583Kinds(file));

  it.each(results)('$kind', (result) => {
    expect(result.failures).toEqual([]);
    expect(result.passed).toBeGreaterThan(0);
  });

  it('fail when a value, a byte count or an error is another', async () => {
    const field = {
      id: 'x',
      kind: 'field',
      source: '',
      spec: { data: 'ascii', len: 2 },
      hex: '414243',
    };
    const vectors: Vector[] = [
      { ...field, expect: { value: 'AC', unread: 1 } },
      { ...field, expect: { value: 'AB' } },
      { ...field, error: 'truncated' },
      { ...field, hex: '41', error: 'too-long' },
      { ...field, hex: '41', error: 'truncated', at: { field: 'F', offset: 1 } },
    ];
    const [result] = await runVectors(vectors, iso8583Kinds(file));
    expect(result.failures).toHaveLength(vectors.length);
  });
});
