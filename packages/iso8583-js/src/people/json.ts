// A message as JSON and back: bytes are upper-case hex text, everything else is as it is.
import { firstNonHex, fromHex, toHex } from '@chipswitch/bytes';
import { rememberTagOrder, tagOrderOf } from '../composite/tag-order.ts';
import type { FieldSpec, FieldValue, Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';

/** A value as JSON. */
export type JsonValue =
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** A message as JSON: the keys of the message, bytes as hex. */
export type JsonMessage = { readonly [key: string]: JsonValue | undefined };

/**
 * One value as JSON; bytes become hex text.
 * @example valueToJson({ '9F02': new Uint8Array(2) }) // { '9F02': '0000' }
 */
export function valueToJson(value: FieldValue): JsonValue {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return (value as FieldValue[]).map(valueToJson);
  const json: { [key: string]: JsonValue } = {};
  for (const [key, inner] of Object.entries(value as { [key: string]: FieldValue | undefined })) {
    if (inner !== undefined) json[key] = valueToJson(inner);
  }
  return json;
}

/** Whether plain values of an element are bytes. */
function holdsBytes(spec: FieldSpec | undefined): boolean {
  if (spec === undefined) return true;
  return spec.data === 'binary' || spec.data === 'hex-ascii' || spec.data === 'hex-ebcdic';
}

function subfieldSpec(spec: FieldSpec | undefined, key: string): FieldSpec | undefined {
  const sub = spec?.sub;
  if (sub === undefined) return undefined;
  if (key === 'head') return { data: spec?.head?.data ?? 'binary' };
  if (sub.kind === 'datasets') return undefined;
  if (sub.kind === 'tlv') return sub.fields[key] ?? sub.value ?? { data: 'binary' };
  return sub.fields[key];
}

/**
 * One value from JSON under its element's spec; hex text becomes bytes where the spec says bytes.
 * @example valueFromJson({ data: 'binary', len: 2 }, 'CAFE') // Uint8Array [ 0xca, 0xfe ]
 */
export function valueFromJson(spec: FieldSpec | undefined, json: JsonValue): FieldValue {
  if (typeof json === 'string') {
    return spec?.sub === undefined && holdsBytes(spec) && firstNonHex(json) < 0
      ? fromHex(json)
      : json;
  }
  if (Array.isArray(json)) {
    if (spec?.sub?.kind !== 'datasets') {
      return (json as JsonValue[]).map((inner) => valueFromJson(spec, inner));
    }
    const field = spec;
    return (json as JsonMessage[]).map<FieldValue>((dataset) => datasetFromJson(field, dataset));
  }
  const values: { [key: string]: FieldValue } = {};
  for (const [key, inner] of Object.entries(json)) {
    if (inner === undefined) continue;
    const plainHead = spec?.sub === undefined && spec?.head !== undefined;
    const inside = plainHead
      ? { data: key === 'head' ? (spec.head?.data ?? 'binary') : (spec.data ?? 'ascii') }
      : subfieldSpec(spec, key);
    values[key] = valueFromJson(inside, inner);
  }
  return values;
}

function datasetFromJson(spec: FieldSpec, json: JsonMessage): FieldValue {
  const sub = spec.sub;
  const id = json['id'];
  const elements = json['elements'];
  if (sub?.kind !== 'datasets' || typeof id !== 'string' || typeof elements !== 'object') {
    return valueFromJson(undefined, json);
  }
  const values: { [key: string]: FieldValue } = {};
  for (const [key, inner] of Object.entries(elements as JsonMessage)) {
    const element = sub.datasets?.[id]?.[key] ?? sub.elements[key];
    if (inner !== undefined) values[key] = valueFromJson(element, inner);
  }
  return { id, elements: values };
}

/**
 * A message as JSON: same keys, bytes as upper-case hex. It is not masked; see `redactMessage`.
 *
 * @example messageToJson({ mti: '0800', de52: Uint8Array.of(1, 2) }) // { mti: '0800', de52: '0102' }
 */
export function messageToJson(message: Message): JsonMessage {
  return valueToJson(message as unknown as FieldValue) as JsonMessage;
}

/**
 * A message from JSON under a spec. Values of the wrong type stay as they are: encoding names them.
 * @example messageFromJson(iso1987Binary, { mti: '0800', de64: 'CAFEBABE01234567' }).de64?.length // 8
 */
export function messageFromJson<M>(spec: Spec<M>, json: JsonMessage): M {
  const message: { [key: string]: FieldValue } = {};
  for (const [key, value] of Object.entries(json)) {
    if (value === undefined) continue;
    if (key === 'header') {
      message[key] = valueFromJson({ data: spec.definition.header?.data ?? 'binary' }, value);
    } else if (key === 'mti') message[key] = value as string;
    else
      message[key] = valueFromJson(
        spec.definition.fields[key.slice(2)] ?? { data: 'ascii' },
        value,
      );
  }
  return message as M;
}

/**
 * Gives a value, and everything in it, the order of tags that another value of the same shape has.
 * @example
 * const arrived = decodeField(
 *   { sub: { kind: 'tlv', tag: { data: 'ber' }, fields: {}, unknown: 'keep' } },
 *   Uint8Array.of(0x9c, 1, 0, 0x82, 1, 0),
 * );
 * const copy = { '82': Uint8Array.of(1), '9C': Uint8Array.of(2) };
 * // 9C is now written before 82.
 * if (arrived.ok) copyTagOrder(arrived.value, copy);
 */
export function copyTagOrder(from: FieldValue, to: FieldValue): void {
  if (typeof from !== 'object' || typeof to !== 'object') return;
  if (from instanceof Uint8Array || to instanceof Uint8Array) return;
  const order = tagOrderOf(from as { [key: string]: FieldValue });
  if (order !== undefined) rememberTagOrder(to as { [key: string]: FieldValue }, order);
  for (const [key, inner] of Object.entries(from)) {
    const target = (to as { [key: string]: FieldValue | undefined })[key];
    if (target !== undefined) copyTagOrder(inner as FieldValue, target);
  }
}
