// A message read so that it is not judged by its least important element: what nobody needs and nobody can read stays
// as bytes.
import type { IsoMessage } from '@chipswitch/transaction';
import {
  type DecodeError,
  type FieldValue,
  type Leniency,
  type Message,
  type Spec,
  decodeMessage,
  decodeView,
} from 'iso8583-js';

/** The message, or why not even what is needed could be read. */
export type TolerantRead =
  | { readonly ok: true; readonly message: IsoMessage; readonly unread: readonly number[] }
  | { readonly ok: false; readonly error: DecodeError };

/**
 * Reads a message.
 *
 * @param needed elements that must be readable where they are present.
 */
export function readTolerantly(
  spec: Spec,
  bytes: Uint8Array,
  needed: ReadonlySet<number>,
  lenient: readonly Leniency[] = [],
): TolerantRead {
  const options = lenient.length === 0 ? undefined : { lenient };
  const whole = decodeMessage<Message>(spec, bytes, options);
  if (whole.ok) return { ok: true, message: whole.message, unread: [] };
  // The lengths must still say where each element ends: then one bad element does not hide the others.
  const opened = decodeView<Message>(spec, bytes, options);
  if (!opened.ok) return { ok: false, error: whole.error };
  const { view } = opened;
  const read: [string, FieldValue | undefined][] = [];
  const unread: number[] = [];
  for (const number of view.numbers) {
    const error = view.failure(number);
    if (error === undefined) read.push([`de${number}`, view.get(number)]);
    else if (needed.has(number)) return { ok: false, error };
    else {
      read.push([`de${number}`, view.raw(number)?.slice()]);
      unread.push(number);
    }
  }
  const { mti, header } = view;
  const elements = Object.fromEntries(read);
  return { ok: true, message: { ...elements, mti, ...(header && { header }) }, unread };
}
