// Frames on a stream: length, TPDU, header, trailer; chunks may be cut anywhere.
import { copyBytes } from '@chipswitch/bytes';
import { type LengthPrefix, lengthPrefix } from '../content/length-prefix.ts';
import { FAIL, Reader, Writer } from '../wire/cursor.ts';
import { Iso8583Fault } from '../wire/errors.ts';

/**
 * How a frame states its length: the encoding, and its bytes on the wire (`binary2`, `bcd2`: four
 * digits; `ascii4`, `ebcdic4`, `hex4`: four characters). `visa` is two bytes and two of control,
 * `none` needs a trailer.
 */
export type FrameLength =
  | `${'binary' | 'ascii' | 'ebcdic' | 'bcd' | 'hex'}${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`
  | 'visa'
  | 'none';

/** What a frame looks like. */
export interface FrameOptions {
  readonly length: FrameLength;
  /** The length counts its own bytes. */
  readonly inclusive?: boolean;
  /** A TPDU (id, destination, source: five bytes) stands before the body and is counted by the length. */
  readonly tpdu?: boolean;
  /** First byte of the TPDU (default 0x60); `any` where terminals send others. */
  readonly tpduId?: number | 'any';
  /** Bytes of a header before the body (after a TPDU) that the length counts, and that stay raw. */
  readonly headerBytes?: number;
  /** A byte that ends each frame; counted by the length unless `trailerCounted` is false. */
  readonly trailer?: number;
  readonly trailerCounted?: boolean;
  /** Largest number of bytes a length may state (default 65535). */
  readonly maxBytes?: number;
}

/** What can be wrong with a frame; the stream cannot be trusted after any of them. */
export type FrameErrorCode = 'truncated' | 'too-long' | 'bad-length' | 'bad-tpdu' | 'bad-trailer';

/** All codes of frame errors. */
export const frameErrorCodes = [
  'truncated',
  'too-long',
  'bad-length',
  'bad-tpdu',
  'bad-trailer',
] as const satisfies readonly FrameErrorCode[];

/** A frame that cannot be read; `offset` counts from the start of the stream. */
export interface FrameError {
  readonly code: FrameErrorCode;
  readonly path: 'frame';
  readonly offset: number;
}

/** One frame taken from the stream. */
export type Frame =
  | {
      readonly ok: true;
      /** The message; a copy that is yours. */
      readonly body: Uint8Array;
      readonly tpdu?: Uint8Array;
      readonly header?: Uint8Array;
      /** The length was zero: the peer only shows that it lives. */
      readonly keepAlive?: boolean;
      /** A Visa session-control frame. */
      readonly sessionControl?: boolean;
    }
  | { readonly ok: false; readonly error: FrameError };

/** The length prefix of a kind of frame; undefined when there is no such kind. */
function prefixOf(length: FrameLength): LengthPrefix | undefined {
  if (length === 'visa') return lengthPrefix({ data: 'binary', size: 2 });
  const parts = /^(binary|ascii|ebcdic|bcd|hex)([1-8])$/.exec(length);
  if (parts === null) return undefined;
  const bytes = Number(parts[2]);
  switch (parts[1]) {
    case 'bcd':
      return lengthPrefix({ data: 'bcd', size: bytes * 2 });
    case 'hex':
      return lengthPrefix({ data: 'hex-digit', size: bytes });
    default:
      return lengthPrefix({ data: parts[1] as 'binary', size: bytes });
  }
}

const nothing = new Uint8Array(0);
const tpduBytes = 5;
const usualTpduId = 0x60;

/** A frame's options with every default filled in and checked. */
interface Layout {
  readonly prefix: LengthPrefix | undefined;
  /** Bytes before the body's block: the length, and Visa's two bytes of control. */
  readonly leadBytes: number;
  readonly visa: boolean;
  readonly inclusive: boolean;
  readonly tpdu: boolean;
  readonly tpduId: number | 'any';
  readonly headerBytes: number;
  readonly trailer: number | undefined;
  readonly trailerCounted: boolean;
  readonly maxBytes: number;
}

