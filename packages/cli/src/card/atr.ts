// Answer to reset (ISO/IEC 7816-3 clause 8.2, EMV Level 1 contact clause 8) as data with text beside it.
import { toHex, toLatin1 } from '@chipswitch/bytes';

/** One interface character or other part of an answer to reset. */
export interface AtrPart {
  readonly name: string;
  readonly offset: number;
  readonly hex: string;
  readonly text: string;
}

/** An answer to reset, read. */
export type AtrResult =
  | {
      readonly ok: true;
      readonly parts: readonly AtrPart[];
      /** Protocols offered, e.g. `T=0`. */
      readonly protocols: readonly string[];
      readonly historical: Uint8Array;
      /** The check character: right, or absent (only T=0 is offered). */
      readonly check: 'right' | 'absent';
    }
  | {
      readonly ok: false;
      readonly error: { readonly code: AtrErrorCode; readonly offset: number };
      readonly parts: readonly AtrPart[];
    };

/** What can be wrong with an answer to reset, in the order it is checked. */
export type AtrErrorCode = 'BAD_TS' | 'TOO_LONG' | 'CUT_SHORT' | 'BYTES_LEFT_OVER' | 'WRONG_TCK';

const clockFactors = [372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0];
const clockMhz = [4, 5, 6, 8, 12, 16, 20, 0, 0, 5, 7.5, 10, 15, 20, 0, 0];
const baudFactors = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];

/** Interface characters after TS and T0: more levels than any card sends. */
const levelsMax = 8;

function explainA(level: number, value: number, protocol: number): string {
  if (level === 1) {
    const factor = clockFactors[value >> 4];
    const baud = baudFactors[value & 15];
    if (factor === 0 || baud === 0) return 'clock or baud factor reserved';
    return `F=${factor} D=${baud}, ${factor / baud} clocks per bit, up to ${clockMhz[value >> 4]} MHz`;
  }
  if (level === 2) {
    const change = (value & 0x80) === 0 ? 'may change' : 'may not change';
    const implicit = (value & 0x10) === 0 ? '' : ', implicit parameters';
    return `specific mode T=${value & 15}, ${change}${implicit}`;
  }
  if (protocol === 1) return `information field size of the card ${value} bytes`;
  if (protocol === 15) {
    const stops = ['not supported', 'state L', 'state H', 'no preference'][value >> 6];
    const classes = ['A 5 V', 'B 3 V', 'C 1.8 V'].filter((_, i) => (value & (1 << i)) !== 0);
    return `clock stop ${stops}; ${classes.join(', ') || 'no class'}`;
  }
  return 'protocol specific';
}

function explainB(level: number, value: number, protocol: number): string {
  if (level <= 2) return 'programming voltage (deprecated, ignored)';
  if (protocol !== 1) return 'protocol specific';
  const block = 11 + 960 * 2 ** (value >> 4);
  return `block waiting time integer ${value >> 4} (${block} etu at F=372), character integer ${value & 15}`;
}

function explainC(level: number, value: number, protocol: number): string {
  if (level === 1)
    return value === 255 ? 'extra guard time 255: the least' : `extra guard time ${value} etu`;
  if (level === 2 && protocol === 0) return `work waiting time integer ${value}`;
  if (protocol === 1) return (value & 1) === 0 ? 'error code LRC' : 'error code CRC';
  return 'protocol specific';
}

function explainD(value: number): string {
  return `T=${value & 15}${(value & 0xf0) === 0 ? '' : ', more characters follow'}`;
}

const tsText: Readonly<Record<number, string>> = {
  0x3b: 'direct convention',
  0x3f: 'inverse convention',
};

function historicalText(bytes: Uint8Array): string {
  const printable = toLatin1(bytes).replaceAll(/[^\x20-\x7e]/g, '.');
  const category = bytes.length === 0 ? '' : ` category ${toHex(bytes, 0, 1)}`;
  return `${bytes.length} historical bytes${category} "${printable}"`;
}

