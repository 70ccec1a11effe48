// The 22-byte header of BASE I messages, and the 26-byte one in front of a rejected message.
import { copyBytes } from '@chipswitch/bytes';
import { Iso8583Fault } from '../wire/errors.ts';

/** A BASE I header, read. */
export interface BaseOneHeader {
  /** Its own length: 22, or 26 with a reject code. */
  readonly length: number;
  readonly flagAndFormat: number;
  /** Format of the message text: 2 for bitmaps as used today. */
  readonly textFormat: number;
  /** Length of header and message together. */
  readonly totalLength: number;
  /** Station identifiers of six digits. */
  readonly destination: string;
  readonly source: string;
  readonly roundTripControl: number;
  readonly flags: Uint8Array;
  readonly messageStatus: Uint8Array;
  readonly batchNumber: number;
  readonly reserved: Uint8Array;
  readonly userInformation: number;
  /** Present when the message was rejected: a bitmap of two bytes and a code of four digits. */
  readonly reject?: { readonly bitmap: number; readonly code: string };
}

const plainBytes = 22;
const rejectBytes = 26;

function digitsOf(bytes: Uint8Array, at: number, count: number): string | undefined {
  let digits = '';
  for (let i = at; i < at + count; i++) {
    if (bytes[i] >> 4 > 9 || (bytes[i] & 15) > 9) return undefined;
    digits += `${bytes[i] >> 4}${bytes[i] & 15}`;
  }
  return digits;
}

/**
 * Reads a BASE I header at the start of `bytes`.
 *
 * @returns undefined when it is cut short, states another length than 22 or 26, or a station is no number.
 * @example parseBaseOneHeader(buildBaseOneHeader({ source: '123456', messageBytes: 100 }))?.source // '123456'
 */
export function parseBaseOneHeader(bytes: Uint8Array): BaseOneHeader | undefined {
  const length = bytes[0];
  if (length !== plainBytes && length !== rejectBytes) return undefined;
  if (bytes.length < length) return undefined;
  const destination = digitsOf(bytes, 5, 3);
  const source = digitsOf(bytes, 8, 3);
  const code = length === rejectBytes ? digitsOf(bytes, 24, 2) : '';
  if (destination === undefined || source === undefined || code === undefined) return undefined;
  const plain = {
    length,
    flagAndFormat: bytes[1],
    textFormat: bytes[2],
    totalLength: (bytes[3] << 8) | bytes[4],
    destination,
    source,
    roundTripControl: bytes[11],
    flags: copyBytes(bytes, 12, 14),
    messageStatus: copyBytes(bytes, 14, 17),
    batchNumber: bytes[17],
    reserved: copyBytes(bytes, 18, 21),
    userInformation: bytes[21],
  };
  if (length === plainBytes) return plain;
  return { ...plain, reject: { bitmap: (bytes[22] << 8) | bytes[23], code } };
}

/** What a BASE I header is made of. */
export interface BaseOneHeaderParts {
  readonly destination?: string;
  readonly source?: string;
  /** Bytes of the message that follows. */
  readonly messageBytes: number;
  readonly textFormat?: number;
  readonly reject?: { readonly bitmap: number; readonly code: string };
}

function putDigits(bytes: Uint8Array, at: number, digits: string, count: number): void {
  if (digits.length !== count || !/^\d*$/.test(digits)) {
    throw new Iso8583Fault('bad-argument', `a station or code must have ${count} digits`);
  }
  for (let i = 0; i < count / 2; i++) {
    bytes[at + i] = (Number(digits[2 * i]) << 4) | Number(digits[2 * i + 1]);
  }
}

/**
 * A BASE I header: 22 bytes, 26 with a reject code.
 *
 * @throws Iso8583Fault `bad-argument` for stations that are not six digits, a code that is not four.
 * @example buildBaseOneHeader({ messageBytes: 100 }).length // 22
 */
export function buildBaseOneHeader(parts: BaseOneHeaderParts): Uint8Array {
  const length = parts.reject === undefined ? plainBytes : rejectBytes;
  const header = new Uint8Array(length);
  const total = length + parts.messageBytes;
  header[0] = length;
  header[1] = 1;
  header[2] = parts.textFormat ?? 2;
  header[3] = total >> 8;
  header[4] = total & 0xff;
  putDigits(header, 5, parts.destination ?? '000000', 6);
  putDigits(header, 8, parts.source ?? '000000', 6);
  if (parts.reject !== undefined) {
    header[22] = parts.reject.bitmap >> 8;
    header[23] = parts.reject.bitmap & 0xff;
    putDigits(header, 24, parts.reject.code, 4);
  }
  return header;
}

/**
 * The header of an answer: destination and source change places, the length is the new message's.
 *
 * @example swapBaseOneHeader(buildBaseOneHeader({ source: '123456', messageBytes: 9 }), 9).length // 22
 */
export function swapBaseOneHeader(header: Uint8Array, messageBytes: number): Uint8Array {
  const swapped = copyBytes(header, 0, plainBytes);
  const total = plainBytes + messageBytes;
  swapped[0] = plainBytes;
  swapped[3] = total >> 8;
  swapped[4] = total & 0xff;
  swapped.set(header.subarray(8, 11), 5);
  swapped.set(header.subarray(5, 8), 8);
  return swapped;
}
