// What a host adds to its answer beside what a payment is made of (DE 15, 44, 48, 54, 60 to 63 …): it reaches the terminal as
// it came, where the host's settings say so.
import { maskCardNumbers } from '@chipswitch/cardholder-data';
import { type IsoMessage, textOf } from './iso-message.ts';

/** Elements that may be passed on: none that the switch itself reads, matches by or keeps secret. */
export const passableElements: ReadonlySet<number> = new Set([
  5,
  6,
  9,
  10,
  15,
  16,
  44,
  46,
  47,
  48,
  54,
  56,
  57,
  58,
  59,
  60,
  61,
  62,
  63,
  102,
  103,
  104,
  ...Array.from({ length: 16 }, (_, i) => 112 + i),
]);

/**
 * The elements of an answer that are passed on, by number; undefined when there are none. One that may hold a card number
 * is not: it is kept with the payment, for the same answer to the same question.
 */
export function passedOnOf(
  message: IsoMessage,
  numbers: readonly number[],
): { readonly [number: string]: string } | undefined {
  const passed = numbers.flatMap((number) => {
    const text = passableElements.has(number) ? textOf(message, number) : undefined;
    return text === undefined || maskCardNumbers(text) !== text
      ? []
      : [[String(number), text] as const];
  });
  return passed.length === 0 ? undefined : Object.fromEntries(passed);
}