interface Walk {
  readonly parts: AtrPart[];
  readonly protocols: Set<number>;
  at: number;
}

/** Walks TA1, TB1, TC1, TD1, TA2 …; true when the bytes suffice. */
function walkInterface(atr: Uint8Array, walk: Walk): boolean {
  let present = atr[1] >> 4;
  let protocol = 0;
  for (let level = 1; level <= levelsMax && present !== 0; level++) {
    const take = (letter: 'A' | 'B' | 'C' | 'D', bit: number): number | undefined => {
      if ((present & bit) === 0) return undefined;
      const value = atr[walk.at];
      if (value === undefined) return -1;
      const text =
        letter === 'A'
          ? explainA(level, value, protocol)
          : letter === 'B'
            ? explainB(level, value, protocol)
            : letter === 'C'
              ? explainC(level, value, protocol)
              : explainD(value);
      const hex = toHex(atr, walk.at, walk.at + 1);
      walk.parts.push({ name: `T${letter}${level}`, offset: walk.at, hex, text });
      walk.at++;
      return value;
    };
    if (take('A', 1) === -1 || take('B', 2) === -1 || take('C', 4) === -1) return false;
    const next = take('D', 8);
    if (next === -1) return false;
    if (next === undefined) return true;
    protocol = next & 15;
    walk.protocols.add(protocol);
    present = next >> 4;
  }
  return present === 0;
}

/** Reads an answer to reset whole; at most 33 bytes (ISO/IEC 7816-3 8.2.1). */
export function readAtr(atr: Uint8Array): AtrResult {
  const parts: AtrPart[] = [];
  const fail = (code: AtrErrorCode, offset: number): AtrResult => ({
    ok: false,
    error: { code, offset },
    parts,
  });
  if (atr.length === 0 || tsText[atr[0]] === undefined) return fail('BAD_TS', 0);
  if (atr.length > 33) return fail('TOO_LONG', 33);
  parts.push({ name: 'TS', offset: 0, hex: toHex(atr, 0, 1), text: tsText[atr[0]] });
  if (atr.length < 2) return fail('CUT_SHORT', 1);
  const count = atr[1] & 15;
  const t0 = `${count} historical bytes`;
  parts.push({ name: 'T0', offset: 1, hex: toHex(atr, 1, 2), text: t0 });
  const walk: Walk = { parts, protocols: new Set(), at: 2 };
  if (!walkInterface(atr, walk)) return fail('CUT_SHORT', walk.at);
  const end = walk.at + count;
  if (end > atr.length) return fail('CUT_SHORT', atr.length);
  const historical = atr.slice(walk.at, end);
  if (count > 0) {
    const text = historicalText(historical);
    parts.push({ name: 'historical', offset: walk.at, hex: toHex(historical), text });
  }
  const protocols = [...(walk.protocols.size === 0 ? [0] : walk.protocols)];
  const named = protocols.filter((p) => p !== 15).map((p) => `T=${p}`);
  // TCK is there unless T=0 is the only protocol (8.2.5).
  if (protocols.every((protocol) => protocol === 0)) {
    if (end < atr.length) return fail('BYTES_LEFT_OVER', end);
    return { ok: true, parts, protocols: named, historical, check: 'absent' };
  }
  if (end >= atr.length) return fail('CUT_SHORT', end);
  if (end + 1 < atr.length) return fail('BYTES_LEFT_OVER', end + 1);
  const sum = atr.subarray(1, end + 1).reduce((left, byte) => left ^ byte, 0);
  if (sum !== 0) return fail('WRONG_TCK', end);
  parts.push({
    name: 'TCK',
    offset: end,
    hex: toHex(atr, end, end + 1),
    text: 'check character right',
  });
  return { ok: true, parts, protocols: named, historical, check: 'right' };
}
