// The closed set of outcomes that are no success, and the one class for faults of our own.

/**
 * Why an operation gave no result. Order is the order of checks: configuration of the call first,
 * the business answer last. Backends map theirs onto these (payShield codes in brackets).
 */
export const securityErrorCodes = [
  /** The backend gave no answer: timer, link, busy (12, 13, 41, 42). May go to another module. */
  'unavailable',
  /** This backend cannot do the operation at all; another one can. */
  'unsupported',
  /** No key of that id, or its check value is another than the reference says. */
  'key-unknown',
  /** The key's usage, mode of use or algorithm does not allow the operation (28, 29, A6-A8). */
  'key-usage',
  /** The key is not in a state that allows the operation: PENDING, RETIRED or DESTROYED. */
  'key-state',
  /** The parity of a key that must have odd parity is wrong (10, 11). */
  'key-parity',
  /** A key block is malformed, or its MAC does not hold (83, 84, A4). */
  'key-block',
  /** A key serial number is malformed. */
  'ksn',
  /** The key serial number's counter has more one bits than the standard allows, or is used up. */
  'ksn-exhausted',
  /** A field has a wrong length or alphabet (15, 22). */
  'input',
  /** The PIN block is not one of its format, or not of this PAN (20). */
  'pin-block',
  /** The PIN block format is unknown here (23, 69). */
  'pin-format',
  /** The PIN has fewer than 4 or more than 12 digits (24). */
  'pin-length',
  /** The decimalisation table is no table of sixteen digits, or a weak one (25). */
  'decimalisation',
  /** Policy forbids it: a PIN block translation, an export, an excluded PIN (17, 67, 68). */
  'not-allowed',
  /** The value does not verify (01): a business answer, never to be repeated. */
  'not-verified',
] as const;

/** One of the closed set. */
export type SecurityErrorCode = (typeof securityErrorCodes)[number];

/** An outcome that is no success. `detail` is a fixed word, never a value of the input. */
export interface SecurityError {
  readonly code: SecurityErrorCode;
  readonly detail?: string;
}

/** A refused operation. */
export interface Refusal {
  readonly ok: false;
  readonly error: SecurityError;
}

/** What operations return: what they made, or why not. */
export type Outcome<T extends object = object> = ({ readonly ok: true } & T) | Refusal;

/** Builds a refusal. */
export function refuse(code: SecurityErrorCode, detail?: string): Refusal {
  return { ok: false, error: detail === undefined ? { code } : { code, detail } };
}

/** Codes of faults that only our own code or configuration can cause. */
export type SecurityFaultCode =
  | 'clear-keys-not-allowed'
  | 'key-length'
  | 'key-exists'
  | 'length'
  | 'configuration';

/** Thrown for faults of our own code or configuration; `code` is stable. */
export class SecurityFault extends Error {
  override readonly name = 'SecurityFault';
  readonly code: SecurityFaultCode;

  constructor(code: SecurityFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
