// What counts as equal: one value of one form, the same names, lists in order. Nothing else.
import { toHex } from '@chipswitch/bytes';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** A result of a package as JSON: bytes as hex, bigints as text, what is undefined left out. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries
      .filter(([, inner]: readonly unknown[]) => inner !== undefined)
      .map(([name, inner]: readonly unknown[]) => [name, plain(inner)]),
  );
}

const show = (value: unknown): string => JSON.stringify(value);

/** Whether a JSON value is an object. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a JSON value states anything: more than empty lists, objects and texts. */
export function states(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.some(states);
  return isFields(value) ? Object.values(value).some(states) : true;
}

/**
 * Where two JSON values differ, in words; undefined when they are equal.
 *
 * @example difference({ a: '1' }, { a: 1 }) // 'a: expected "1", got 1'
 */
export function difference(expected: unknown, got: unknown, path = ''): string | undefined {
  const at = (name: string | number): string => (path === '' ? `${name}` : `${path} > ${name}`);
  const here = path === '' ? '' : `${path}: `;
  if (Array.isArray(expected) && Array.isArray(got)) {
    if (expected.length !== got.length) {
      return `${here}${expected.length} elements expected, got ${show(got)}`;
    }
    const found = expected.map((one, index) => difference(one, got[index], at(index)));
    return found.find((one) => one !== undefined);
  }
  if (isFields(expected) && isFields(got)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      if (!Object.hasOwn(got, name)) return `${at(name)}: nothing of this name was computed`;
      if (!Object.hasOwn(expected, name)) {
        return `${at(name)}: ${show(got[name])} was computed and is not expected`;
      }
      const found = difference(expected[name], got[name], at(name));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return expected === got ? undefined : `${here}expected ${show(expected)}, got ${show(got)}`;
}
