// The net for what comes out of bytes whose meaning may be mistaken: numbers that are known to be in them, else suspects.
import type { Input } from '../frame/input.ts';
import { numberNet, suspectNumbers } from '../frame/number-net.ts';
import type { Outcome } from '../frame/outcome.ts';
import { isCardPrefix, passesLuhn } from '../frame/scrub.ts';
import { numbersInMessage, numbersInTlv } from '../iso/account-numbers.ts';
import type { Attempt } from '../iso/choose.ts';

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
