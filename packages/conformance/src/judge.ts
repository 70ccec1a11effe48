// Judges vectors: each must be of a known kind, in its form, and expect exactly what is computed. A kind
// nobody implements fails, it is never skipped.
import * as v from 'valibot';
import { type Fields, difference, plain, states } from './compare.ts';
import type { Document, Kind, Kinds } from './kind.ts';
import type { Vector } from './vector-file.ts';

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

/** Where a value is not in the form that a schema asks for. */
function misform(schema: v.GenericSchema, value: unknown, what: string): string | undefined {
  const result = v.safeParse(schema, value);
  if (result.success) return undefined;
  const [issue] = result.issues;
  const path = (v.getDotPath(issue) ?? '').split('.').filter(Boolean);
  return `${[what, ...path].join(' > ')}: ${issue.message}`;
}

/** Without the properties that the kind compares only where they are stated, and that are not. */
function stated(kind: Kind, got: unknown, wanted: unknown): unknown {
  if (typeof got !== 'object' || got === null || Object.keys(kind.whereStated).length === 0) {
    return got;
  }
  const kept = Object.entries(got).filter(
    ([name]) => !Object.hasOwn(kind.whereStated, name) || Object.hasOwn(wanted as Fields, name),
  );
  return Object.fromEntries(kept);
}

/** Why a vector fails; undefined when it passes. */
export async function judge(
  vector: Vector,
  kinds: Kinds,
  document: Document,
): Promise<string | undefined> {
  const kind = Object.hasOwn(kinds, vector.kind) ? kinds[vector.kind] : undefined;
  if (kind === undefined) return 'nobody implements this kind yet';
  const { input, wanted } = vector;
  const refuses = typeof wanted === 'object' && wanted !== null && 'error' in wanted;
  const schema = refuses ? kind.refusal : kind.expect;
  if (schema === undefined) return `expect: this kind ${refuses ? 'never' : 'always'} is a refusal`;
  const form =
    vector.misform ?? misform(kind.input, input, 'input') ?? misform(schema, wanted, 'expect');
  if (form !== undefined) return form;
  if (kind.mayBeEmpty === undefined && !states(wanted)) {
    return 'expect: states nothing, so it could never fail';
  }
  const read = v.parse(kind.input, input);
  const misfit = kind.misfit?.(read);
  if (misfit !== undefined) return `input > ${misfit}`;
  try {
    const got = plain(await kind.run(read, document));
    return difference(wanted, stated(kind, got, wanted));
  } catch (error) {
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

/** Judges every vector, in order, and gathers results by kind in order of first appearance. */
export async function runVectors(
  vectors: readonly Vector[],
  kinds: Kinds,
  document: Document,
): Promise<KindResult[]> {
  const byKind = new Map<string, { passed: number; failures: Failure[] }>();
  for (const vector of vectors) {
    const tally = byKind.get(vector.kind) ?? { passed: 0, failures: [] };
    byKind.set(vector.kind, tally);
    const reason = await judge(vector, kinds, document);
    if (reason === undefined) tally.passed++;
    else tally.failures.push({ id: vector.id, kind: vector.kind, reason });
  }
  return [...byKind].map(([kind, tally]) => ({ kind, ...tally }));
}
