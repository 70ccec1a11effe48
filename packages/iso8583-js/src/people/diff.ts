// Differences of two messages by element: compared on real values, shown masked.
import { toHex } from '@chipswitch/bytes';
import { responseMti } from '../message/mti.ts';
import type { FieldSpec, FieldValue, Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { emvObjects } from './emv-data.ts';
import { type JsonValue, valueToJson } from './json.ts';
import { maskMessageWith, statedNumbers } from './redact.ts';

/** One difference. */
export interface Difference {
  /** 'header', '0' (message type), '4', '55.9F26'. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** The values, masked; undefined where the message has none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The second message answers the first, and answers differ from requests here. */
  readonly expected: boolean;
}

/** Elements that a response has, or leaves out, of its own. */
const responseOwn = new Set(
  '0 14 18 35 36 37 38 39 43 44 45 48 52 53 54 55 62 63 64 128'.split(' '),
);

type Flat = Map<string, string>;

function flatten(flat: Flat, path: string, json: JsonValue): void {
  if (typeof json === 'string') flat.set(path, json);
  else {
    for (const [key, inner] of Object.entries(json)) {
      if (inner !== undefined) flatten(flat, `${path}.${key}`, inner);
    }
  }
}

/** A raw DE 55 by tag, so that it is compared tag by tag as it is shown. */
function opened(value: FieldValue, field: FieldSpec | undefined, number: number): JsonValue {
  const emv = field?.sensitive === 'emv' || (field?.sensitive === undefined && number === 55);
  if (!emv || !(value instanceof Uint8Array)) return valueToJson(value);
  const { objects, complete } = emvObjects(value);
  if (!complete || objects.length === 0) return toHex(value);
  return Object.fromEntries(objects.map(({ tag, value: inner }) => [tag, toHex(inner)]));
}

function pathOf(key: string): string {
  if (key === 'mti') return '0';
  return key.startsWith('de') ? key.slice(2) : key;
}

/** The values of a message as they are shown. */
function flatMasked<M>(spec: Spec<M>, message: M, numbers: readonly string[]): Flat {
  const result: Flat = new Map();
  for (const [key, json] of Object.entries(maskMessageWith(spec, message, numbers))) {
    if (json !== undefined) flatten(result, pathOf(key), json);
  }
  return result;
}

function flat<M>(spec: Spec<M>, message: M): Flat {
  const result: Flat = new Map();
  for (const [key, value] of Object.entries(message as unknown as Message)) {
    if (value === undefined) continue;
    const number = Number(key.slice(2));
    const field = spec.compiled.fields[number]?.codec.spec;
    flatten(result, pathOf(key), opened(value as FieldValue, field, number));
  }
  return result;
}

function nameOf<M>(spec: Spec<M>, path: string): string {
  const [first] = path.split('.');
  if (first === '0') return 'Message type';
  return spec.compiled.fields[Number(first)]?.codec.spec.name ?? '';
}

function byPath(a: string, b: string): number {
  const [x, y] = [Number.parseInt(a, 10), Number.parseInt(b, 10)];
  if (x !== y) return (Number.isNaN(x) ? -1 : x) - (Number.isNaN(y) ? -1 : y);
  return a < b ? -1 : 1;
}

/**
 * The differences of two messages of one spec, ascending by element.
 *
 * @example
 * const request = { mti: '0200', de4: '000000000100', de11: '000001' };
 * const response = { mti: '0210', de4: '000000000200', de11: '000001', de39: '00' };
 * diffMessages(iso1987Ascii, request, response).filter((d) => !d.expected).map((d) => d.path) // ['4']
 */
export function diffMessages<M>(spec: Spec<M>, before: M, after: M): Difference[] {
  const [a, b] = [flat(spec, before), flat(spec, after)];
  // An answer need not say whose card it is about.
  const numbers = [before, after].flatMap((message) => statedNumbers(spec, message));
  const [maskedA, maskedB] = [before, after].map((message) => flatMasked(spec, message, numbers));
  const answers =
    responseMti((before as unknown as Message).mti) === (after as unknown as Message).mti;
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort(byPath);
  const differences: Difference[] = [];
  for (const path of paths) {
    if (a.get(path) === b.get(path)) continue;
    const kind = a.has(path) ? (b.has(path) ? 'changed' : 'removed') : 'added';
    differences.push({
      path,
      name: nameOf(spec, path),
      kind,
      before: maskedA.get(path),
      after: maskedB.get(path),
      expected: answers && responseOwn.has(path.split('.')[0]),
    });
  }
  return differences;
}
