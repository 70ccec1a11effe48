// What can be wrong with TLV bytes, as values; and what only a caller can do wrong, as an
// exception.

/** Codes of malformed TLV or data object lists, in the order in which they are looked for. */
export const tlvErrorCodes = [
  'nesting-too-deep',
  'too-many-objects',
  'tag-truncated',
  'tag-too-long',
  'length-truncated',
  'length-indefinite',
  'length-too-long',
  'value-truncated',
] as const;

/** One of the codes of malformed TLV. */
export type TlvErrorCode = (typeof tlvErrorCodes)[number];

/** Where and why reading stopped. It carries no value bytes, so it may be logged. */
export interface TlvError {
  readonly code: TlvErrorCode;
  /**
   * Byte offset in the whole input. Tag errors: first byte of the tag. Missing length: where it
   * should be, or just after the first length byte. Bad length: the length byte. Missing value:
   * where the value starts. Limits: the tag of the object that passes them.
   */
  readonly offset: number;
  /** Tags of the templates around it, outermost first; empty at top level. */
  readonly path: readonly number[];
}

/** Codes of faults in the calling code. */
export type TlvFaultCode = 'tag-invalid' | 'children-of-primitive' | 'value-too-long';

/**
 * Thrown when our own code asks for something that TLV cannot express.
 *
 * @example new TlvFault('tag-invalid', 'not a tag').code // 'tag-invalid'
 */
export class TlvFault extends Error {
  readonly code: TlvFaultCode;
  constructor(code: TlvFaultCode, message: string) {
    super(message);
    this.name = 'TlvFault';
    this.code = code;
  }
}
