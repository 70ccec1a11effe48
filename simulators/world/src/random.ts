// Random numbers from a seed: the same seed gives the same world, on every machine.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A source of randomness. */
export interface Random {
  /** 0 (included) to 1 (excluded). */
  readonly next: () => number;
  /** A whole number from `min` to `max`, both included. */
  readonly whole: (min: number, max: number) => number;
  readonly chance: (probability: number) => boolean;
}

// FNV-1a: streams of different names have nothing to do with each other.
function mixed(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/**
 * Makes a source.
 *
 * @param stream whose chance it is: what one party of a world draws moves nothing of another's.
 */
export function createRandom(seed: number, stream = ''): Random {
  const generator = xoroshiro128plus(stream === '' ? seed : mixed(seed, stream));
  const next = (): number => uniformFloat64(generator);
  return {
    next,
    whole: (min, max) => uniformInt(generator, min, max),
    chance: (probability) => probability > 0 && next() < probability,
  };
}
