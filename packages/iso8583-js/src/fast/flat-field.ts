// Flat elements as numbers and tables: what the fast codec of decoding, encoding and the view run on.
import type { FieldCodec } from '../composite/subfields.ts';
import { charsetTables } from '../content/charset.ts';
import { hexWire } from '../content/content-bytes.ts';
import { fillerOf } from '../content/content-packed.ts';
import { singleByteTable } from '../content/content-text.ts';
import type { FieldSpec, PrefixSpec } from '../spec/spec-types.ts';

/** How content is handled; `general` goes through the element's codec. */
export const fieldKind = { general: 0, text: 1, packed: 2, raw: 3, hex: 4, mapped: 5 } as const;
/** How a length is written; `none` is a fixed length. */
export const prefixKind = {
  none: 0,
  ascii2: 1,
  ascii3: 2,
  bcd1: 3,
  bcd2: 4,
  binary1: 5,
  binary2: 6,
  ascii4: 7,
} as const;
/** Which characters are checked: none beyond ASCII, digits, printable ones, by table, hex digits. */
export const checkKind = { ascii: 0, digits: 1, printable: 2, table: 3, hex: 4 } as const;

/** Bytes a prefix takes, by `prefixKind`. */
export const prefixBytes: Uint8Array = Uint8Array.of(0, 2, 3, 1, 2, 1, 2, 4);

const noTable8 = new Uint8Array(0);
const noTable16 = new Uint16Array(0);

/** One element in the form of the fast codec. */
export class FlatField {
  readonly number: number;
  readonly codec: FieldCodec;
  kind: number = fieldKind.general;
  /** ASCII digits of fixed length: the commonest element, told by one look. */
  fixedDigits = false;
  /** Packed decimal digits of fixed length with filler 0: the commonest of the packed wire. */
  fixedPacked = false;
  /** Filler characters before the first digit, and the byte and half that hold a filler nibble. */
  fillerBefore = 0;
  fillerAt = 0;
  fillerMask = 0;
  prefix: number = prefixKind.none;
  check: number = checkKind.ascii;
  /** Fixed length in units; with a prefix the longest one. */
  length = 0;
  /** 1 for each character code that is allowed. */
  allowed: Uint8Array = noTable8;
  /** Packed: two characters of each byte, the first in the low half; 0 when a nibble is not allowed. */
  pairs: Uint16Array = noTable16;
  /** Packed: nibble of each character code, 0xFF when there is none. Mapped: wire byte of each character. */
  wire: Uint8Array = noTable8;
  /** Mapped: character of each wire byte. Hex: digit value of each wire byte, 0xFF when there is none. */
  characters: Uint8Array = noTable8;
  fillerLeft = true;
  fillerNibble = 0;

  constructor(number: number, codec: FieldCodec) {
    this.number = number;
    this.codec = codec;
  }
}

function prefixOf(prefix: PrefixSpec | undefined): number {
  if (prefix === undefined) return prefixKind.none;
  if (prefix.inclusive === true) return -1;
  const { data, size = 0 } = prefix;
  if (data === 'ascii' && size >= 2 && size <= 4) {
    return [prefixKind.ascii2, prefixKind.ascii3, prefixKind.ascii4][size - 2];
  }
  if (data === 'bcd' && size >= 1 && size <= 4)
    return size <= 2 ? prefixKind.bcd1 : prefixKind.bcd2;
  if (data === 'binary' && size <= 2) return size === 1 ? prefixKind.binary1 : prefixKind.binary2;
  return -1;
}

const prefixMax = [0, 99, 999, 99, 9999, 255, 65_535, 9999] as const;

const asciiTable = Uint8Array.from({ length: 256 }, (_, code) => (code < 128 ? 1 : 0));

function setCheck(field: FlatField, spec: FieldSpec): void {
  if (spec.charset === 'n') field.check = checkKind.digits;
  else if (spec.charset === 'ans') field.check = checkKind.printable;
  else if (spec.charset === 'hex') field.check = checkKind.hex;
  else if (spec.charset !== undefined) field.check = checkKind.table;
  field.allowed = spec.charset === undefined ? asciiTable : charsetTables[spec.charset];
}

function setPacked(field: FlatField, spec: FieldSpec): void {
  const decimal = spec.data === 'bcd' || spec.charset === 'n';
  const sep = spec.sep === undefined ? -1 : Number.parseInt(spec.sep, 16);
  const filler = fillerOf(spec.odd);
  field.fillerLeft = filler.left;
  field.fillerNibble = filler.nibble;
  const shown = Array.from({ length: 16 }, (_, nibble) => {
    if (nibble === sep) return 61;
    if (nibble < 10) return 48 + nibble;
    return decimal ? 0 : 55 + nibble;
  });
  field.pairs = Uint16Array.from({ length: 256 }, (_, byte) => {
    const [high, low] = [shown[byte >> 4], shown[byte & 15]];
    return high === 0 || low === 0 ? 0 : high | (low << 8);
  });
  field.wire = Uint8Array.from({ length: 256 }, (_, code) => {
    const nibble = shown.indexOf(code);
    const lower = code >= 97 && code <= 102 ? shown.indexOf(code - 32) : -1;
    if (nibble >= 0) return nibble;
    if (lower >= 0) return lower;
    return sep >= 0 && (code === 55 + sep || code === 87 + sep) ? sep : 0xff;
  });
  if (decimal && sep < 0) field.check = checkKind.digits;
  else field.check = checkKind.table;
}

