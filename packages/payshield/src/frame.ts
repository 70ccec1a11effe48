// The host link's frame over TCP: two bytes of length, then header, command and body.
import { concatBytes, equalBytes, toLatin1 } from '@chipswitch/bytes';
import { type CodecResult, refuse } from './result.ts';

/** Longest message a payShield takes or gives over TCP: what two length bytes can say. */
export const messageLengthMax = 0xffff;

/** A frame's parts: command (two characters) and body as text, each byte one character. */
export interface FrameParts {
  readonly header: Uint8Array;
  readonly command: string;
  readonly body: Uint8Array;
}

/**
 * A message with its two length bytes in front.
 *
 * @returns `frame-length` when the message is longer than two bytes can say.
 * @example encodeFrame(fromAscii('HDR1NC')) // 00 06 H D R 1 N C
 */
export function encodeFrame(message: Uint8Array): CodecResult<Uint8Array> {
  if (message.length > messageLengthMax) return refuse('frame-length', 'frame');
  const prefix = Uint8Array.of(message.length >> 8, message.length & 255);
  return { ok: true, value: concatBytes(prefix, message) };
}

/**
 * One whole frame taken apart, the header checked against the one that was sent.
 *
 * @param header what the other side must echo; its length is the HSM's message header length
 * @returns `frame-truncated` (fewer bytes than announced), `frame-length` (more bytes, or too few
 *   for a command), `header-mismatch`.
 * @example
 * decodeFrame(fromHex('000748445244435858'), fromAscii('HDR'))
 * // { ok: true, value: { header: fromAscii('HDR'), command: 'DC', body: fromHex('5858') } }
 */
export function decodeFrame(frame: Uint8Array, header: Uint8Array): CodecResult<FrameParts> {
  if (frame.length < 2) return refuse('frame-truncated', 'frame', frame.length);
  const length = (frame[0] << 8) | frame[1];
  if (frame.length < 2 + length) return refuse('frame-truncated', 'frame', frame.length);
  if (frame.length > 2 + length) return refuse('frame-length', 'frame', 2 + length);
  const message = frame.subarray(2);
  if (message.length < header.length) return refuse('frame-length', 'frame > header', 2);
  if (!equalBytes(message.subarray(0, header.length), header)) {
    return refuse('header-mismatch', 'frame > header', 2);
  }
  if (message.length < header.length + 2) {
    return refuse('frame-length', 'frame > command', 2 + header.length);
  }
  return {
    ok: true,
    value: {
      header,
      command: toLatin1(message, header.length, header.length + 2),
      body: message.subarray(header.length + 2),
    },
  };
}

/**
 * Cuts a TCP stream into messages. It holds at most one frame plus what one read brought; a length
 * above `lengthMax` poisons it, since nothing after it can be trusted.
 */
export class FrameReader {
  readonly #lengthMax: number;
  #pending: Uint8Array = new Uint8Array(0);
  #poisoned = false;

  constructor(lengthMax: number = messageLengthMax) {
    this.#lengthMax = lengthMax;
  }

  /** Bytes of a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  /**
   * Whole messages in what has arrived so far, without their length bytes.
   *
   * @returns `frame-length` when a frame announces more than is allowed, or nothing at all.
   */
  push(chunk: Uint8Array): CodecResult<readonly Uint8Array[]> {
    if (this.#poisoned) return refuse('frame-length', 'frame', 0);
    const data = this.#pending.length === 0 ? chunk : concatBytes(this.#pending, chunk);
    const messages: Uint8Array[] = [];
    let offset = 0;
    while (data.length - offset >= 2) {
      const length = (data[offset] << 8) | data[offset + 1];
      if (length === 0 || length > this.#lengthMax) {
        this.#poisoned = true;
        return refuse('frame-length', 'frame', offset);
      }
      if (data.length - offset - 2 < length) break;
      messages.push(data.subarray(offset + 2, offset + 2 + length));
      offset += 2 + length;
    }
    this.#pending = offset === data.length ? new Uint8Array(0) : data.slice(offset);
    return { ok: true, value: messages };
  }
}
