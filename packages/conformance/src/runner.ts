// Runs vectors by kind and counts: a kind nobody implements fails, it is never skipped.

/** One vector as it stands in a file; what else it holds depends on its kind. */
export interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly [property: string]: unknown;
}

/** Checks one vector: undefined when it holds, else what differed. It may throw, which is a failure. */
export type Check = (vector: Vector) => string | undefined | Promise<string | undefined>;

/** Checks by kind. */
export type Kinds = Readonly<Record<string, Check>>;

/** A vector that failed, and why. */
export interface Failure {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
}

/** Counts and failures of one kind. */
export interface KindResult {
  readonly kind: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
}

async function runOne(vector: Vector, kinds: Kinds): Promise<string | undefined> {
  const check = Object.hasOwn(kinds, vector.kind) ? kinds[vector.kind] : undefined;
  if (check === undefined) return 'nobody implements this kind yet';
  try {
    return await check(vector);
  } catch (error) {
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

/** Runs every vector, in order, and gathers results by kind in order of first appearance. */
export async function runVectors(vectors: readonly Vector[], kinds: Kinds): Promise<KindResult[]> {
  const byKind = new Map<string, { passed: number; failures: Failure[] }>();
  for (const vector of vectors) {
    const tally = byKind.get(vector.kind) ?? { passed: 0, failures: [] };
    byKind.set(vector.kind, tally);
    const reason = await runOne(vector, kinds);
    if (reason === undefined) tally.passed++;
    else tally.failures.push({ id: vector.id, kind: vector.kind, reason });
  }
  return [...byKind].map(([kind, tally]) => ({ kind, ...tally }));
}