function setFixedPacked(field: FlatField, spec: FieldSpec): void {
  const decimal = spec.data === 'bcd' && spec.sep === undefined;
  if (!decimal || field.fillerNibble !== 0 || field.length > 256) return;
  field.fixedPacked = true;
  if (field.length % 2 === 0) return;
  field.fillerBefore = field.fillerLeft ? 1 : 0;
  field.fillerAt = field.fillerLeft ? 0 : field.length >> 1;
  field.fillerMask = field.fillerLeft ? 0xf0 : 0x0f;
}

function setMapped(field: FlatField, encoding: 'ebcdic' | 'ebcdic1047', spec: FieldSpec): void {
  const { decode, encode } = singleByteTable(encoding);
  field.characters = Uint8Array.from(decode);
  field.wire = Uint8Array.from(encode);
  field.allowed =
    spec.charset === undefined ? new Uint8Array(256).fill(1) : charsetTables[spec.charset];
}

/** An element in the form of the fast codec: `general` for everything that is not flat. */
export function flatFieldOf(number: number, codec: FieldCodec): FlatField {
  const field = new FlatField(number, codec);
  const { spec } = codec;
  const flat =
    spec.sub === undefined &&
    spec.head === undefined &&
    spec.frame === undefined &&
    spec.pad === undefined &&
    (spec.len !== undefined || spec.prefix !== undefined);
  const prefix = prefixOf(spec.prefix);
  const counts = spec.prefix?.counts ?? 'units';
  if (!flat || prefix < 0 || counts === 'nibbles') return field;
  field.prefix = prefix;
  field.length = spec.len ?? Math.min(spec.max ?? prefixMax[prefix], prefixMax[prefix]);
  switch (spec.data) {
    case 'ascii':
      field.kind = fieldKind.text;
      setCheck(field, spec);
      field.fixedDigits = field.check === checkKind.digits && prefix === prefixKind.none;
      break;
    case 'ebcdic':
    case 'ebcdic1047':
      field.kind = fieldKind.mapped;
      setMapped(field, spec.data, spec);
      break;
    case 'bcd':
    case 'nibble':
      if (counts === 'bytes') break;
      field.kind = fieldKind.packed;
      setPacked(field, spec);
      if (prefix === prefixKind.none) setFixedPacked(field, spec);
      break;
    case 'binary':
      field.kind = fieldKind.raw;
      break;
    case 'hex-ascii':
      // With a prefix only the form that counts characters is flat; a fixed length is in bytes.
      if (spec.prefix !== undefined && counts !== 'bytes') break;
      field.kind = fieldKind.hex;
      field.characters = hexWire['hex-ascii'].values;
      field.wire = hexWire['hex-ascii'].digits;
      if (spec.prefix === undefined) field.length *= 2;
      break;
    case 'hex-ebcdic':
    case 'utf8':
    case 'xn':
    case 'zoned':
    case undefined:
      break;
  }
  if (field.kind === fieldKind.general) field.prefix = prefixKind.none;
  return field;
}

/** Two characters of each packed byte of decimal digits; 0 when a nibble is above 9. */
export const decimalPairs: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >> 4 > 9 || (byte & 15) > 9 ? 0 : (48 + (byte >> 4)) | ((48 + (byte & 15)) << 8),
);

/** Value of a packed byte as two digits, 255 when it is none. */
const bcdValues = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >> 4 > 9 || (byte & 15) > 9 ? 255 : (byte >> 4) * 10 + (byte & 15),
);

/** A length that no element has: the prefix is no number. */
const noLength = 0x7fff_ffff;

function digitsAt(bytes: Uint8Array, at: number, count: number): number {
  let length = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i] - 48;
    if (digit >>> 0 > 9) return noLength;
    length = length * 10 + digit;
  }
  return length;
}

/** The length in front of an element (its fixed length without prefix), or one above every maximum. */
export function statedLength(field: FlatField, bytes: Uint8Array, at: number): number {
  switch (field.prefix) {
    case prefixKind.none:
      return field.length;
    case prefixKind.ascii2:
      return digitsAt(bytes, at, 2);
    case prefixKind.ascii3:
      return digitsAt(bytes, at, 3);
    case prefixKind.ascii4:
      return digitsAt(bytes, at, 4);
    case prefixKind.bcd1: {
      const value = bcdValues[bytes[at]];
      return value === 255 ? noLength : value;
    }
    case prefixKind.bcd2: {
      const high = bcdValues[bytes[at]];
      const low = bcdValues[bytes[at + 1]];
      return high === 255 || low === 255 ? noLength : high * 100 + low;
    }
    case prefixKind.binary1:
      return bytes[at];
    default:
      return (bytes[at] << 8) | bytes[at + 1];
  }
}
