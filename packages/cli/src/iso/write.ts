// Bytes on stdout in the form asked for: hex, text, base64; clear card data only with --unsafe.
import { toHex } from '@chipswitch/bytes';
import { encodeFrame, type Message, type NamedFraming, redactMessage, type Spec } from 'iso8583-js';
import type { Context } from '../frame/verb.ts';

/** Forms of output. */
export type OutputForm = 'hex' | 'text' | 'base64';

/** Bytes in a form; text that is not printable is written as hex. */
export function writeBytes(bytes: Uint8Array, form: OutputForm): string {
  if (form === 'base64') return Buffer.from(bytes).toString('base64');
  const text = Buffer.from(bytes).toString('latin1');
  return form === 'text' && /^[\x20-\x7e]*$/.test(text) ? text : toHex(bytes);
}

/** Puts a body into a frame; a TPDU or header that is needed and not given is zeros (TPDU 60…). */
export function reframe(
  body: Uint8Array,
  framing: NamedFraming | undefined,
  before: { tpdu?: Uint8Array; header?: Uint8Array } = {},
): Uint8Array {
  if (framing === undefined) return body;
  const { tpdu, headerBytes } = framing.options;
  return encodeFrame(framing.options, body, {
    ...(tpdu === true ? { tpdu: before.tpdu ?? Uint8Array.of(0x60, 0, 0, 0, 0) } : {}),
    ...(headerBytes === undefined ? {} : { header: before.header ?? new Uint8Array(headerBytes) }),
  });
}

/** The message as it may leave: as it is with --unsafe, else without card data. */
export function presentable(
  spec: Spec,
  message: Message,
  context: Context,
): { message: Message; redacted: boolean } {
  if (context.unsafe) return { message, redacted: false };
  const clean = redactMessage(spec, message);
  return { message: clean, redacted: JSON.stringify(clean) !== JSON.stringify(message) };
}
