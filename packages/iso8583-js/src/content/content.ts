// Content of one element: what its units are, how many bytes they take, and both directions.
import type { Decoded, Reader, Writer } from '../wire/cursor.ts';
import type { FieldSpec, FieldValue } from '../spec/spec-types.ts';
import { bytesContent } from './content-bytes.ts';
import { packedContent } from './content-packed.ts';
import { signedContent, zonedContent } from './content-signed.ts';
import { textContent, utf8Content } from './content-text.ts';

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

/** The content codec of a field spec that has no subfields. */
export function contentOf(spec: FieldSpec): Content {
  const data = spec.data ?? 'ascii';
  switch (data) {
    case 'ascii':
    case 'ebcdic':
    case 'ebcdic1047':
      return textContent(spec);
    case 'utf8':
      return utf8Content(spec);
    case 'binary':
    case 'hex-ascii':
    case 'hex-ebcdic':
      return bytesContent(data);
    case 'bcd':
    case 'nibble':
      return packedContent(spec);
    case 'xn':
      return signedContent(spec);
    case 'zoned':
      return zonedContent();
  }
}
