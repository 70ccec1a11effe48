// What can go wrong: outcomes are values of a closed union of codes, faults of our own code are thrown.

/**
 * Why a message could not be decoded, in the order in which an element is checked.
 *
 * - `truncated`: fewer bytes than needed
 * - `too-long`: a stated length exceeds the element's maximum
 * - `bad-length`: a length that is no number in its encoding, is below the prefix it includes, or fits no value
 * - `bad-char`: content not allowed by the encoding or the character set
 * - `bad-digit`: a nibble above 9 in packed decimal
 * - `bad-hex`: not hexadecimal
 * - `bad-filler`: a filler nibble, filler byte or padding that is not what the spec says
 * - `bad-bitmap`: a bitmap that is not hexadecimal
 * - `bad-sign`: a sign that is not allowed
 * - `undefined-field`: a bit is on for a data element the spec does not define
 * - `undefined-tag`: a tag the spec does not define
 * - `repeated-tag`: a tag that stands twice where the spec forbids it
 * - `sub-length`: subfields do not use up exactly the declared length
 * - `trailing`: bytes left after the last data element
 */
export const decodeErrorCodes = [
  'truncated',
  'too-long',
  'bad-length',
  'bad-char',
  'bad-digit',
  'bad-hex',
  'bad-filler',
  'bad-bitmap',
  'bad-sign',
  'undefined-field',
  'undefined-tag',
  'repeated-tag',
  'sub-length',
  'trailing',
] as const;

/** One of `decodeErrorCodes`. */
export type DecodeErrorCode = (typeof decodeErrorCodes)[number];

/**
 * Why a message could not be encoded: the codes of decoding where the same rule is broken, and
 *
 * - `bad-type`: a value of another type than the spec asks for
 * - `too-short`: a value shorter than its fixed length, and the spec names no padding
 * - `missing`: an element that the spec requires is not there
 */
export const encodeErrorCodes = [
  'bad-type',
  'missing',
  'too-short',
  'too-long',
  'bad-length',
  'bad-char',
  'bad-digit',
  'bad-hex',
  'bad-sign',
  'undefined-field',
  'undefined-tag',
] as const;

/** One of `encodeErrorCodes`. */
export type EncodeErrorCode = (typeof encodeErrorCodes)[number];

/** Where decoding stopped and why. It never holds content of the message. */
export interface DecodeError {
  readonly code: DecodeErrorCode;
  /** Dotted path, outermost first: '0' is the message type, '1' the bitmap, '55.9F10' a tag in DE 55. */
  readonly path: string;
  /** Byte offset at which the element starts: its prefix, or its content when the prefix was fine. */
  readonly offset: number;
  /** Byte offset of the first byte that is wrong; the same as `offset` when none is singled out. */
  readonly byte: number;
}

/** Which value could not be encoded and why. It never holds the value. */
export interface EncodeError {
  readonly code: EncodeErrorCode;
  /** Dotted path, outermost first. */
  readonly path: string;
  /** Number of bytes that had been written before the element. */
  readonly offset: number;
}

/** Codes of the faults that are thrown: a spec, an option or a call that can never work. */
export type FaultCode = 'bad-spec' | 'bad-option' | 'bad-argument';

/**
 * A fault of our own code or configuration. What a host can cause is never thrown.
 * @example new Iso8583Fault('bad-option', 'maxBytes must be a whole number above zero').code // 'bad-option'
 */
export class Iso8583Fault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = 'Iso8583Fault';
    this.code = code;
  }
}

/**
 * One line for a person: code, path and place, never content.
 * @example errorLine({ code: 'truncated', path: '55.9F10', offset: 120 }) // 'truncated in 55 > 9F10 at byte 120'
 */
export function errorLine(error: DecodeError | EncodeError): string {
  const path = error.path === '' ? 'message' : error.path.split('.').join(' > ');
  const byte =
    'byte' in error && error.byte !== error.offset ? `, wrong at byte ${error.byte}` : '';
  return `${error.code} in ${path} at byte ${error.offset}${byte}`;
}
