// Card Verification Results: bits and fields of the byte string inside 9F10.
import {
  type CvrTable,
  ccdCvr,
  cryptogramsOnlyCvr,
  mchipCvr,
  vcpsCvr,
  visCvr,
} from '../data/card-verification-results.ts';
import { readBits } from './bits.ts';

/** Layouts of the CVR that are known. */
export type CvrLayout = 'vis' | 'vcps' | 'mchip' | 'ccd' | 'cryptograms-only';

const tables: Readonly<Record<CvrLayout, CvrTable>> = {
  vis: visCvr,
  vcps: vcpsCvr,
  mchip: mchipCvr,
  ccd: ccdCvr,
  'cryptograms-only': cryptogramsOnlyCvr,
};

/** What a CVR says. */
export interface CardVerificationResults {
  readonly set: readonly string[];
  /** Fields of several bits: `second-ac`, `first-ac`, counters. */
  readonly fields: Readonly<Record<string, string | number>>;
  readonly text: readonly string[];
}

function shiftOf(mask: number): number {
  let shift = 0;
  while (((mask >> shift) & 1) === 0) shift++;
  return shift;
}

/**
 * Reads a CVR in a known layout. In `vis` and `cryptograms-only` the first byte is the
 * length of what follows.
 *
 * @example decodeCvr(fromHex('03A00000'), 'vis').fields['first-ac'] // 'arqc'
 */
export function decodeCvr(cvr: Uint8Array, layout: CvrLayout): CardVerificationResults {
  const table = tables[layout];
  const fields: Record<string, string | number> = {};
  const text: string[] = [];
  for (const { byte, mask, name, text: label, values } of table.fields) {
    if (byte > cvr.length) continue;
    const raw = (cvr[byte - 1] & mask) >> shiftOf(mask);
    const value = values === undefined ? raw : (values[raw] ?? `rfu-${raw}`);
    fields[name] = value;
    text.push(`${label}: ${value}`);
  }
  const bits = readBits(cvr, table.bits);
  return { set: bits.set, fields, text: [...text, ...bits.text] };
}
