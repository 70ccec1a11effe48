// Bitmaps (ISO 8583:1987 4.1.2): one of fixed size, or chained by the first bit of each.
import { hexWire } from '../content/content-bytes.ts';
import type { BitmapSpec } from '../spec/spec-types.ts';
import { FAIL, type Reader, type Writer } from '../wire/cursor.ts';

/** A bitmap codec; bit numbers count from 1 across all bitmaps. */
export interface Bitmap {
  /** Highest bit number that can be written. */
  readonly bitMax: number;
  /** Whether a bit says that another bitmap follows. */
  readonly isFlag: (bit: number) => boolean;
  /** Appends the data bits that are on, ascending, to `set`. */
  readonly read: (reader: Reader, end: number, set: number[]) => true | typeof FAIL;
  /** Writes the bits; they are ascending data bits up to `bitMax`. */
  readonly write: (writer: Writer, set: readonly number[]) => void;
}

/** Size of one bitmap on the wire. */
function bitmapWireBytes(spec: BitmapSpec): number {
  return spec.data === 'binary' ? spec.bytes : spec.bytes * 2;
}

function readBlock(spec: BitmapSpec, reader: Reader, end: number, block: Uint8Array): boolean {
  const start = reader.at;
  const size = bitmapWireBytes(spec);
  if (start + size > end) {
    reader.fail('truncated', start, end);
    return false;
  }
  if (spec.data === 'binary') {
    for (let i = 0; i < spec.bytes; i++) block[i] = reader.bytes[start + i];
  } else {
    const { values } = hexWire[spec.data];
    for (let i = 0; i < spec.bytes; i++) {
      const high = values[reader.bytes[start + 2 * i]];
      const low = values[reader.bytes[start + 2 * i + 1]];
      if (high > 15 || low > 15) {
        reader.fail('bad-bitmap', start, start + 2 * i + (high > 15 ? 0 : 1));
        return false;
      }
      block[i] = (high << 4) | low;
    }
  }
  reader.at = start + size;
  return true;
}

function writeBlock(spec: BitmapSpec, writer: Writer, block: Uint8Array): void {
  writer.reserve(bitmapWireBytes(spec));
  for (const byte of block) {
    if (spec.data === 'binary') writer.bytes[writer.at++] = byte;
    else {
      const { digits } = hexWire[spec.data];
      writer.bytes[writer.at++] = digits[byte >> 4];
      writer.bytes[writer.at++] = digits[byte & 15];
    }
  }
}

/** The codec of a bitmap spec. */
export function bitmapCodec(spec: BitmapSpec): Bitmap {
  const bits = spec.bytes * 8;
  const count = Math.max(1, spec.chain ?? 0);
  const isFlag = (bit: number): boolean => (bit - 1) % bits === 0 && bit <= (count - 1) * bits;
  return {
    bitMax: bits * count,
    isFlag,
    read(reader, end, set) {
      const block = new Uint8Array(spec.bytes);
      for (let index = 0; index < count; index++) {
        if (!readBlock(spec, reader, end, block)) return FAIL;
        const flagged = index < count - 1;
        for (let bit = flagged ? 1 : 0; bit < bits; bit++) {
          if ((block[bit >> 3] & (0x80 >> (bit & 7))) !== 0) set.push(index * bits + bit + 1);
        }
        if (!flagged || (block[0] & 0x80) === 0) break;
      }
      return true;
    },
    write(writer, set) {
      const highest = set.length === 0 ? 0 : set[set.length - 1];
      const needed = Math.max(1, Math.ceil(highest / bits), Math.min(spec.always ?? 1, count));
      for (let index = 0; index < needed; index++) {
        const block = new Uint8Array(spec.bytes);
        for (const bit of set) {
          const local = bit - 1 - index * bits;
          if (local >= 0 && local < bits) block[local >> 3] |= 0x80 >> (local & 7);
        }
        if (index < needed - 1) block[0] |= 0x80;
        writeBlock(spec, writer, block);
      }
    },
  };
}
