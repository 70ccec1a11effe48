// Application File Locator (94): which records to read, which count for authentication (Book 3
// section 10.2).
import { type DecodeResult, decoded, refused } from './result.ts';

/** One record to read. */
export interface AflRead {
  readonly sfi: number;
  readonly record: number;
  /** Whether it takes part in offline data authentication. */
  readonly authenticated: boolean;
}

/** The records, in the order in which they are read. */
export interface AflValue {
  readonly type: 'afl';
  readonly reads: readonly AflRead[];
}

/**
 * Reads a locator. Errors: `length` (empty, no multiple of four, above 252), `sfi` (outside 1 to 30
 * or low bits on), `range` (first record 0, or last before first), `oda-count` (more than there
 * are).
 *
 * @example
 * const afl = decodeAfl(fromHex('08010100'));
 * if (afl.ok) afl.data.reads; // [{ sfi: 1, record: 1, authenticated: false }]
 */
export function decodeAfl(afl: Uint8Array): DecodeResult<AflValue> {
  if (afl.length === 0 || afl.length % 4 !== 0 || afl.length > 252) return refused('length');
  const reads: AflRead[] = [];
  const text: string[] = [];
  for (let at = 0; at < afl.length; at += 4) {
    const [locator, first, last, count] = afl.subarray(at, at + 4);
    const sfi = locator >> 3;
    if ((locator & 7) !== 0 || sfi === 0 || sfi === 31) return refused('sfi', at);
    if (first === 0 || last < first) return refused('range', first === 0 ? at + 1 : at + 2);
    if (count > last - first + 1) return refused('oda-count', at + 3);
    for (let record = first; record <= last; record++) {
      reads.push({ sfi, record, authenticated: record < first + count });
    }
    const records = first === last ? `record ${first}` : `records ${first} to ${last}`;
    text.push(`SFI ${sfi}, ${records}, ${count} in offline data authentication`);
  }
  return decoded({ type: 'afl', reads }, ...text);
}
