// Bit strings by table: which bits are on, by name, and whether reserved ones are (EMV Book 3
// annex C).
import { toHex } from '@chipswitch/bytes';
import { bitTextsZh } from '../data/bits-zh.ts';
import { type BitRow, type BitTable, bitTables } from '../data/bits.ts';
import type { NameLocale } from '../dictionary/names.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** A bit that is on: where it stands and what it is called. */
export interface BitPlace {
  readonly byte: number;
  readonly bit: number;
  readonly name: string;
}

/** The bits that are on, in the order of the standard's table. */
export interface BitString {
  readonly type: 'bits';
  readonly set: readonly string[];
  /** The same bits with their places: byte from 1, bit 8 (leftmost) to 1, as the books count. */
  readonly places: readonly BitPlace[];
  /**
   * Bits that are on though the table does not name them, as hex of the same length; absent when
   * none.
   */
  readonly reserved?: string;
}

/** Bits of `value` named by the rows, as names and as text, and what is on beyond them. */
export function readBits(
  value: Uint8Array,
  rows: readonly BitRow[],
): { set: string[]; places: BitPlace[]; text: string[]; rest: Uint8Array } {
  const rest = Uint8Array.from(value);
  const set: string[] = [];
  const places: BitPlace[] = [];
  const text: string[] = [];
  for (const [byte, mask, name, line] of rows) {
    if (byte > value.length || (value[byte - 1] & mask) === 0) continue;
    rest[byte - 1] &= ~mask;
    set.push(name);
    places.push({ byte, bit: 32 - Math.clz32(mask), name });
    text.push(line);
  }
  return { set, places, text, rest };
}

/** A bit string by its table, whose length the value has to have. */
function decodeBitString(
  value: Uint8Array,
  table: BitTable,
  textsOf?: Readonly<Record<string, string>>,
): DecodeResult<BitString> {
  if (value.length !== table.lengthBytes) return refused('length');
  const { set, places, text, rest } = readBits(value, table.bits);
  if (textsOf !== undefined) set.forEach((name, i) => (text[i] = textsOf[name] ?? text[i]));
  const reserved = rest.some((byte) => byte !== 0) ? toHex(rest) : undefined;
  if (reserved !== undefined) text.push(`Reserved bits on: ${reserved}`);
  return decoded(
    { type: 'bits', set, places, ...(reserved === undefined ? {} : { reserved }) },
    ...text,
  );
}

/**
 * Bits of a tag that is a bit string: 82, 9F07, 95, 9B, 9F33, 9F40, 9F66, 9F6C, 9F1D.
 *
 * @returns undefined when the tag is no bit string, else the result.
 * @example decodeTagBits(0x9b, fromHex('E800'))?.ok // true
 */
export function decodeTagBits(
  tag: number,
  value: Uint8Array,
  locale: NameLocale = 'en',
): DecodeResult<BitString> | undefined {
  const table = bitTables.get(tag);
  if (table === undefined) return undefined;
  // 9F1D may be cut short by configuration; bytes that are absent are off.
  const short = tag === 0x9f1d && value.length > 0 && value.length < table.lengthBytes;
  const fitting = short ? { ...table, lengthBytes: value.length } : table;
  return decodeBitString(value, fitting, locale === 'zh' ? bitTextsZh.get(tag) : undefined);
}
