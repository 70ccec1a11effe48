// Commands and responses between terminal and card (ISO/IEC 7816-4 clause 5, EMV Book 3 clause 6).
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { findAid } from '../words/aids.ts';
import { readStatusWord, type ReadStatusWord } from '../words/status-words.ts';

/** A command APDU, read. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Offset of the data field. */
  readonly dataOffset: number;
  /** Response bytes asked for; 256 or 65536 for "all there is"; undefined when none. */
  readonly le: number | undefined;
  /** Case 1, 2, 3 or 4, `S`hort or `E`xtended lengths. */
  readonly form: string;
  readonly name: string;
  /** What the parameters mean. */
  readonly meaning: readonly string[];
}

/** A response APDU, read. */
export interface Response {
  readonly data: Uint8Array;
  readonly sw: ReadStatusWord;
}

/** What can be wrong with a command. */
export interface ApduError {
  readonly code: 'CUT_SHORT' | 'BAD_CLASS' | 'LENGTH_MISMATCH';
  readonly offset: number;
}

const names: Readonly<Record<number, string>> = {
  0x04: 'DEACTIVATE FILE',
  0x0e: 'ERASE BINARY',
  0x10: 'TERMINAL PROFILE',
  0x16: 'CARD BLOCK',
  0x18: 'APPLICATION UNBLOCK',
  0x1e: 'APPLICATION BLOCK',
  0x20: 'VERIFY',
  0x22: 'MANAGE SECURITY ENVIRONMENT',
  0x24: 'PIN CHANGE/UNBLOCK',
  0x2a: 'COMPUTE CRYPTOGRAPHIC CHECKSUM / PERFORM SECURITY OPERATION',
  0x50: 'INITIALIZE UPDATE',
  0x70: 'MANAGE CHANNEL',
  0x82: 'EXTERNAL AUTHENTICATE',
  0x84: 'GET CHALLENGE',
  0x86: 'GENERAL AUTHENTICATE',
  0x88: 'INTERNAL AUTHENTICATE',
  0xa4: 'SELECT',
  0xa8: 'GET PROCESSING OPTIONS',
  0xae: 'GENERATE AC',
  0xb0: 'READ BINARY',
  0xb2: 'READ RECORD',
  0xc0: 'GET RESPONSE',
  0xca: 'GET DATA',
  0xcb: 'GET DATA',
  0xd0: 'WRITE BINARY',
  0xd2: 'WRITE RECORD',
  0xd6: 'UPDATE BINARY',
  0xda: 'PUT DATA',
  0xdc: 'UPDATE RECORD',
  0xe2: 'APPEND RECORD / STORE DATA',
  0xea: 'EXCHANGE RELAY RESISTANCE DATA',
};

function selectMeaning(p1: number, p2: number, data: Uint8Array): string[] {
  if (p1 !== 4) return [`by file identifier or path (P1 ${toHex(Uint8Array.of(p1))})`];
  const occurrence = ['first or only', 'last', 'next', 'previous'][p2 & 3];
  const text = toLatin1(data);
  const environment = /^[12]PAY\.SYS\.DDF01$/.test(text) ? text : undefined;
  const [known] = environment === undefined ? findAid(toHex(data)) : [];
  const label = environment ?? (known === undefined ? toHex(data) : `${toHex(data)} ${known.en}`);
  return [`by name, ${occurrence} occurrence`, label];
}

function generateMeaning(p1: number): string[] {
  const kind = ['AAC (decline)', 'TC (approve offline)', 'ARQC (go online)', 'reserved'][p1 >> 6];
  return (p1 & 0x10) === 0 ? [kind] : [kind, 'CDA signature requested'];
}

const verifyForms: Readonly<Record<number, string>> = {
  0x80: 'plaintext PIN',
  0x88: 'enciphered PIN',
};

