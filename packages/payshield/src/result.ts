// Outcomes of the payShield codec and link as values: a closed set of codes, never an exception.

/** What can be wrong with a command, a response or a frame. */
export const payshieldCodecErrorCodes = [
  'command-unknown',
  'field-missing',
  'field-value',
  'field-length',
  'body-truncated',
  'body-trailing',
  'frame-truncated',
  'frame-length',
  'header-mismatch',
] as const;

/** One of them. */
export type PayshieldCodecErrorCode = (typeof payshieldCodecErrorCodes)[number];

/** Where something is wrong: `CA > sourceTpk`, and the byte of the message it was found at. */
export interface PayshieldCodecError {
  readonly code: PayshieldCodecErrorCode;
  readonly path: string;
  readonly offset?: number;
}

/** A value, or what was wrong. No message of this package carries a field's content. */
export type CodecResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: PayshieldCodecError };

/** A refusal. */
export function refuse(
  code: PayshieldCodecErrorCode,
  path: string,
  offset?: number,
): { readonly ok: false; readonly error: PayshieldCodecError } {
  return { ok: false, error: offset === undefined ? { code, path } : { code, path, offset } };
}
