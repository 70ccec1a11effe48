// A message to bytes and back: by the fast codec where it can, else by the general one.
import {
  type DecodeOptions,
  type DecodeResult,
  type EncodeOptions,
  type EncodeResult,
  decodeGeneral,
  encodeGeneral,
} from '../codec/message-codec.ts';
import type { Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';

/**
 * Decodes a message. Nothing is thrown for what the bytes hold.
 *
 * @param bytes one message without its frame; it is only read while the call lasts
 * @returns the message, or `{ code, path, offset, byte }` and the elements decoded before.
 * @example
 * const decoded = decodeMessage(iso1987Ascii, bytes);
 * decoded.ok && decoded.message.de70 // '301'
 */
export function decodeMessage<M>(
  spec: Spec<M>,
  bytes: Uint8Array,
  options?: DecodeOptions,
): DecodeResult<M> {
  const message = options === undefined ? spec.fast.decode(bytes) : undefined;
  if (message === undefined) return decodeGeneral(spec.compiled, bytes, options) as DecodeResult<M>;
  return { ok: true, message: message as M, used: bytes.length };
}

/**
 * Encodes a message: the exact inverse of `decodeMessage`. The message is not changed.
 *
 * @returns bytes of their own, or `{ code, path, offset }`.
 * @example
 * const packed = encodeMessage(iso1987Binary, { mti: '0800', de11: '000001', de70: '301' });
 * packed.ok && packed.bytes.length // 23
 */
export function encodeMessage<M>(spec: Spec<M>, message: M, options?: EncodeOptions): EncodeResult {
  const bytes = options === undefined ? spec.fast.encode(message as Message) : undefined;
  return bytes === undefined
    ? encodeGeneral(spec.compiled, message as Message, options)
    : { ok: true, bytes };
}
