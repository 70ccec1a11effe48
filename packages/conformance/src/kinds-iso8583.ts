// What each level of iso8583 vector means, as a check against iso8583-js.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type BitmapSpec,
  type DecodeError,
  type FieldSpec,
  type FieldValue,
  type JsonValue,
  type Message,
  type PrefixSpec,
  copyTagOrder,
  decodeBitmap,
  decodeField,
  decodeMessage,
  decodePrefix,
  encodeBitmap,
  encodeField,
  encodeMessage,
  encodePrefix,
  messageFromJson,
  specFromJson,
  valueFromJson,
  valueToJson,
} from 'iso8583-js';
import { checkFrame } from './kinds-iso8583-frame.ts';
import type { Kinds, Vector } from './runner.ts';
import type { VectorFile } from './vector-file.ts';

interface At {
  readonly field?: string;
  readonly offset?: number;
}

/** Text of a value whose keys stand in one order, so that two can be compared. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A property that the notation says is text. */
function textOf(vector: Vector, property: string): string {
  const value = vector[property];
  return typeof value === 'string' ? value : '';
}

function bytesOf(vector: Vector): Uint8Array {
  return fromHex(textOf(vector, 'hex'));
}

/** Compares an error with the vector's; `rooted` says whether paths have the vector's root. */
function errorDifference(
  vector: Vector,
  error: DecodeError,
  path: string | undefined,
): string | undefined {
  const wanted = textOf(vector, 'error');
  const at = (vector['at'] ?? {}) as At;
  if (error.code !== wanted) return `error ${error.code}, wanted ${wanted}`;
  if (at.offset !== undefined && error.offset !== at.offset) {
    return `error at ${error.offset}, wanted ${at.offset}`;
  }
  if (path !== undefined && at.field !== undefined && path !== at.field) {
    return `error in ${path}, wanted ${at.field}`;
  }
  return undefined;
}

function wireDifference(actual: Uint8Array, wanted: Uint8Array): string | undefined {
  const [a, b] = [toHex(actual), toHex(wanted)];
  return a === b ? undefined : `encoded ${a}, wanted ${b}`;
}

function checkMessage(vector: Vector): string | undefined {
  const made = specFromJson(vector['spec']);
  if (!made.ok) return `spec refused: ${made.problems[0].path} ${made.problems[0].problem}`;
  const { spec } = made;
  const bytes = bytesOf(vector);
  const decoded = decodeMessage(spec, bytes);
  if (vector['error'] !== undefined) {
    if (decoded.ok) return `decoded, wanted the error ${textOf(vector, 'error')}`;
    return errorDifference(vector, decoded.error, decoded.error.path);
  }
  if (!decoded.ok) return `error ${decoded.error.code} at ${decoded.error.offset}`;
  const expect = vector['expect'] as { readonly fields: object };
  const shown: { [key: string]: unknown } = { fields: {} };
  for (const [key, value] of Object.entries(decoded.message)) {
    const json = valueToJson(value as FieldValue);
    if (key.startsWith('de')) (shown['fields'] as { [key: string]: unknown })[key.slice(2)] = json;
    else shown[key] = json;
  }
  if (canonical(shown) !== canonical(expect)) return `decoded ${canonical(shown)}`;
  if (vector['roundtrip'] !== true) return undefined;
  const wanted = messageFromExpect(spec, expect, decoded.message);
  const encoded = encodeMessage(spec, wanted);
  if (!encoded.ok) return `not encoded: ${encoded.error.code} in ${encoded.error.path}`;
  return wireDifference(encoded.bytes, bytes);
}

/** The expected values as a message, its tags in the order in which they arrived. */
function messageFromExpect(
  spec: Parameters<typeof messageFromJson<Message>>[0],
  expect: { readonly fields: object },
  decoded: Message,
): Message {
  const { fields, ...rest } = expect as { readonly fields: object } & { [key: string]: JsonValue };
  const numbered = Object.entries(fields).map(([number, value]) => [
    `de${number}`,
    value as JsonValue,
  ]);
  const message = messageFromJson(spec, { ...rest, ...Object.fromEntries(numbered) });
  copyTagOrder(decoded as unknown as FieldValue, message as unknown as FieldValue);
  return message;
}

