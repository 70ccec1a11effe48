// The data that a card's cryptogram covers, built by the recipe of its version's row.
import { concatBytes } from '@chipswitch/bytes';
import { refuse, type Outcome } from '../errors.ts';
import { iadLayout, type CryptogramVersion, type RecipeItem } from './cryptogram-versions.ts';

/** Values by tag: the tag as a number (0x9f02), or as upper-case hex text (`9F02`). */
export type TagValues = ReadonlyMap<number, Uint8Array> | ReadonlyMap<string, Uint8Array>;

function valueOf(tags: TagValues, tag: string): Uint8Array | undefined {
  const map = tags as ReadonlyMap<number | string, Uint8Array>;
  return map.get(Number.parseInt(tag, 16)) ?? map.get(tag);
}

function piece(item: RecipeItem, row: CryptogramVersion, tags: TagValues): Uint8Array | undefined {
  if (item !== 'cvr' && item !== 'counters' && item !== 'iad-byte-5') return valueOf(tags, item);
  const iad = valueOf(tags, '9F10');
  if (iad === undefined) return undefined;
  if (item === 'cvr') return iadLayout(row.scheme, iad)?.cvr;
  if (item === 'iad-byte-5') return iad.length < 5 ? undefined : iad.subarray(4, 5);
  // M/Chip 4 has eight bytes of counters behind ten others; M/Chip Advance may have sixteen.
  const length = iad.length >= 26 ? 16 : 8;
  return iad.length < 10 + length ? undefined : iad.subarray(10, 10 + length);
}

/**
 * The bytes under the MAC, before padding.
 *
 * @param tags values by tag, as a number or as upper-case hex text; 9F10 whole
 * @returns the data, or `input` with the first tag that is missing or too short as detail
 * @example
 * cryptogramData(cryptogramVersion('visa-cvn10'), new Map())
 * // { ok: false, error: { code: 'input', detail: 'missing 9F02' } }
 */
export function cryptogramData(
  row: CryptogramVersion,
  tags: TagValues,
): Outcome<{ data: Uint8Array }> {
  const pieces: Uint8Array[] = [];
  for (const item of row.data) {
    const value = piece(item, row, tags);
    if (value === undefined) {
      return refuse('input', /^[0-9A-F]+$/.test(item) ? `missing ${item}` : 'short 9F10');
    }
    pieces.push(value);
  }
  return { ok: true, data: concatBytes(...pieces) };
}
