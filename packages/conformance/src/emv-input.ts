// Reading emv vectors: hex fields, tag maps, and comparing what was computed with what is expected.
import { fromHex, toHex } from '@chipswitch/bytes';
import type { Check, Vector } from './runner.ts';
import { AnyOf, compareResults } from './vector-values.ts';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** A sub-object; empty when absent. */
export function objectAt(fields: Fields, name: string): Fields {
  const value = fields[name];
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** Hex text as bytes; throws when there is none, which fails the vector. */
export function bytesAt(fields: Fields, name: string): Uint8Array {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`no hex text "${name}"`);
  return fromHex(value);
}

/** Hex text as bytes, or undefined when absent or null. */
export function bytesIfAny(fields: Fields, name: string): Uint8Array | undefined {
  return typeof fields[name] === 'string' ? fromHex(fields[name]) : undefined;
}

/** Text. */
export function textAt(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`no text "${name}"`);
  return value;
}

/** A number. */
export function numberAt(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw new Error(`no number "${name}"`);
  return value;
}

/** Hex values by tag, of one or several objects; null values are left out. */
export function tagsOf(...parts: readonly Fields[]): Map<number, Uint8Array> {
  const tags = new Map<number, Uint8Array>();
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      if (typeof value === 'string') tags.set(Number.parseInt(name, 16), fromHex(value));
    }
  }
  return tags;
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof AnyOf) return new AnyOf(...value.forms.map(plain));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  }
  return value;
}

/** A check that computes something from `input` and compares it with `expect`; bytes become hex. */
export function comparing(compute: (input: Fields, vector: Vector) => unknown): Check {
  return (vector) => {
    const got = plain(compute(objectAt(vector, 'input'), vector));
    return compareResults(vector['expect'], got);
  };
}