function checkField(vector: Vector): string | undefined {
  const spec = vector['spec'] as FieldSpec;
  const bytes = bytesOf(vector);
  const decoded = decodeField(spec, bytes);
  if (vector['error'] !== undefined) {
    if (decoded.ok) return `decoded, wanted the error ${textOf(vector, 'error')}`;
    const root = textOf(vector, 'field') || 'F';
    const { path } = decoded.error;
    return errorDifference(vector, decoded.error, path === '' ? root : `${root}.${path}`);
  }
  if (!decoded.ok) return `error ${decoded.error.code} at ${decoded.error.offset}`;
  const expect = vector['expect'] as {
    readonly value: JsonValue;
    readonly unread?: number | string;
  };
  const shown = valueToJson(decoded.value);
  if (canonical(shown) !== canonical(expect.value)) return `decoded ${canonical(shown)}`;
  const unread = bytes.length - decoded.used;
  const stated =
    typeof expect.unread === 'string' ? expect.unread.length / 2 : (expect.unread ?? 0);
  if (unread !== stated) return `${unread} bytes unread, wanted ${stated}`;
  if (vector['roundtrip'] !== true) return undefined;
  const value = valueFromJson(spec, expect.value);
  copyTagOrder(decoded.value, value);
  const encoded = encodeField(spec, value);
  if (!encoded.ok) return `not encoded: ${encoded.error.code} in ${encoded.error.path}`;
  return wireDifference(encoded.bytes, bytes.subarray(0, decoded.used));
}

function checkPrefix(vector: Vector): string | undefined {
  const spec = vector['spec'] as PrefixSpec;
  const bytes = bytesOf(vector);
  const decoded = decodePrefix(spec, bytes);
  if (vector['error'] !== undefined) {
    if (decoded.ok) return `decoded, wanted the error ${textOf(vector, 'error')}`;
    return errorDifference(vector, decoded.error, undefined);
  }
  if (!decoded.ok) return `error ${decoded.error.code} at ${decoded.error.offset}`;
  const expect = vector['expect'] as { readonly length: number; readonly used?: number };
  if (decoded.length !== expect.length) return `length ${decoded.length}, wanted ${expect.length}`;
  if (expect.used !== undefined && decoded.used !== expect.used) return `used ${decoded.used}`;
  if (vector['roundtrip'] !== true) return undefined;
  const encoded = encodePrefix(spec, expect.length);
  if (!encoded.ok) return `not encoded: ${encoded.error.code}`;
  return wireDifference(encoded.bytes, bytes.subarray(0, decoded.used));
}

function checkBitmap(vector: Vector): string | undefined {
  const spec = vector['spec'] as BitmapSpec;
  const bytes = bytesOf(vector);
  const decoded = decodeBitmap(spec, bytes);
  if (vector['error'] !== undefined) {
    if (decoded.ok) return `decoded, wanted the error ${textOf(vector, 'error')}`;
    return errorDifference(vector, decoded.error, undefined);
  }
  if (!decoded.ok) return `error ${decoded.error.code} at ${decoded.error.offset}`;
  const expect = vector['expect'] as { readonly set: readonly number[]; readonly used?: number };
  if (canonical(decoded.set) !== canonical(expect.set)) return `bits ${decoded.set.join(' ')}`;
  if (expect.used !== undefined && decoded.used !== expect.used) return `used ${decoded.used}`;
  if (vector['roundtrip'] !== true) return undefined;
  const encoded = encodeBitmap(spec, expect.set);
  if (!encoded.ok) return `not encoded: ${encoded.error.code}`;
  return wireDifference(encoded.bytes, bytes.subarray(0, decoded.used));
}

/** The checks of the iso8583 family. */
export function iso8583Kinds(_file: VectorFile): Kinds {
  return {
    message: checkMessage,
    field: checkField,
    prefix: checkPrefix,
    bitmap: checkBitmap,
    frame: checkFrame,
  };
}
