// What every form of subfields shares: the shape of a codec, values by key, errors that name the subfield.
import type { FieldSpec, FieldSpecs, FieldValue } from '../spec/spec-types.ts';
import { type Decoded, FAIL, type Reader, type Writer } from '../wire/cursor.ts';

/** Both directions of one element. */
export interface FieldCodec {
  readonly spec: FieldSpec;
  /** Decodes the element at `reader.at`, reading no byte from `end` on. */
  readonly decode: (reader: Reader, end: number) => Decoded;
  /** Moves past the element without looking at its content; false when the reader holds an error. */
  readonly skip: (reader: Reader, end: number) => boolean;
  readonly encode: (writer: Writer, value: FieldValue) => boolean;
}

/** Subfields of an element: their bounded block, both ways. */
export interface Composite {
  /** Decodes up to `end`; `bounded` says that all bytes up to there belong to the element. */
  readonly decode: (reader: Reader, end: number, bounded: boolean) => Decoded;
  readonly encode: (writer: Writer, value: FieldValue) => boolean;
}

/** Compiles one element: composites get it as a parameter, so that they need not know elements. */
export type CompileField = (spec: FieldSpec) => FieldCodec;

/** Subfields by key. */
export type SubValues = { [key: string]: FieldValue | undefined };

/** The subfields of a value, or undefined when it is not an object of subfields. */
export function subValues(value: FieldValue): SubValues | undefined {
  if (typeof value !== 'object' || value instanceof Uint8Array || Array.isArray(value)) {
    return undefined;
  }
  return value as SubValues;
}

/** Compiles every element of a table. */
export function compileFields(fields: FieldSpecs, compile: CompileField): Map<string, FieldCodec> {
  return new Map(Object.entries(fields).map(([key, spec]) => [key, compile(spec)]));
}

/** Records in which subfield decoding stopped, and what had been decoded. */
export function failIn(reader: Reader, key: string, values: SubValues): typeof FAIL {
  reader.path.unshift(key);
  if (reader.partial !== undefined) values[key] = reader.partial;
  reader.partial = values as FieldValue;
  return FAIL;
}

/** Puts a subfield's key before the path of a writer's error. */
export function failInWrite(writer: Writer, key: string): false {
  writer.path.unshift(key);
  return false;
}