function meaningOf(ins: number, p1: number, p2: number, data: Uint8Array): string[] {
  if (ins === 0xa4) return selectMeaning(p1, p2, data);
  if (ins === 0xae) return generateMeaning(p1);
  if (ins === 0xb2) {
    const sfi = `SFI ${p2 >> 3}`;
    return (p2 & 7) === 4 ? [`record ${p1} of ${sfi}`] : [`record ${p1}, ${sfi}, mode ${p2 & 7}`];
  }
  if (ins === 0xca || ins === 0xda)
    return [`tag ${toHex(Uint8Array.of(p1, p2)).replace(/^00/, '')}`];
  if (ins === 0x20) return [verifyForms[p2] ?? `qualifier ${toHex(Uint8Array.of(p2))}`];
  if (ins === 0x24) {
    const change = ['unblock the PIN', 'change the PIN with the current one', 'change the PIN'];
    return [change[p2] ?? `P2 ${toHex(Uint8Array.of(p2))}`];
  }
  return [];
}

interface Lengths {
  readonly dataOffset: number;
  readonly dataLength: number;
  readonly le: number | undefined;
  readonly form: string;
}

/** The four cases, short and extended (ISO/IEC 7816-3 clause 12.1.3). */
function readLengths(bytes: Uint8Array): Lengths | ApduError {
  const rest = bytes.length - 4;
  if (rest === 0) return { dataOffset: 4, dataLength: 0, le: undefined, form: '1' };
  const first = bytes[4];
  if (rest === 1)
    return { dataOffset: 5, dataLength: 0, le: first === 0 ? 256 : first, form: '2S' };
  if (first !== 0) {
    if (rest === 1 + first) return { dataOffset: 5, dataLength: first, le: undefined, form: '3S' };
    if (rest !== 2 + first) return { code: 'LENGTH_MISMATCH', offset: 4 };
    const le = bytes[bytes.length - 1];
    return { dataOffset: 5, dataLength: first, le: le === 0 ? 256 : le, form: '4S' };
  }
  if (rest < 3) return { code: 'CUT_SHORT', offset: bytes.length };
  const long = (bytes[5] << 8) | bytes[6];
  if (rest === 3)
    return { dataOffset: 7, dataLength: 0, le: long === 0 ? 65_536 : long, form: '2E' };
  if (rest === 3 + long) return { dataOffset: 7, dataLength: long, le: undefined, form: '3E' };
  if (rest !== 5 + long) return { code: 'LENGTH_MISMATCH', offset: 4 };
  const le = (bytes[bytes.length - 2] << 8) | bytes[bytes.length - 1];
  return { dataOffset: 7, dataLength: long, le: le === 0 ? 65_536 : le, form: '4E' };
}

/** Reads a command APDU; every byte must be accounted for. */
export function readCommand(
  bytes: Uint8Array,
): { ok: true; command: Command } | { ok: false; error: ApduError } {
  if (bytes.length < 4) return { ok: false, error: { code: 'CUT_SHORT', offset: bytes.length } };
  if (bytes[0] === 0xff) return { ok: false, error: { code: 'BAD_CLASS', offset: 0 } };
  const lengths = readLengths(bytes);
  if ('code' in lengths) return { ok: false, error: lengths };
  const { dataOffset, dataLength, le, form } = lengths;
  const [cla, ins, p1, p2] = bytes;
  const data = bytes.slice(dataOffset, dataOffset + dataLength);
  // Interindustry and proprietary classes share the numbers except here (EMV Book 3 table 3).
  const name = names[ins] ?? `instruction ${toHex(Uint8Array.of(ins))}`;
  const meaning = meaningOf(ins, p1, p2, data);
  if ((cla & 0x8c) === 0x84 || (cla & 0x8c) === 0x0c) meaning.push('secure messaging');
  const channel = cla & 3;
  if (channel !== 0 && (cla & 0x40) === 0) meaning.push(`logical channel ${channel}`);
  return { ok: true, command: { cla, ins, p1, p2, data, dataOffset, le, form, name, meaning } };
}

/** Reads a response APDU: data and a known status word, or undefined. */
export function readResponse(bytes: Uint8Array): Response | undefined {
  if (bytes.length < 2) return undefined;
  const sw = readStatusWord(toHex(bytes, bytes.length - 2));
  return sw === undefined ? undefined : { data: bytes.slice(0, -2), sw };
}
