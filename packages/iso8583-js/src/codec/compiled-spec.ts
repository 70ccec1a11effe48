// A spec, compiled: the codec of each data element by number, of header, message type and bitmap.
import type { FieldCodec } from '../composite/subfields.ts';
import { type Bitmap, bitmapCodec } from '../content/bitmap.ts';
import type { SpecDefinition } from '../spec/spec-types.ts';
import { fieldCodec } from './field-codec.ts';

/** One compiled data element. */
export interface CompiledField {
  readonly number: number;
  readonly key: `de${number}`;
  readonly codec: FieldCodec;
}

/** A spec, compiled. */
export interface CompiledSpec {
  readonly definition: SpecDefinition;
  readonly header: FieldCodec | undefined;
  readonly mti: FieldCodec;
  readonly bitmap: Bitmap;
  /** Data elements by number. */
  readonly fields: readonly (CompiledField | undefined)[];
  readonly numbers: ReadonlyMap<string, number>;
}

function headerCodec(spec: NonNullable<SpecDefinition['header']>): FieldCodec {
  return fieldCodec({ data: spec.data ?? 'binary', len: spec.bytes });
}

/** Compiles a spec that has been validated. */
export function compileSpec(definition: SpecDefinition): CompiledSpec {
  const fields: (CompiledField | undefined)[] = [];
  const numbers = new Map<string, number>();
  for (const [key, field] of Object.entries(definition.fields)) {
    const number = Number(key);
    fields[number] = { number, key: `de${number}`, codec: fieldCodec(field) };
    numbers.set(`de${number}`, number);
  }
  const { header, bitmap } = definition;
  const carrier = bitmap.tertiaryIn;
  if (carrier !== undefined && fields[carrier] === undefined) {
    // The element that carries the third bitmap is a bitmap, also where the spec does not say so.
    const codec = fieldCodec({ data: bitmap.data, len: bitmap.bytes });
    fields[carrier] = { number: carrier, key: `de${carrier}`, codec };
    numbers.set(`de${carrier}`, carrier);
  }
  return {
    definition,
    header: header === undefined ? undefined : headerCodec(header),
    mti: fieldCodec(definition.mti),
    bitmap: bitmapCodec(bitmap),
    fields: Array.from({ length: fields.length }, (_, i) => fields[i]),
    numbers,
  };
}
