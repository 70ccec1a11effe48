// Where decoding and encoding stand: position, first error, and what had been decoded before it.
import type { FieldValue } from '../spec/spec-types.ts';
import type { DecodeErrorCode, EncodeErrorCode } from './errors.ts';

/** What a decoder returns instead of a value when the reader holds an error. */
export const FAIL: unique symbol = Symbol('iso8583-js.fail');
/** A value, or the sign that the reader holds an error. */
export type Decoded = FieldValue | typeof FAIL;

/** Rules that decoding can be told not to insist on. */
export type Leniency = 'trailing' | 'filler' | 'charset' | 'max' | 'sub-length';

/** What a decoder did with one element, recorded when someone wants an annotated dump. */
export interface Trace {
  readonly key: string;
  readonly start: number;
  end: number;
  value: FieldValue | undefined;
  readonly children: Trace[];
}

/** Bytes being decoded. */
export class Reader {
  bytes: Uint8Array;
  at = 0;
  code: DecodeErrorCode | undefined = undefined;
  offset = 0;
  byte = 0;
  path: string[] = [];
  partial: FieldValue | undefined = undefined;
  /** The element whose subfields are recorded; undefined when nobody wants a record. */
  trace: Trace | undefined = undefined;
  /** Extent of the value whose length was read last. */
  valueBytes = 0;
  valueUnits = 0;
  lenientFiller = false;
  lenientCharset = false;
  lenientMax = false;
  lenientSubLength = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Records the first error; `byte` singles out the wrong byte. */
  fail(code: DecodeErrorCode, offset: number, byte: number = offset): typeof FAIL {
    this.code = code;
    this.offset = offset;
    this.byte = byte;
    return FAIL;
  }
}

/** Decodes a subfield, recording where it stood when the reader is traced. */
export function traced(reader: Reader, key: string, start: number, decode: () => Decoded): Decoded {
  const parent = reader.trace;
  if (parent === undefined) return decode();
  const trace: Trace = { key, start, end: start, value: undefined, children: [] };
  parent.children.push(trace);
  reader.trace = trace;
  const value = decode();
  reader.trace = parent;
  if (value === FAIL) {
    trace.end = trace.children.at(-1)?.end ?? start;
    if (trace.children.length === 0) parent.children.pop();
  } else {
    trace.end = reader.at;
    trace.value = value;
  }
  return value;
}

/** Bytes being written: grows, keeps the first error. */
export class Writer {
  bytes: Uint8Array;
  at = 0;
  code: EncodeErrorCode | undefined = undefined;
  offset = 0;
  path: string[] = [];

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
  }

  /** Records the first error. */
  fail(code: EncodeErrorCode): false {
    this.code = code;
    this.offset = this.at;
    return false;
  }
}