function layoutOf(options: FrameOptions): Layout {
  const { length } = options;
  const prefix = length === 'none' ? undefined : prefixOf(length);
  if (length !== 'none' && prefix === undefined) {
    throw new Iso8583Fault('bad-option', `no frame length is called ${length as string}`);
  }
  if (length === 'none' && options.trailer === undefined) {
    throw new Iso8583Fault('bad-option', 'a frame without length needs a trailer');
  }
  const visa = length === 'visa';
  const maxBytes = options.maxBytes ?? 65_535;
  if (!Number.isInteger(maxBytes) || maxBytes < 1) {
    throw new Iso8583Fault('bad-option', 'maxBytes must be a whole number above zero');
  }
  return {
    prefix,
    leadBytes: prefix === undefined ? 0 : prefix.bytes + (visa ? 2 : 0),
    visa,
    inclusive: options.inclusive === true,
    tpdu: options.tpdu === true,
    tpduId: options.tpduId ?? usualTpduId,
    headerBytes: options.headerBytes ?? 0,
    trailer: options.trailer,
    trailerCounted: options.trailerCounted !== false,
    maxBytes,
  };
}

/**
 * Bytes that stand before the body of a frame.
 * @example bodyOffset({ length: 'binary2', tpdu: true }) // 7
 */
export function bodyOffset(options: FrameOptions): number {
  const { leadBytes, tpdu, headerBytes } = layoutOf(options);
  return leadBytes + (tpdu ? tpduBytes : 0) + headerBytes;
}

/** What the length in front of a frame says. */
export interface FrameLead {
  /** Bytes that follow the lead and belong to the frame. */
  readonly length: number;
  readonly sessionControl: boolean;
}

function readLead(layout: Layout, bytes: Uint8Array, at: number): FrameLead | FrameErrorCode {
  const prefix = layout.prefix as LengthPrefix;
  const reader = new Reader(bytes);
  reader.at = at;
  const stated = prefix.read(reader, bytes.length);
  if (stated === FAIL) return reader.code === 'truncated' ? 'truncated' : 'bad-length';
  if (at + layout.leadBytes > bytes.length) return 'truncated';
  // A zero length that counts itself is a keep-alive all the same.
  const length = layout.inclusive && stated > 0 ? stated - prefix.bytes : stated;
  if (length < 0) return 'bad-length';
  if (stated > layout.maxBytes) return 'too-long';
  const sessionControl = layout.visa && bytes[at + 3] >> 4 === 2;
  return { length, sessionControl };
}

/**
 * Reads the length in front of a frame, which is all that `bytes` need to hold.
 *
 * @example
 * const lead = decodeFrameLength({ length: 'bcd2' }, Uint8Array.of(0x01, 0x15));
 * lead.ok && lead.length // 115
 */
export function decodeFrameLength(
  options: FrameOptions,
  bytes: Uint8Array,
): ({ readonly ok: true } & FrameLead) | { readonly ok: false; readonly error: FrameError } {
  const layout = layoutOf(options);
  if (layout.prefix === undefined) {
    throw new Iso8583Fault('bad-option', 'a frame without length has none to read');
  }
  const lead = readLead(layout, bytes, 0);
  if (typeof lead === 'object') return { ok: true, ...lead };
  return { ok: false, error: { code: lead, path: 'frame', offset: 0 } };
}

/**
 * Takes frames out of a stream whose chunks may be cut anywhere. Memory is bounded by `maxBytes`.
 * After an error the stream is lost: every further `push` gives the same error.
 *
 * @example
 * const decoder = new FrameDecoder({ length: 'binary2' });
 * decoder.push(Uint8Array.of(0x00, 0x02, 0x30)).length // 0
 * decoder.push(Uint8Array.of(0x31)).length // 1
 */
export class FrameDecoder {
  readonly #layout: Layout;
  #buffer: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  #streamOffset = 0;
  #lost: Frame | undefined = undefined;
  /** Whether the buffer is ours to write into; otherwise it is the caller's chunk. */
  #owned = false;

