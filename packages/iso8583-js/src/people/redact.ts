// Messages that may be shared: secrets zeroed in a message that still encodes, or masked in a JSON for logs.
import { fromHex } from '@chipswitch/bytes';
import { coverStated } from '@chipswitch/cardholder-data';
import type { FieldSpec, FieldValue, Message, Sensitive } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { type EmvObject, emvObjects, markInTemplate } from './emv-data.ts';
import { type JsonMessage, copyTagOrder, valueToJson } from './json.ts';
import { type ValueMark, coverValue, numbersInValue, sensitivityOf } from './mask.ts';

function subSpec(spec: FieldSpec | undefined, key: string): FieldSpec | undefined {
  const sub = spec?.sub;
  if (sub === undefined || sub.kind === 'datasets') return undefined;
  return sub.fields[key] ?? (sub.kind === 'tlv' ? sub.value : undefined);
}

/** The mark of a subfield: its own, or what its place says. */
function markOf(spec: FieldSpec | undefined, parent: Sensitive): Sensitive {
  if (spec?.sensitive !== undefined) return spec.sensitive;
  return parent === 'none' ? 'text' : parent;
}

type Change = (value: string | Uint8Array, place: ValueMark) => FieldValue;

/** Where a value stands: its spec, its mark, its EMV tag. */
interface Place extends ValueMark {
  readonly spec: FieldSpec | undefined;
}

/** Applies a change to every plain value of a value, with its mark. */
function changed(value: FieldValue, place: Place, change: Change): FieldValue {
  const { spec, mark, emvTag } = place;
  if (typeof value === 'string' || value instanceof Uint8Array) return change(value, place);
  if (Array.isArray(value)) {
    return (value as FieldValue[]).map((inner) => changed(inner, place, change));
  }
  const within = emvTag === undefined ? mark : markInTemplate(emvTag);
  const result: { [key: string]: FieldValue } = {};
  for (const [key, inner] of Object.entries(value as { [key: string]: FieldValue | undefined })) {
    if (inner === undefined) continue;
    const plain = key === 'id' || (key === 'value' && spec?.sub === undefined);
    const innerSpec = subSpec(spec, key);
    const innerMark = plain ? mark : markOf(innerSpec, within);
    const tag = innerMark === 'emv' && innerSpec?.sensitive === undefined ? key : undefined;
    const there = { spec: innerSpec ?? spec, mark: innerMark, emvTag: plain ? emvTag : tag };
    result[key] = key === 'id' ? inner : changed(inner, there, change);
  }
  copyTagOrder(value, result);
  return result;
}

const headerPlace: Place = { spec: undefined, mark: 'none', emvTag: undefined };

function eachElement<M>(spec: Spec<M>, message: M, change: Change): { [key: string]: FieldValue } {
  const result: { [key: string]: FieldValue } = {};
  for (const [key, value] of Object.entries(message as unknown as Message)) {
    if (value === undefined) continue;
    const number = Number(key.slice(2));
    const field = spec.compiled.fields[number]?.codec.spec;
    if (key === 'mti') result[key] = value as string;
    else if (key === 'header') result[key] = changed(value as FieldValue, headerPlace, change);
    else {
      const place = { spec: field, mark: sensitivityOf(field, number), emvTag: undefined };
      result[key] = changed(value as FieldValue, place, change);
    }
  }
  return result;
}

/**
 * The card numbers that a message states: in DE 2 and 34, in tracks, in DE 55, and wherever its spec marks one.
 *
 * @example statedNumbers(iso1987Ascii, { mti: '0200', de35: '4111111111111111=2912' }) // ['4111111111111111']
 */
export function statedNumbers<M>(spec: Spec<M>, message: M): string[] {
  const found = new Set<string>();
  eachElement(spec, message, (value, place) => {
    for (const number of numbersInValue(value, place)) found.add(number);
    return value;
  });
  return [...found];
}

/**
 * A copy of a message without cardholder data that still encodes to the same lengths: PANs keep
 * their first six and last four digits, also wherever else in it they stand; all else that is marked becomes zeros.
 *
 * @example redactMessage(iso1987Ascii, { mti: '0200', de2: '4111111111111111' }).de2 // '4111110000001111'
 */
export function redactMessage<M>(spec: Spec<M>, message: M): M {
  const stated = coverStated(statedNumbers(spec, message));
  return eachElement(spec, message, (value, place) => {
    const zeroed = coverValue(value, place, stated, '0');
    return typeof value === 'string' ? zeroed : fromHex(zeroed);
  }) as unknown as M;
}

/** A raw DE 55 by tag; undefined when it is none that can be opened. */
function openedEmv(value: Uint8Array, { mark, emvTag }: ValueMark): EmvObject[] | undefined {
  if (mark !== 'emv' || emvTag !== undefined) return undefined;
  const { objects, complete } = emvObjects(value);
  return complete && objects.length > 0 ? objects : undefined;
}

/** A message as masked JSON, in which other numbers that are known of it are hidden, too. */
export function maskMessageWith<M>(
  spec: Spec<M>,
  message: M,
  numbers: readonly string[],
): JsonMessage {
  const stated = coverStated([...statedNumbers(spec, message), ...numbers]);
  const masked = eachElement(spec, message, (value, place) => {
    const objects = typeof value === 'string' ? undefined : openedEmv(value, place);
    if (objects === undefined) return coverValue(value, place, stated);
    return Object.fromEntries(
      objects.map(({ tag, value: inner }) => [
        tag,
        coverValue(inner, { mark: 'emv', emvTag: tag }, stated),
      ]),
    );
  });
  return valueToJson(masked) as JsonMessage;
}

/**
 * A message as masked JSON, for logs: PANs as first six and last four, also wherever else in it they stand; other
 * secrets as asterisks, a raw DE 55 opened by tag.
 *
 * @example maskMessage(iso1987Ascii, { mti: '0200', de2: '4111111111111111' }).de2 // '411111******1111'
 */
export function maskMessage<M>(spec: Spec<M>, message: M): JsonMessage {
  return maskMessageWith(spec, message, []);
}
