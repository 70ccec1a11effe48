// Comparison of secrets: the time it takes does not depend on where two values differ.

/**
 * Whether two byte strings are equal, in time that depends on their length only.
 *
 * @example equalConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2)) // true
 */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** Overwrites secrets with zeros; call it in `finally`. */
export function wipe(...secrets: (Uint8Array | Int32Array | Uint32Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}
