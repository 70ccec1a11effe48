// Subfields by position and by a bitmap of their own (ISO 8583 composites); the tagged forms are beside.
import { bitmapCodec } from '../content/bitmap.ts';
import type { FieldValue, PositionalSpec, SubBitmapSpec, SubSpec } from '../spec/spec-types.ts';
import { type Decoded, FAIL, type Writer, traced } from '../wire/cursor.ts';
import { datasetsComposite } from './composite-datasets.ts';
import { tlvComposite } from './composite-tlv.ts';
import {
  type CompileField,
  type Composite,
  type FieldCodec,
  type SubValues,
  compileFields,
  failIn,
  failInWrite,
  subValues,
} from './subfields.ts';

function positional(spec: PositionalSpec, compile: CompileField): Composite {
  const codecs = spec.order.map((key) => ({ key, codec: compile(spec.fields[key]) }));
  const optionalTail = spec.optionalTail === true;
  return {
    decode(reader, end): Decoded {
      const values: SubValues = {};
      for (const { key, codec } of codecs) {
        if (optionalTail && reader.at === end) break;
        const value = traced(reader, key, reader.at, () => codec.decode(reader, end));
        if (value === FAIL) return failIn(reader, key, values);
        values[key] = value;
      }
      return values;
    },
    encode(writer, value) {
      const values = subValues(value);
      if (values === undefined) return writer.fail('bad-type');
      let gap: string | undefined;
      let written = 0;
      for (const { key, codec } of codecs) {
        const subfield = values[key];
        if (subfield === undefined) {
          gap ??= key;
          if (!optionalTail) break;
          continue;
        }
        if (gap !== undefined) break;
        if (!codec.encode(writer, subfield)) return failInWrite(writer, key);
        written++;
      }
      if (gap !== undefined && (!optionalTail || hasLater(values, spec.order, gap))) {
        writer.fail('missing');
        return failInWrite(writer, gap);
      }
      return unknownKey(writer, values, written, spec.order);
    },
  };
}

function hasLater(values: SubValues, order: readonly string[], gap: string): boolean {
  return order.slice(order.indexOf(gap)).some((key) => values[key] !== undefined);
}

function unknownKey(
  writer: Writer,
  values: SubValues,
  written: number,
  known: readonly string[],
): boolean {
  const keys = Object.keys(values).filter((key) => values[key] !== undefined && key !== 'head');
  if (keys.length === written) return true;
  writer.fail('undefined-field');
  return failInWrite(writer, keys.find((key) => !known.includes(key)) ?? '');
}

function byBitmap(spec: SubBitmapSpec, compile: CompileField): Composite {
  const bitmap = bitmapCodec(spec.bitmap);
  const codecs = compileFields(spec.fields, compile);
  return {
    decode(reader, end): Decoded {
      const set: number[] = [];
      const values: SubValues = {};
      if (bitmap.read(reader, end, set) === FAIL) return FAIL;
      for (const bit of set) {
        const codec = codecs.get(String(bit));
        const value =
          codec === undefined
            ? reader.fail('undefined-field', reader.at)
            : traced(reader, String(bit), reader.at, () => codec.decode(reader, end));
        if (value === FAIL) return failIn(reader, String(bit), values);
        values[bit] = value;
      }
      return values;
    },
    encode(writer, value) {
      const values = subValues(value);
      if (values === undefined) return writer.fail('bad-type');
      const keys = Object.keys(values).filter((key) => values[key] !== undefined && key !== 'head');
      const undefinedKey = keys.find((key) => {
        const bit = Number(key);
        return !codecs.has(key) || bit > bitmap.bitMax || bitmap.isFlag(bit);
      });
      if (undefinedKey !== undefined) {
        writer.fail('undefined-field');
        return failInWrite(writer, undefinedKey);
      }
      const set = keys.map(Number).sort((a, b) => a - b);
      bitmap.write(writer, set);
      for (const bit of set) {
        const codec = codecs.get(String(bit)) as FieldCodec;
        if (!codec.encode(writer, values[bit] as FieldValue))
          return failInWrite(writer, String(bit));
      }
      return true;
    },
  };
}

/** The codec of subfields. */
export function compositeOf(spec: SubSpec, compile: CompileField): Composite {
  switch (spec.kind) {
    case 'positional':
      return positional(spec, compile);
    case 'bitmap':
      return byBitmap(spec, compile);
    case 'tlv':
      return tlvComposite(spec, compile);
    case 'datasets':
      return datasetsComposite(spec, compile);
  }
}
