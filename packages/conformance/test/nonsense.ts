// Judges nonsense: a vector of a file with another input, that expects exactly what would be computed of it, or
// something that could never fail.
import * as v from 'valibot';
import { plain } from '../src/compare.ts';
import { type Family, families, judge } from '../src/index.ts';
import { addedFiles, ownFiles } from './vector-files.ts';

/** What is changed in a vector that holds. */
export interface Nonsense {
  /** Properties of the input; undefined: left out. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** What is expected instead of what is computed. */
  readonly expect?: unknown;
}

/** Three of a kind: a wrong unit, a value that cannot be, and an expectation that could never fail. */
export interface OfKind {
  readonly unit: Nonsense;
  readonly impossible: Nonsense;
  readonly inert: Nonsense;
  readonly more?: readonly Nonsense[];
}

const files = [...ownFiles, ...addedFiles];

function vectorOfKind(family: Family, kind: string) {
  for (const file of files) {
    const vector = file.vectors.find((one) => one.kind === kind && file.family === family);
    if (vector !== undefined) return { vector, document: file.document };
  }
  throw new Error(`no vector of ${family} ${kind}`);
}

/** Why the nonsense is refused; undefined when it passes. */
export async function refusalOf(
  family: Family,
  kind: string,
  { input, ...change }: Nonsense,
): Promise<string | undefined> {
  const { vector, document } = vectorOfKind(family, kind);
  const changed = Object.fromEntries(
    Object.entries({ ...(vector.input as object), ...input }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  let wanted = 'expect' in change ? change.expect : vector.wanted;
  if (input !== undefined && !('expect' in change)) {
    const read = v.safeParse(families[family][kind].input, changed);
    if (!read.success) return `input: ${read.issues[0].message}`;
    try {
      wanted = plain(await families[family][kind].run(read.output, document));
    } catch {
      // Nothing can be computed of it; the judge has to say so.
    }
  }
  return judge({ ...vector, input: changed, wanted }, families[family], document);
}

/** One row for each nonsense of a table. */
export const rowsOf = (kinds: Readonly<Record<string, OfKind>>) =>
  Object.entries(kinds).flatMap(([kind, { unit, impossible, inert, more = [] }]) => [
    [kind, 'a wrong unit', unit] as const,
    [kind, 'an impossible value', impossible] as const,
    [kind, 'an inert expectation', inert] as const,
    ...more.map((one) => [kind, 'another', one] as const),
  ]);
