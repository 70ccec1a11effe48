// Frames that ISO 8583 links use, by name, likeliest first.
import type { FrameOptions } from './frame.ts';

/** A framing with its name. */
export interface NamedFraming {
  readonly name: string;
  readonly options: FrameOptions;
  readonly summary: string;
}

/** Frames longer than this are not messages. */
const maxBytes = 65_535;
const etx = 0x03;

function framing(name: string, summary: string, options: FrameOptions): NamedFraming {
  return { name, summary, options: { maxBytes, ...options } };
}

/** The framings by likelihood. */
export const framings: readonly NamedFraming[] = [
  framing('binary2', '2-byte length', { length: 'binary2' }),
  framing('binary2+tpdu', '2-byte length, TPDU', { length: 'binary2', tpdu: true }),
  framing('ascii4', '4-digit length', { length: 'ascii4' }),
  framing('binary4', '4-byte length', { length: 'binary4' }),
  framing('binary2-inclusive', '2-byte length that counts itself', {
    length: 'binary2',
    inclusive: true,
  }),
  framing('binary2-inclusive+tpdu', '2-byte length that counts itself, TPDU', {
    length: 'binary2',
    inclusive: true,
    tpdu: true,
  }),
  framing('bcd2', '2-byte packed decimal length', { length: 'bcd2' }),
  framing('bcd2+tpdu', '2-byte packed decimal length, TPDU', { length: 'bcd2', tpdu: true }),
  framing('ascii4-inclusive', '4-digit length that counts itself', {
    length: 'ascii4',
    inclusive: true,
  }),
  framing('binary4-inclusive', '4-byte length that counts itself', {
    length: 'binary4',
    inclusive: true,
  }),
  framing('hex4', '4 hex digits of length', { length: 'hex4' }),
  framing('ebcdic4', '4 EBCDIC digits of length', { length: 'ebcdic4' }),
  framing('ascii6', '6-digit length', { length: 'ascii6' }),
  framing('ascii5', '5-digit length', { length: 'ascii5' }),
  framing('ascii3', '3-digit length', { length: 'ascii3' }),
  framing('binary3', '3-byte length', { length: 'binary3' }),
  framing('binary2+tpdu+header6', '2-byte length, TPDU, 6-byte header (UnionPay POS)', {
    length: 'binary2',
    tpdu: true,
    headerBytes: 6,
  }),
  framing('binary2+etx', '2-byte length, ETX at the end', { length: 'binary2', trailer: etx }),
  framing('visa', 'Visa: 2-byte length, 2 bytes of control', { length: 'visa' }),
  framing('visa+header22', 'Visa: length, control, 22-byte header', {
    length: 'visa',
    headerBytes: 22,
  }),
  framing('binary2+header22', '2-byte length, 22-byte header', {
    length: 'binary2',
    headerBytes: 22,
  }),
  framing('binary2+header12', '2-byte length, 12-byte header', {
    length: 'binary2',
    headerBytes: 12,
  }),
  framing('ascii4+header12', '4-digit length, 12-byte header', {
    length: 'ascii4',
    headerBytes: 12,
  }),
  framing('etx', 'no length, ETX at the end', { length: 'none', trailer: etx }),
];

/**
 * A framing by its name.
 * @example framingByName('binary2+tpdu')?.options // { maxBytes: 65535, length: 'binary2', tpdu: true }
 */
export function framingByName(name: string): NamedFraming | undefined {
  return framings.find((candidate) => candidate.name === name);
}

/**
 * Whether a framing is the one that a ready-made spec usually travels in: such a pair wins a tie.
 * @example isUsualPair('posTerminal', framingByName('binary2+tpdu')) // true
 */
export function isUsualPair(specName: string, framing: NamedFraming | undefined): boolean {
  if (framing?.options.tpdu === true) {
    return specName === (framing.options.headerBytes === 6 ? 'unionpayPos' : 'posTerminal');
  }
  return framing?.options.length === 'visa' && specName === 'baseI';
}
