// Reads a vector file and tells which family it belongs to, whatever its name.
import { readFileSync } from 'node:fs';
import type { Vector } from './runner.ts';

/** The four formats of vector files. */
export type Family = 'iso8583' | 'security' | 'emv' | 'settlement';

/** A vector file, read. */
export interface VectorFile {
  readonly family: Family;
  readonly vectors: readonly Vector[];
  /** The whole document: notation, vocabulary and tables that checks may need. */
  readonly document: Readonly<Record<string, unknown>>;
}

function familyOf(document: Record<string, unknown>): Family | undefined {
  if (Array.isArray(document['cases'])) return 'settlement';
  if (!Array.isArray(document['vectors'])) return undefined;
  const first = document['vectors'][0] as Record<string, unknown> | undefined;
  if (first !== undefined && 'level' in first) return 'iso8583';
  return 'vocabulary' in document ? 'emv' : 'security';
}

/**
 * Reads a vector file.
 *
 * @throws Error naming the file when it cannot be read or is no vector file.
 */
export function readVectorFile(path: string): VectorFile {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const family = familyOf(document);
  if (family === undefined) throw new Error(`${path}: neither "vectors" nor "cases" is a list`);
  const list = (document['vectors'] ?? document['cases']) as Record<string, unknown>[];
  const vectors = list.map((entry): Vector => {
    const kind = entry['kind'] ?? (family === 'iso8583' ? entry['level'] : undefined);
    return {
      ...entry,
      id: String(entry['id']),
      kind: String(kind),
      source: String(entry['source']),
    };
  });
  return { family, vectors, document };
}
