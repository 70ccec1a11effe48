// Allocation by largest remainder: a total split by weights, the parts always sum to the total.
import { type MinorUnits, minorUnits } from '../money.ts';
import { type Decimal, commonUnscaled } from './decimal.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

/**
 * Splits a total by weights. Each part is first rounded towards zero; the units left go one by one to
 * the largest remainders, equal remainders to the lower index. A negative total is the mirror.
 *
 * @returns `negative` with the index of a weight below zero, `nothing-to-share` when all are zero.
 * @example allocate(10000n, [oneDecimal, oneDecimal, oneDecimal])
 * // { ok: true, value: [3334n, 3333n, 3333n] }
 */
export function allocate(totalMinor: bigint, weights: readonly Decimal[]): Settled<MinorUnits[]> {
  const bad = weights.findIndex((weight) => weight.unscaled < 0n);
  if (bad >= 0) return refused('negative', `weights > ${bad}`);
  const shares = commonUnscaled(weights);
  const sum = shares.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return refused('nothing-to-share', 'weights');
  const sign = totalMinor < 0n ? -1n : 1n;
  const total = totalMinor * sign;
  const parts = shares.map((share) => (total * share) / sum);
  const remainders = shares.map((share) => (total * share) % sum);
  const left = Number(total - parts.reduce((a, b) => a + b, 0n));
  const order = remainders.map((_, index) => index);
  order.sort((a, b) => {
    if (remainders[a] === remainders[b]) return a - b;
    return remainders[a] > remainders[b] ? -1 : 1;
  });
  for (const index of order.slice(0, left)) parts[index]++;
  return settled(parts.map((part) => minorUnits(part * sign)));
}
