// Joining and comparing byte strings that are no secrets.

/**
 * One byte string out of several.
 *
 * @example concatBytes(Uint8Array.of(1), Uint8Array.of(2, 3)) // Uint8Array [ 1, 2, 3 ]
 */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * A copy of part of a byte string, always a plain `Uint8Array`: `slice` of Node's Buffer is a view.
 *
 * @example copyBytes(Uint8Array.of(1, 2, 3), 1) // Uint8Array [ 2, 3 ]
 */
export function copyBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

/** Whether two byte strings are the same; for secrets use `equalConstantTime`. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
