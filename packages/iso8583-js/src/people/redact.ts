// Messages that may be shared: secrets zeroed in a message that still encodes, or masked in a JSON for logs.
import { fromHex, toHex } from '@chipswitch/bytes';
import { maskText, zeroText } from '@chipswitch/cardholder-data';
import type { FieldSpec, FieldValue, Message, Sensitive } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import {
  emvObjects,
  markInTemplate,
  maskEmvText,
  maskEmvValue,
  zeroEmvSecrets,
} from './emv-data.ts';
import { type JsonMessage, type JsonValue, valueToJson } from './json.ts';
import { copyTagOrder } from './json.ts';
import { sensitivityOf } from './mask.ts';

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

/** @param emvTag set for an object of an opened DE 55 whose spec does not say what it holds */
type Change = (
  value: string | Uint8Array,
  mark: Sensitive,
  emvTag: string | undefined,
) => FieldValue;

/** Where a value stands: its spec, its mark, its EMV tag. */
interface Place {
  readonly spec: FieldSpec | undefined;
  readonly mark: Sensitive;
  readonly emvTag?: string | undefined;
}

/** Applies a change to every plain value of a value, with its mark. */
function changed(value: FieldValue, place: Place, change: Change): FieldValue {
  const { spec, mark, emvTag } = place;
  if (typeof value === 'string' || value instanceof Uint8Array) return change(value, mark, emvTag);
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

function eachElement<M>(spec: Spec<M>, message: M, change: Change): { [key: string]: FieldValue } {
  const result: { [key: string]: FieldValue } = {};
  for (const [key, value] of Object.entries(message as unknown as Message)) {
    if (value === undefined) continue;
    const number = Number(key.slice(2));
    const field = spec.compiled.fields[number]?.codec.spec;
    result[key] =
      key === 'mti' || key === 'header'
        ? (value as FieldValue)
        : changed(value as FieldValue, { spec: field, mark: sensitivityOf(field, number) }, change);
  }
  return result;
}

/**
 * A copy of a message without cardholder data that still encodes to the same lengths: PANs keep
 * their first six and last four digits, all else that is marked becomes zeros.
 *
 * @example redactMessage(iso1987Ascii, { mti: '0200', de2: '4111111111111111' }).de2 // '4111110000001111'
 */
export function redactMessage<M>(spec: Spec<M>, message: M): M {
  return eachElement(spec, message, (value, mark, emvTag) => {
    if (typeof value === 'string')
      return emvTag === undefined ? zeroText(mark, value) : maskEmvText(emvTag, value, '0');
    if (emvTag !== undefined) return fromHex(maskEmvValue(emvTag, value, '0'));
    if (mark === 'emv') return zeroEmvSecrets(value);
    return mark === 'none' || mark === 'text'
      ? Uint8Array.from(value)
      : new Uint8Array(value.length);
  }) as unknown as M;
}

function maskedBytes(value: Uint8Array, mark: Sensitive, emvTag: string | undefined): JsonValue {
  if (mark === 'none' || mark === 'text') return toHex(value);
  if (emvTag !== undefined) return maskEmvValue(emvTag, value);
  const { objects, complete } =
    mark === 'emv' ? emvObjects(value) : { objects: [], complete: false };
  if (!complete || objects.length === 0) return '*'.repeat(value.length * 2);
  return Object.fromEntries(
    objects.map(({ tag, value: inner }) => [tag, maskEmvValue(tag, inner)]),
  );
}

/**
 * A message as masked JSON, for logs: PANs as first six and last four, other secrets as asterisks,
 * a raw DE 55 opened by tag.
 *
 * @example maskMessage(iso1987Ascii, { mti: '0200', de2: '4111111111111111' }).de2 // '411111******1111'
 */
export function maskMessage<M>(spec: Spec<M>, message: M): JsonMessage {
  const masked = eachElement(spec, message, (value, mark, emvTag) => {
    if (value instanceof Uint8Array) return maskedBytes(value, mark, emvTag);
    return emvTag === undefined ? maskText(mark, value) : maskEmvText(emvTag, value);
  });
  return valueToJson(masked) as JsonMessage;
}
