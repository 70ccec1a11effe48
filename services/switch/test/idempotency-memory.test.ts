// The contract against the store of this process, and its limit.
import { expect, it } from 'vitest';
import { createMemoryIdempotency } from '../src/index.ts';
import { idempotencyContract } from './idempotency-contract.ts';

const store = createMemoryIdempotency();
idempotencyContract('memory', () => store);

it('keeps no more keys than it may, and forgets the oldest first', async () => {
  const small = createMemoryIdempotency(2);
  for (const key of ['a', 'b', 'c']) expect(await small.claim(key, 10_000)).toBe('fresh');
  expect(await small.claim('c', 10_000)).toBe('seen');
  expect(await small.claim('a', 10_000)).toBe('fresh');
});
