// The JSON face of every verb: one envelope, a version, bytes as hex, amounts as text.
import { toHex } from '@chipswitch/bytes';

/** Version of the envelope; a change that breaks a reader raises it. */
const jsonVersion = 1;

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof Map) return Object.fromEntries(value as Map<string, unknown>);
  if (value instanceof Set) return [...(value as Set<unknown>)];
  return value;
}

/**
 * JSON text of any value; `space` as in JSON.stringify. Texts in it go through `clean`: only there can
 * card data stand, and a net over the whole document would also tear its numbers apart.
 */
export function toJson(
  value: unknown,
  space?: number,
  clean: (text: string) => string = (text) => text,
): string {
  const replace = (_key: string, entry: unknown): unknown => {
    const shown = plainValue(entry);
    return typeof shown === 'string' ? clean(shown) : shown;
  };
  return JSON.stringify(value, replace, space);
}

/** The envelope of one answer. */
export function envelope(
  verb: string,
  ok: boolean,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { version: jsonVersion, verb, ok, ...body };
}
