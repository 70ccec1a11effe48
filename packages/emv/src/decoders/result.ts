// What a value decoder answers: data with text beside it, or a code and an offset.

/** Codes of values that cannot be decoded. */
export const decodeErrorCodes = [
  'length',
  'format',
  'sfi',
  'range',
  'oda-count',
  'unknown-version',
] as const;

/** One of the codes of values that cannot be decoded. */
export type DecodeErrorCode = (typeof decodeErrorCodes)[number];

/** Why a value cannot be decoded; carries no value bytes. */
export interface DecodeError {
  readonly code: DecodeErrorCode;
  /** Byte offset in the value, where one byte is to blame. */
  readonly offset?: number;
}

/** Data for programs, lines of text for people. Text never shows a PAN, track or PIN in clear. */
export interface Decoded<Data> {
  readonly ok: true;
  readonly data: Data;
  readonly text: readonly string[];
}

/** A value that was refused. */
export interface Refused {
  readonly ok: false;
  readonly error: DecodeError;
}

/** Either of them. */
export type DecodeResult<Data> = Decoded<Data> | Refused;

/** Data and its text. */
export function decoded<Data>(data: Data, ...text: readonly string[]): Decoded<Data> {
  return { ok: true, data, text };
}

/** A refusal. */
export function refused(code: DecodeErrorCode, offset?: number): Refused {
  return { ok: false, error: offset === undefined ? { code } : { code, offset } };
}
