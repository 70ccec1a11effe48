// The JSON face of every verb: one envelope, a version, bytes as hex, amounts as text.
import { toHex } from '@chipswitch/bytes';

/** Version of the envelope; a change that breaks a reader raises it. */
export const jsonVersion = 1;

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof Map) return Object.fromEntries(value as Map<string, unknown>);
  if (value instanceof Set) return [...(value as Set<unknown>)];
  return value;
}

/** JSON text of any value; `space` as in JSON.stringify. */
export function toJson(value: unknown, space?: number): string {
  return JSON.stringify(value, (_key, entry: unknown) => plainValue(entry), space);
}

/** The envelope of one answer. */
export function envelope(
  verb: string,
  ok: boolean,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { version: jsonVersion, verb, ok, ...body };
}
