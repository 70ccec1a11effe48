// The face of the fast codec: flat elements in one pass, by tables worked out once for a spec.
//
// It only ever says yes. Undefined is no verdict: the message is for the general codec, which finds out
// whether anything is wrong, what and where.
import type { CompiledSpec } from '../codec/compiled-spec.ts';
import type { Message } from '../spec/spec-types.ts';
import { hasNodeBuffer } from '../wire/byte-pool.ts';
import { FAIL, Reader } from '../wire/cursor.ts';
import { decodeFast } from './fast-decode.ts';
import { encodeFast } from './fast-encode.ts';
import { type FlatField, fieldKind, prefixBytes, prefixKind, statedLength } from './flat-field.ts';
import { type FastSpec, fastSpecOf, planAt } from './message-plan.ts';

/** A message whose structure is known: where each element starts. */
export interface OpenedMessage {
  readonly header: Uint8Array | string | undefined;
  readonly mtiAt: number;
  readonly numbers: readonly number[];
  /** Index of each element by its number, -1 when it is absent. */
  readonly indexOf: Int16Array;
  /** Start of each present element with its length, and the end of the last. */
  readonly offsets: readonly number[];
  /** The elements as the fast codec sees them; undefined when the general codec opened the message. */
  readonly fields: readonly FlatField[] | undefined;
}

const sharedReader = new Reader(new Uint8Array(0));

/** The one reader of this codec: decoding is synchronous, so that it is never used twice at once. */
function readerOver(bytes: Uint8Array): Reader {
  sharedReader.bytes = bytes;
  sharedReader.at = 0;
  return sharedReader;
}

/** Whether a text element holds nothing but what its character set allows. */
function allAllowed(
  { allowed }: FlatField,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  let all = 1;
  for (let at = start; at < end; at++) all &= allowed[bytes[at]];
  return all === 1;
}

function open(spec: FastSpec, bytes: Uint8Array): OpenedMessage | undefined {
  const { compiled, mti } = spec;
  const end = bytes.length;
  const reader = readerOver(bytes);
  const header = compiled.header?.decode(reader, end);
  if (header === FAIL) return undefined;
  const mtiAt = reader.at;
  if (!compiled.mti.skip(reader, end)) return undefined;
  const mtiEnd = reader.at;
  if (mti.kind !== fieldKind.text || !allAllowed(mti, bytes, mtiAt, mtiEnd)) {
    reader.at = mtiAt;
    if (compiled.mti.decode(reader, end) === FAIL) return undefined;
  }
  const plan = planAt(spec, bytes, mtiEnd, end);
  if (plan === undefined) return undefined;
  const { fields, numbers, indexOf } = plan;
  const offsets = plan.places.slice();
  let at = mtiEnd + plan.wire.length;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    offsets[i] = at;
    if (field.kind === fieldKind.general) {
      reader.at = at;
      if (!field.codec.skip(reader, end)) return undefined;
      at = reader.at;
      continue;
    }
    const length = field.prefix === prefixKind.none ? field.length : statedLength(field, bytes, at);
    if (length > field.length) return undefined;
    at +=
      prefixBytes[field.prefix] + (field.kind === fieldKind.packed ? (length + 1) >> 1 : length);
    if (at > end) return undefined;
  }
  if (at !== end) return undefined;
  offsets[fields.length] = at;
  return {
    header: header as Uint8Array | string | undefined,
    mtiAt,
    numbers,
    indexOf,
    offsets,
    fields,
  };
}

/** The fast codec of one spec; its tables are made when it is first used. */
export class FastCodec {
  readonly #compiled: CompiledSpec;
  /** Undefined before the first use, null for a spec or an engine that it cannot serve. */
  #spec: FastSpec | null | undefined;

  constructor(compiled: CompiledSpec) {
    this.#compiled = compiled;
  }

  #tables(): FastSpec | null {
    this.#spec ??= (hasNodeBuffer ? fastSpecOf(this.#compiled) : undefined) ?? null;
    return this.#spec;
  }

  /** The message, if nothing about it is out of order. */
  decode(bytes: Uint8Array): Message | undefined {
    const spec = this.#tables();
    return spec === null ? undefined : decodeFast(spec, bytes, readerOver(bytes));
  }

  /** The bytes of a message, if nothing about it is out of order. */
  encode(message: Message): Uint8Array | undefined {
    const spec = this.#tables();
    return spec === null ? undefined : encodeFast(spec, message);
  }

  /** Where the elements of a message stand, if its structure is in order; their content is not looked at. */
  open(bytes: Uint8Array): OpenedMessage | undefined {
    const spec = this.#tables();
    return spec === null ? undefined : open(spec, bytes);
  }
}

/**
 * Where the text of an element of an opened message starts, if it is ASCII text that its character set
 * allows; -1 when the element needs its codec.
 */
export function textStart(
  fields: readonly FlatField[] | undefined,
  index: number,
  bytes: Uint8Array,
  offsets: readonly number[],
): number {
  const field = fields?.[index];
  if (field === undefined || field.kind !== fieldKind.text) return -1;
  const start = offsets[index] + prefixBytes[field.prefix];
  return allAllowed(field, bytes, start, offsets[index + 1]) ? start : -1;
}
