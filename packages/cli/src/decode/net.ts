// The net for what comes out of bytes whose meaning may be mistaken: numbers that are known to be in them, else suspects.
import { toHex } from '@chipswitch/bytes';
import { parseTlv, deepTlvMap } from '@chipswitch/tlv';
import type { Message } from 'iso8583-js';
import type { Input } from '../frame/input.ts';
import { numberNet, suspectNumbers } from '../frame/number-net.ts';
import type { Outcome } from '../frame/outcome.ts';
import { isCardPrefix, passesLuhn } from '../frame/scrub.ts';
import type { Attempt } from '../iso/rank.ts';

/** Account numbers in 5A and 57 of TLV bytes, read as far as they go. */
function numbersInTlv(bytes: Uint8Array): string[] {
  const map = deepTlvMap(parseTlv(bytes).nodes);
  return [0x5a, 0x57].flatMap((tag) => {
    const digits = /^\d{12,19}/.exec(toHex(map.get(tag) ?? new Uint8Array(0)))?.[0];
    return digits === undefined ? [] : [digits];
  });
}

/** Account numbers that a message names: DE 2, tracks, 5A and 57 of DE 55. */
export function numbersInMessage(message: Partial<Message>): string[] {
  const found = [message.de2, message.de34, message.de35, message.de36, message.de45].flatMap(
    (value) => {
      const digits = typeof value === 'string' ? /\d{12,19}/.exec(value)?.[0] : undefined;
      return digits === undefined ? [] : [digits];
    },
  );
  return message.de55 instanceof Uint8Array ? [...found, ...numbersInTlv(message.de55)] : found;
}

function isNumber(digits: string): boolean {
  return digits.length >= 13 && isCardPrefix(digits) && passesLuhn(digits);
}

/**
 * The net for an input.
 *
 * @param sure the reading is certain: without a number that is known to be there, nothing is hidden
 */
export function netFor(
  input: Input,
  attempts: readonly Attempt[],
  sure: boolean,
): (text: string) => string {
  const known = [
    ...input.readings.flatMap(({ bytes }) => numbersInTlv(bytes)),
    ...attempts.flatMap(({ message }) => numbersInMessage(message)),
    ...(/\d{13,19}/.exec(input.text?.replaceAll(/[ -]/g, '') ?? '') ?? []),
  ].filter(isNumber);
  if (sure) return numberNet([...new Set(known)]);
  const suspects = suspectNumbers(input.readings.map(({ bytes }) => bytes));
  return numberNet([...new Set([...known, ...suspects])]);
}

/** Puts a net behind an outcome, also behind what a refusal had understood. */
export function withNet(outcome: Outcome, hide: (text: string) => string): Outcome {
  if (!outcome.ok) {
    const { partial } = outcome;
    return partial === undefined ? outcome : { ...outcome, partial: { ...partial, hide } };
  }
  return 'parts' in outcome ? outcome : { ...outcome, hide };
}
