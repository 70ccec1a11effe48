// A message as the codec gives it, and its elements by number: a host's or a terminal's dialect is chosen at run time.
import type { Message } from 'iso8583-js';

/** A decoded message of any dialect. */
export type IsoMessage = Message;

/** A text element, or undefined when absent or not text. */
export function textOf(message: Partial<IsoMessage>, element: number): string | undefined {
  const value = message[`de${element}`];
  return typeof value === 'string' ? value : undefined;
}

/** A binary element, or undefined when absent or not binary. */
export function bytesOf(message: Partial<IsoMessage>, element: number): Uint8Array | undefined {
  const value = message[`de${element}`];
  return value instanceof Uint8Array ? value : undefined;
}
