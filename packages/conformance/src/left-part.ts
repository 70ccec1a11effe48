// Results of which a vector may state the leftmost bytes only: check values and MACs.
import { maybe, numberFrom, saying } from './forms.ts';

/** How many bytes a vector states, where not all. */
export const resultLength = maybe(saying(numberFrom(1, 32), 'bytes of the result, where not all'));

/** The leftmost bytes of a result; more than there are cannot be stated. */
export function leftOf(result: Uint8Array, length: number | undefined): Uint8Array {
  if (length === undefined) return result;
  if (length > result.length) throw new Error(`length: the result has ${result.length} bytes`);
  return result.slice(0, length);
}
