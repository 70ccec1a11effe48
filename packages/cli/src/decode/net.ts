// The net for what comes out of bytes whose meaning may be mistaken: numbers that are known to be in them, else suspects.
import { cardNumbersIn, maskingNet, mayBeCardNumber } from '@chipswitch/cardholder-data';
import { type DescribedObject, describeTlv } from '@chipswitch/emv';
import type { Input } from '../frame/input.ts';
import type { Outcome } from '../frame/outcome.ts';
import { numbersInMessage, numbersInTlv } from '../iso/account-numbers.ts';
import type { Attempt } from '../iso/choose.ts';

function isExplained(object: DescribedObject): boolean {
  const { info, error, remarks, children } = object;
  if (info === undefined || error !== undefined) return false;
  return (
    !remarks.some((remark) => remark.startsWith('length')) && (children ?? []).every(isExplained)
  );
}

/** How many bytes from the front are TLV whose every object the dictionary knows: nothing hides in or between them. */
function explainedBytes(bytes: Uint8Array): number {
  let end = 0;
  for (const object of describeTlv(bytes).objects) {
    if (!isExplained(object)) break;
    end = object.valueOffset + object.lengthBytes;
  }
  return Math.min(end, bytes.length);
}

/** What of an input that is shown as TLV nobody explained: behind the last object that is known. */
function unexplainedIn(open: readonly Uint8Array[]): readonly Uint8Array[] {
  const ends = open.map(explainedBytes);
  const best = Math.max(0, ...ends);
  return best === 0 ? open : [open[ends.indexOf(best)].subarray(best)];
}

/** Numbers that stand in what was typed between what is no hex digit, or in front of a track's separator. */
function numbersTyped(text: string): readonly string[] {
  const digits = /(?<![0-9A-Fa-f]|[0-9A-Fa-f][ -])\d(?:[ -]?\d){12,18}(?![ -]?[0-9A-CEFa-cef])/g;
  const track1 = /(?<=^%?B)\d{13,19}(?=\^)/g;
  return [digits, track1].flatMap((form) =>
    [...text.matchAll(form)].map(([found]) => found.replaceAll(/[ -]/g, '')),
  );
}

/**
 * The net for an input.
 *
 * @param kind what it is shown as: of TLV only what comes behind the last known object is suspect
 * @param sure the reading is certain: without a number that is known to be there, nothing is hidden
 */
export function netFor(
  input: Input,
  attempts: readonly Attempt[],
  sure: boolean,
  kind?: string,
): (text: string) => string {
  const known = [
    ...input.readings.flatMap(({ bytes }) => numbersInTlv(bytes)),
    ...attempts.flatMap(({ message }) => numbersInMessage(message)),
    ...numbersTyped(input.text ?? ''),
  ].filter(mayBeCardNumber);
  if (sure) return maskingNet([...new Set(known)]);
  const open = input.readings.map(({ bytes }) => bytes);
  const suspects = cardNumbersIn(kind === 'tlv' ? unexplainedIn(open) : open);
  return maskingNet([...new Set([...known, ...suspects])]);
}

/** Puts a net behind an outcome, also behind what a refusal had understood. */
export function withNet(outcome: Outcome, hide: (text: string) => string): Outcome {
  if (!outcome.ok) {
    const { partial } = outcome;
    return partial === undefined ? outcome : { ...outcome, partial: { ...partial, hide } };
  }
  return 'parts' in outcome ? outcome : { ...outcome, hide };
}
