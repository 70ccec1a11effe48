// Reads a vector file, tells which family it belongs to by what is in it, and takes each vector apart.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Fields } from './compare.ts';
import { maybe, object, text } from './forms.ts';
import type { Document } from './kind.ts';

/** The formats of vector files. */
export type Family = 'iso8583' | 'security' | 'emv' | 'settlement' | 'merchant';

/** One vector, taken apart. */
export interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly wanted: unknown;
  /** What is wrong with the vector around input and expectation. */
  readonly misform?: string;
}

/** A vector file, read. */
export interface VectorFile {
  readonly family: Family;
  readonly vectors: readonly Vector[];
  /** The whole document: tables that kinds may need. */
  readonly document: Document;
}

/** What stands around the input and the expectation, by family. */
export const envelopes = {
  iso8583: object({
    id: text,
    source: text,
    level: text,
    checked: maybe(v.picklist(['source-values', 'source-partly'])),
    note: maybe(text),
  }),
  security: object({
    id: text,
    source: text,
    kind: text,
    standard: maybe(text),
    verified: maybe(text),
    note: maybe(text),
  }),
  emv: object({ id: text, source: text, kind: text, note: maybe(text) }),
  settlement: object({ id: text, kind: text, title: text, why: text, source: maybe(text) }),
  merchant: v.record(v.string(), v.unknown()),
} satisfies Record<Family, v.GenericSchema>;

const inputNames = ['spec', 'hex', 'field'];
const wantedNames = ['expect', 'roundtrip', 'error', 'at'];

function only(entry: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => names.includes(name)));
}

/** Vectors of iso8583 have no `input`: its parts, and those of the expectation, stand side by side. */
function partsOf(
  family: Family,
  entry: Fields,
): readonly [input: unknown, wanted: unknown, rest: Fields] {
  if (family === 'iso8583') {
    const taken = [...inputNames, ...wantedNames];
    const rest = only(
      entry,
      Object.keys(entry).filter((name) => !taken.includes(name)),
    );
    return [only(entry, inputNames), only(entry, wantedNames), rest];
  }
  const { input, expect, ...rest } = entry;
  return [input, expect, rest];
}

/** Takes one vector of a file apart. */
export function vectorOf(family: Family, entry: Fields): Vector {
  const [input, wanted, rest] = partsOf(family, entry);
  const around = v.safeParse(envelopes[family], rest);
  const kind = entry[family === 'iso8583' ? 'level' : 'kind'];
  return {
    id: String(entry['id']),
    kind: String(kind),
    input,
    wanted,
    ...(around.success
      ? {}
      : { misform: `${v.getDotPath(around.issues[0]) ?? 'vector'}: ${around.issues[0].message}` }),
  };
}

function familyOf(document: Document): Family | undefined {
  if (Array.isArray(document['cases'])) {
    const conventions = (document['conventions'] ?? {}) as Fields;
    return typeof conventions['rules'] === 'object' ? 'merchant' : 'settlement';
  }
  if (!Array.isArray(document['vectors'])) return undefined;
  const [first] = document['vectors'] as (Fields | undefined)[];
  if (first !== undefined && 'level' in first) return 'iso8583';
  return 'vocabulary' in document ? 'emv' : 'security';
}

/**
 * Reads a vector file.
 *
 * @throws Error naming the file when it cannot be read or is no vector file.
 */
export function readVectorFile(path: string): VectorFile {
  let document: Document;
  try {
    document = JSON.parse(readFileSync(path, 'utf8')) as Document;
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const family = familyOf(document);
  if (family === undefined) throw new Error(`${path}: neither "vectors" nor "cases" is a list`);
  const entries = (document['vectors'] ?? document['cases']) as Fields[];
  return { family, vectors: entries.map((entry) => vectorOf(family, entry)), document };
}
