// What content of one element is: units, bytes they take, and both directions.
import type { FieldValue } from '../spec/spec-types.ts';
import type { Decoded, Reader, Writer } from '../wire/cursor.ts';

/** Content of one element on the wire, without length, frame and padding. */
export interface Content {
  /** Half bytes one unit takes on the wire: digits 1, characters and bytes 2, hex text 4. */
  readonly nibblesPerUnit: 1 | 2 | 4;
  /**
   * Bytes that `units` take, reading ahead where characters differ in size (UTF-8);
   * -1 when that cannot be (the reader holds no error then).
   */
  readonly bytesOf: (units: number, reader?: Reader, end?: number) => number;
  /** Decodes `bytes` bytes at `reader.at` that hold `units` units, and moves past them. */
  readonly decode: (reader: Reader, bytes: number, units: number) => Decoded;
  /** Units of a value, or -1 when the value is of the wrong type. */
  readonly unitsOf: (value: FieldValue) => number;
  /** Writes a value whose units have been measured. */
  readonly encode: (writer: Writer, value: FieldValue, units: number) => boolean;
}
