// Messages that may be shared: secrets zeroed in a message that still encodes, or masked in a JSON for logs.
import { toHex } from '@chipswitch/bytes';
import { emvObjects, maskEmvValue, zeroEmvSecrets } from './emv-data.ts';
import { type JsonMessage, type JsonValue, valueToJson } from './json.ts';
import { maskText, sensitivityOf } from './mask.ts';
import { copyTagOrder } from './json.ts';
import type { FieldSpec, FieldValue, Message, Sensitive } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { emvTagsMasked } from '../data/emv-tags.ts';

function subSpec(spec: FieldSpec | undefined, key: string): FieldSpec | undefined {
  const sub = spec?.sub;
  if (sub === undefined || sub.kind === 'datasets') return undefined;
  return sub.fields[key] ?? (sub.kind === 'tlv' ? sub.value : undefined);
}

/** The mark of a subfield: its own, or what its place says. */
function markOf(spec: FieldSpec | undefined, key: string, parent: Sensitive): Sensitive {
  if (spec?.sensitive !== undefined) return spec.sensitive;
  if (parent === 'emv') return emvTagsMasked.has(key) ? 'secret' : 'none';
  return parent === 'none' ? 'text' : parent;
}

type Change = (value: string | Uint8Array, mark: Sensitive) => FieldValue;

/** Applies a change to every plain value of a value, with its mark. */
function changed(
  value: FieldValue,
  spec: FieldSpec | undefined,
  mark: Sensitive,
  change: Change,
): FieldValue {
  if (typeof value === 'string' || value instanceof Uint8Array) return change(value, mark);
  if (Array.isArray(value)) {
    return (value as FieldValue[]).map((inner) => changed(inner, spec, mark, change));
  }
  const result: { [key: string]: FieldValue } = {};
  for (const [key, inner] of Object.entries(value as { [key: string]: FieldValue | undefined })) {
    if (inner === undefined) continue;
    const plain = key === 'id' || (key === 'value' && spec?.sub === undefined);
    const innerSpec = subSpec(spec, key);
    const innerMark = plain ? mark : markOf(innerSpec, key, mark);
    result[key] = key === 'id' ? inner : changed(inner, innerSpec ?? spec, innerMark, change);
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
        : changed(value as FieldValue, field, sensitivityOf(field, number), change);
  }
  return result;
}

/** Masked digits become zeros, so that lengths and encodings stay; the sign of a track stays too. */
function zeroText(text: string, mark: Sensitive): string {
  return maskText(mark, text).replaceAll('*', (_star, at: number) =>
    text[at] === '*' ? '*' : '0',
  );
}

/**
 * A copy of a message without cardholder data that still encodes to the same lengths: PANs keep
 * their first six and last four digits, all else that is marked becomes zeros.
 *
 * @example redactMessage(iso1987Ascii, { mti: '0200', de2: '4111111111111111' }).de2 // '4111110000001111'
 */
export function redactMessage<M>(spec: Spec<M>, message: M): M {
  return eachElement(spec, message, (value, mark) => {
    if (typeof value === 'string')
      return mark === 'emv' ? '0'.repeat(value.length) : zeroText(value, mark);
    if (mark === 'emv') return zeroEmvSecrets(value);
    return mark === 'none' || mark === 'text'
      ? Uint8Array.from(value)
      : new Uint8Array(value.length);
  }) as unknown as M;
}

function maskedBytes(value: Uint8Array, mark: Sensitive): JsonValue {
  if (mark === 'none' || mark === 'text') return toHex(value);
  const { objects, complete } =
    mark === 'emv' ? emvObjects(value) : { objects: [], complete: false };
  if (!complete || objects.length === 0) return '*'.repeat(value.length * 2);
  const tags: { [tag: string]: JsonValue } = {};
  for (const { tag, value: inner, masked } of objects) {
    tags[tag] = masked ? maskEmvValue(tag, inner) : toHex(inner);
  }
  return tags;
}

/**
 * A message as masked JSON, for logs: PANs as first six and last four, other secrets as asterisks,
 * a raw DE 55 opened by tag.
 *
 * @example maskMessage(iso1987Ascii, { mti: '0200', de2: '4111111111111111' }).de2 // '411111******1111'
 */
export function maskMessage<M>(spec: Spec<M>, message: M): JsonMessage {
  const masked = eachElement(spec, message, (value, mark) =>
    typeof value === 'string' ? maskText(mark, value) : (maskedBytes(value, mark) as FieldValue),
  );
  return valueToJson(masked) as JsonMessage;
}
