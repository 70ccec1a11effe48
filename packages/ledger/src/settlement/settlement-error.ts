// What settlement rules answer instead of a value when a plan, a file or a figure cannot be used.

/** Every reason, in the order the checks are made within a rule. */
export const settlementErrorCodes = [
  /** A rate, fixed part, floor, cap or weight is no plain decimal of at most 38 + 18 digits. */
  'not-a-decimal',
  /** An amount is no whole number of minor units. */
  'not-an-amount',
  /** A calendar date is not YYYY-MM-DD, or no such day exists. */
  'not-a-date',
  /** A time of day is not HH:MM, HH:MM:SS or 24:00:00. */
  'not-a-time',
  /** The time zone is not in the IANA database of this runtime. */
  'unknown-time-zone',
  /** A change of calendar would leave a business date no time at all. */
  'empty-day',
  /** A word is none of those the rule knows: a mode, a kind of item, a status. */
  'unknown-word',
  /** A figure has a sign the rule cannot use, such as a negative weight or volume. */
  'negative',
  /** Tiers do not rise, or only the last one may be open and another is. */
  'tiers-not-ascending',
  /** No tier holds the volume. */
  'no-tier',
  /** Nothing to divide by: no weights, all weights zero, an amount of zero. */
  'nothing-to-share',
  /** Refunds exceed what was paid. */
  'over-refunded',
  /** No good day within ten years: the calendars leave none. */
  'no-good-day',
  /** A total has more digits than its field. */
  'too-wide',
] as const;

/** Why a settlement rule gave no value. */
export type SettlementErrorCode = (typeof settlementErrorCodes)[number];

/** A reason and, where one is known, the place: outermost first, as in `components > 1 > rate`. */
export interface SettlementError {
  readonly code: SettlementErrorCode;
  readonly path?: string;
}

/** A value, or why there is none. */
export type Settled<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: SettlementError };

/** A value as a result. */
export function settled<Value>(value: Value): Settled<Value> {
  return { ok: true, value };
}

/** A refusal as a result. */
export function refused(
  code: SettlementErrorCode,
  path?: string,
): { readonly ok: false; readonly error: SettlementError } {
  return { ok: false, error: path === undefined ? { code } : { code, path } };
}
