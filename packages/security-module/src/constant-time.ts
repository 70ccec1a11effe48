// Comparison of codes that are text: as long for a right as for a wrong one.

/** Whether two texts are equal, in time that depends on their length only. */
export function equalTextConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ (b.charCodeAt(i) | 0);
  return difference === 0;
}
