// Reads a vector file, tells which family it belongs to by what is in it, and takes each vector apart.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { type Fields, isFields } from './compare.ts';
import { maybe, name, object, text } from './forms.ts';
import type { Document } from './kind.ts';
import { parseJson } from './parse-json.ts';

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
    id: name,
    source: text,
    level: text,
    checked: maybe(v.picklist(['source-values', 'source-partly'])),
    note: maybe(text),
  }),
  security: object({
    id: name,
    source: text,
    kind: text,
    standard: maybe(text),
    verified: maybe(text),
    note: maybe(text),
  }),
  emv: object({ id: name, source: text, kind: text, note: maybe(text) }),
  settlement: object({ id: name, kind: text, title: text, why: text, source: maybe(text) }),
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
    id: typeof entry['id'] === 'string' ? entry['id'] : JSON.stringify(entry['id'] ?? null),
    kind: typeof kind === 'string' ? kind : JSON.stringify(kind ?? null),
    input,
    wanted,
    ...(around.success
      ? {}
      : { misform: `${v.getDotPath(around.issues[0]) ?? 'vector'}: ${around.issues[0].message}` }),
  };
}

/** The one list of vectors that a file holds; an Error where it holds none, two, or an empty one. */
function entriesOf(document: Document): readonly unknown[] {
  const lists = ['vectors', 'cases'].filter((name) => Object.hasOwn(document, name));
  if (lists.length === 0) throw new Error('neither "vectors" nor "cases" is there');
  if (lists.length > 1) throw new Error('both "vectors" and "cases" are there');
  const [name] = lists;
  const entries = document[name];
  if (!Array.isArray(entries)) throw new Error(`"${name}" is no list`);
  if (entries.length === 0) throw new Error(`"${name}" is empty`);
  return entries;
}

function familyOf(document: Document, [first]: readonly unknown[]): Family {
  if ('cases' in document) {
    const { conventions } = document;
    return isFields(conventions) && isFields(conventions['rules']) ? 'merchant' : 'settlement';
  }
  if (isFields(first) && 'level' in first) return 'iso8583';
  return 'vocabulary' in document ? 'emv' : 'security';
}

/** A second vector of an id is none: nobody could say which of the two a result is about. */
function withoutDoubles(vectors: readonly Vector[]): Vector[] {
  const seen = new Set<string>();
  return vectors.map((vector) => {
    const misform = vector.misform ?? (seen.has(vector.id) ? 'id: stands twice' : undefined);
    seen.add(vector.id);
    return misform === undefined ? vector : { ...vector, misform };
  });
}

/**
 * Reads the text of a vector file.
 *
 * @throws Error naming the place when it is no vector file.
 */
export function parseVectorFile(text: string): VectorFile {
  const document = parseJson(text);
  if (!isFields(document)) throw new Error('the document is no object');
  const entries = entriesOf(document);
  const family = familyOf(document, entries);
  const vectors = entries.map((entry, index) => {
    if (isFields(entry)) return vectorOf(family, entry);
    throw new Error(`${'cases' in document ? 'cases' : 'vectors'} > ${index}: is no object`);
  });
  return { family, vectors: withoutDoubles(vectors), document };
}

/**
 * Reads a vector file.
 *
 * @throws Error naming the file, and the place in it, when it cannot be read or is no vector file.
 */
export function readVectorFile(path: string): VectorFile {
  try {
    return parseVectorFile(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
