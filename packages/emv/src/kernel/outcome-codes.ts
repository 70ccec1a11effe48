// How a transaction ends, and why: two closed sets (Book 4 section 6.3, Book A section 6.2).

/** How a transaction ends. */
export const outcomeTypes = [
  /** Goods may be handed over. */
  'approved',
  /** Refused by terminal, card or issuer. */
  'declined',
  /** Broken off: the card or its data are at fault, nothing was decided. */
  'terminated',
  /** The chip cannot be used; the magnetic stripe may be (Book 4 section 11.2). */
  'fallback',
  /** The cardholder or attendant stopped it. */
  'cancelled',
  /** Contactless only: use the contact chip or stripe. */
  'try-another-interface',
  /** Contactless only: present the card again. */
  'try-again',
  /** Inside Entry Point only: the next combination is tried. Never the end of a run. */
  'select-next',
  /** Book A's name for what a run asks as `online`. Never the end of a run. */
  'online-request',
] as const;

/** How a transaction ends. */
export type OutcomeType = (typeof outcomeTypes)[number];

/** Why it ended so. */
export const outcomeReasons = [
  'offline-approved',
  'offline-declined',
  'online-approved',
  'online-declined',
  'unable-to-go-online-approved',
  'unable-to-go-online-declined',
  'card-declined-after-approval',
  'referral-declined',
  'no-application',
  'card-blocked',
  'card-not-responding',
  'card-removed',
  'card-answer-too-long',
  'card-protocol-error',
  'card-data-error',
  'card-data-missing',
  'card-data-redundant',
  'card-status-error',
  'application-not-accepted',
  'cryptogram-type-invalid',
  'cda-failed',
  'cardholder-cancelled',
  'amount-not-allowed',
  'cardholder-verification-required',
  'relay-suspected',
  'torn',
] as const;

/** Why it ended so; a closed set. */
export type OutcomeReason = (typeof outcomeReasons)[number];
