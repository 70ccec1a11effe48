// Application Selection Registered Proprietary Data (9F0A): Book 1 section 12.5.
import { toHex } from '@chipswitch/bytes';
import { asrpdProducts, registeredProprietaryData } from '../data/codes.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** One entry: who registered it, and their data as hex. */
export interface RegisteredEntry {
  readonly id: string;
  readonly value: string;
}

/** Registered data. */
export interface RegisteredDataValue {
  readonly type: 'asrpd';
  readonly entries: readonly RegisteredEntry[];
}

function textOf(id: string, value: string): string {
  const owner = registeredProprietaryData[id] ?? `Proprietary data ${id}`;
  const product = id === '0001' ? asrpdProducts[value.slice(0, 2)] : undefined;
  return product === undefined ? `${owner}: ${value}` : `${owner}: ${product}`;
}

/**
 * Reads entries of identifier (two bytes), length (one) and value.
 *
 * @example decodeRegisteredData(fromHex('000101')).ok // false
 */
export function decodeRegisteredData(value: Uint8Array): DecodeResult<RegisteredDataValue> {
  const entries: RegisteredEntry[] = [];
  const text: string[] = [];
  let at = 0;
  while (at < value.length) {
    const start = at + 3;
    const end = start > value.length ? Infinity : start + value[at + 2];
    if (end > value.length) return refused('format', at);
    const id = toHex(value, at, at + 2);
    const data = toHex(value, start, end);
    entries.push({ id, value: data });
    text.push(textOf(id, data));
    at = end;
  }
  return decoded({ type: 'asrpd', entries }, ...text);
}