  /** @throws Iso8583Fault `bad-option` for options that can never work. */
  constructor(options: FrameOptions) {
    this.#layout = layoutOf(options);
  }

  /** Bytes that wait for the rest of their frame. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Takes a chunk and gives every frame that is now complete, in order. */
  push(chunk: Uint8Array): Frame[] {
    if (this.#lost !== undefined) return [this.#lost];
    const frames: Frame[] = [];
    // A whole chunk that holds only whole frames is read in place; only a rest is copied.
    this.#append(chunk);
    for (;;) {
      const frame = this.#next();
      if (frame === undefined) break;
      frames.push(frame);
      if (!frame.ok) {
        this.#lost = frame;
        this.#buffer = nothing;
        this.#start = 0;
        this.#end = 0;
        return frames;
      }
    }
    this.#release();
    return frames;
  }

  /** Says that the stream has ended: an error when a frame is incomplete. */
  end(): Frame | undefined {
    if (this.#lost !== undefined) return this.#lost;
    if (this.pendingBytes === 0) return undefined;
    const { prefix, leadBytes } = this.#layout;
    // The frame breaks off in its length, or in what its length announced.
    const inBody = prefix !== undefined && this.pendingBytes >= leadBytes;
    return this.#fail('truncated', this.#start + (inBody ? leadBytes : 0));
  }

  #append(chunk: Uint8Array): void {
    const pending = this.#end - this.#start;
    if (pending === 0) {
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) {
      const grown = new Uint8Array(2 * (pending + chunk.length));
      grown.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = grown;
      this.#start = 0;
      this.#end = pending;
      this.#owned = true;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** After a push nothing refers to the caller's chunk any more. */
  #release(): void {
    if (this.#owned && this.#start < this.#end) return;
    const pending = this.#end - this.#start;
    this.#buffer = pending === 0 ? nothing : copyBytes(this.#buffer, this.#start, this.#end);
    this.#start = 0;
    this.#end = pending;
    this.#owned = true;
  }

  #fail(code: FrameErrorCode, at: number): Frame {
    const offset = this.#streamOffset + at - this.#start;
    return { ok: false, error: { code, path: 'frame', offset } };
  }

  #take(to: number): void {
    this.#streamOffset += to - this.#start;
    this.#start = to;
  }

  #next(): Frame | undefined {
    const layout = this.#layout;
    const available = this.#end - this.#start;
    if (available === 0) return undefined;
    if (layout.prefix === undefined) return this.#nextByTrailer();
    const lead = readLead(layout, this.#buffer.subarray(0, this.#end), this.#start);
    if (lead === 'truncated') return undefined;
    if (typeof lead === 'string') return this.#fail(lead, this.#start);
    const bodyAt = this.#start + layout.leadBytes;
    const uncounted = layout.trailer !== undefined && !layout.trailerCounted ? 1 : 0;
    if (lead.length === 0) {
      this.#take(bodyAt);
      const empty = { ok: true, body: new Uint8Array(0), keepAlive: true } as const;
      return lead.sessionControl ? { ...empty, sessionControl: true } : empty;
    }
    const frameEnd = bodyAt + lead.length + uncounted;
    if (frameEnd > this.#end) return undefined;
    const frame = this.#open(bodyAt, frameEnd, lead.sessionControl);
    this.#take(frameEnd);
    return frame;
  }

  #nextByTrailer(): Frame | undefined {
    const layout = this.#layout;
    const at = this.#buffer.subarray(0, this.#end).indexOf(layout.trailer as number, this.#start);
    const size = (at < 0 ? this.#end : at) - this.#start;
    if (size > layout.maxBytes) return this.#fail('too-long', this.#start);
    if (at < 0) return undefined;
    const frame = this.#open(this.#start, at + 1, false);
    this.#take(at + 1);
    return frame;
  }

  #open(start: number, end: number, sessionControl: boolean): Frame {
    const layout = this.#layout;
    let bodyAt = start;
    let bodyEnd = end;
    if (layout.trailer !== undefined) {
      bodyEnd--;
      if (this.#buffer[bodyEnd] !== layout.trailer) return this.#fail('bad-trailer', bodyEnd);
    }
    const parts: { tpdu?: Uint8Array; header?: Uint8Array; sessionControl?: boolean } = {};
    if (layout.tpdu) {
      if (bodyEnd - bodyAt < tpduBytes) return this.#fail('truncated', bodyAt);
      const isOurs = layout.tpduId === 'any' || this.#buffer[bodyAt] === layout.tpduId;
      if (!isOurs) return this.#fail('bad-tpdu', bodyAt);
      parts.tpdu = copyBytes(this.#buffer, bodyAt, bodyAt + tpduBytes);
      bodyAt += tpduBytes;
    }
    if (layout.headerBytes > 0) {
      if (bodyEnd - bodyAt < layout.headerBytes) return this.#fail('truncated', bodyAt);
      parts.header = copyBytes(this.#buffer, bodyAt, bodyAt + layout.headerBytes);
      bodyAt += layout.headerBytes;
    }
    if (sessionControl) parts.sessionControl = true;
    return { ok: true, body: copyBytes(this.#buffer, bodyAt, bodyEnd), ...parts };
  }
}

/** What goes into a frame beside the body. */
export interface FrameParts {
  readonly tpdu?: Uint8Array;
  readonly header?: Uint8Array;
  readonly sessionControl?: boolean;
}

/**
 * Puts a body into a frame. An empty body without parts is a keep-alive (length zero).
 *
 * @throws Iso8583Fault `bad-argument` when the parts do not match the options or the length cannot state the size.
 * @example encodeFrame({ length: 'binary2' }, Uint8Array.of(0x30)) // Uint8Array [ 0x00, 0x01, 0x30 ]
 */
export function encodeFrame(
  options: FrameOptions,
  body: Uint8Array,
  parts: FrameParts = {},
): Uint8Array {
  const layout = layoutOf(options);
  const keepAlive = body.length === 0 && parts.tpdu === undefined && parts.header === undefined;
  if (!keepAlive && layout.tpdu !== (parts.tpdu?.length === tpduBytes)) {
    throw new Iso8583Fault('bad-argument', 'a TPDU of five bytes goes with the option tpdu');
  }
  if (!keepAlive && layout.headerBytes !== (parts.header?.length ?? 0)) {
    throw new Iso8583Fault('bad-argument', `the header must have ${layout.headerBytes} bytes`);
  }
  const trailer = layout.trailer === undefined || keepAlive ? 0 : 1;
  const counted =
    (parts.tpdu?.length ?? 0) +
    (parts.header?.length ?? 0) +
    body.length +
    (layout.trailerCounted ? trailer : 0);
  const own = layout.inclusive && counted > 0 ? (layout.prefix?.bytes ?? 0) : 0;
  const limit = Math.min(layout.prefix?.max ?? layout.maxBytes, layout.maxBytes);
  if (counted + own > limit) {
    throw new Iso8583Fault('bad-argument', `the frame is longer than ${limit} bytes`);
  }
  const writer = new Writer(layout.leadBytes + counted + 1);
  layout.prefix?.write(writer, counted + own);
  if (layout.visa) {
    writer.bytes[writer.at + 1] = parts.sessionControl === true ? 0x20 : 0;
    writer.at += 2;
  }
  for (const part of [parts.tpdu, parts.header, body]) {
    if (part === undefined) continue;
    writer.bytes.set(part, writer.at);
    writer.at += part.length;
  }
  if (trailer === 1) writer.bytes[writer.at++] = layout.trailer as number;
  return writer.bytes.slice(0, writer.at);
}

/**
 * The TPDU of an answer: destination and source change places.
 *
 * @example swapTpdu(Uint8Array.of(0x60, 0, 1, 0, 2)) // Uint8Array [ 0x60, 0, 2, 0, 1 ]
 */
export function swapTpdu(tpdu: Uint8Array): Uint8Array {
  return Uint8Array.of(tpdu[0], tpdu[3], tpdu[4], tpdu[1], tpdu[2]);
}
