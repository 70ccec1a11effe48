// Which kind of secret a data element holds: by its spec's mark, else by its number, else by its form; and how a value
// is covered and what card number it states by that.
import { toHex } from '@chipswitch/bytes';
import {
  type Cover,
  type NumberCover,
  maskBytes,
  maskText,
  sensitiveElements,
  statedNumber,
  tagSensitivity,
  zeroText,
} from '@chipswitch/cardholder-data';
import type { FieldSpec, Sensitive } from '../spec/spec-types.ts';
import {
  maskEmvObjects,
  maskEmvText,
  maskEmvValue,
  numbersInObject,
  numbersInObjects,
} from './emv-data.ts';

/**
 * How a data element is masked: by its spec's mark, else by its number (as of ISO 8583:1987), else as free text when
 * it can hold a PAN.
 *
 * @example sensitivityOf({ data: 'ascii', len: 19 }, 2) // 'pan'
 */
export function sensitivityOf(spec: FieldSpec | undefined, number: number | undefined): Sensitive {
  if (spec?.sensitive !== undefined) return spec.sensitive;
  const byNumber = number === undefined ? undefined : sensitiveElements['1987'][number];
  // Where the number says no more than that anything may stand there, the form may say more.
  if (byNumber !== undefined && byNumber !== 'text') return byNumber;
  const identity = spec?.len !== undefined && (spec.charset !== undefined || spec.data === 'bcd');
  return identity || spec?.data === 'xn' ? 'none' : 'text';
}

/** What is known of a plain value: its mark, and its tag where it is an object of DE 55 that is judged by it. */
export interface ValueMark {
  readonly mark: Sensitive;
  readonly emvTag: string | undefined;
}

function maskedText(text: string, { mark, emvTag }: ValueMark, cover: Cover): string {
  if (emvTag !== undefined) return maskEmvText(emvTag, text, cover);
  return (cover === '*' ? maskText : zeroText)(mark, text);
}

function maskedBytes(value: Uint8Array, { mark, emvTag }: ValueMark, cover: Cover): string {
  if (mark === 'none') return toHex(value);
  if (mark === 'text') return maskBytes('delimited', value, cover);
  if (emvTag !== undefined) return maskEmvValue(emvTag, value, cover);
  return mark === 'emv' ? maskEmvObjects(value, cover) : cover.repeat(value.length * 2);
}

/** A plain value as it may be shown (`*`) or sent on (`0`): text, or bytes as hex, also without what `stated` hides. */
export function coverValue(
  value: string | Uint8Array,
  place: ValueMark,
  stated: NumberCover,
  cover: Cover = '*',
): string {
  return typeof value === 'string'
    ? stated.text(value, cover, maskedText(value, place, cover))
    : stated.hex(toHex(value), cover, maskedBytes(value, place, cover));
}

/** The card numbers that a plain value states. */
export function numbersInValue(value: string | Uint8Array, { mark, emvTag }: ValueMark): string[] {
  if (mark === 'emv' && value instanceof Uint8Array)
    return emvTag === undefined ? numbersInObjects(value) : numbersInObject(emvTag, value);
  const stated = statedNumber(emvTag === undefined ? mark : tagSensitivity(emvTag), value);
  return stated === undefined ? [] : [stated];
}
