// What a settlement run can find: faults stop the day, open payments hold it up, flags are reported.

/** Every finding, worst first. */
export const findingCodes = [
  /** Fault: debits and credits of a currency differ. */
  'trial-balance-not-zero',
  /** Fault: the memo accounts of holds are no pair. */
  'memo-not-zero',
  /** Fault: a transaction without legs, with one leg, of two currencies, or not summing to zero. */
  'unsound-transaction',
  /** Fault: what a payment booked is not what its outcome says. */
  'booking-differs',
  /** Fault: a settled day's postings are not those that were settled. */
  'changed-after-settlement',
  /** Holds up: payments that are not at rest yet. */
  'payments-open',
  /** Flag: payments that wait for a person. */
  'payments-manual',
  /** Flag: a batch's recorded totals are not the sum of its items as they stand now. */
  'batch-differs',
  /** Flag: terminal and host did not agree on a batch or its items, and nobody has ended it yet. */
  'batch-not-agreed',
] as const;

/** Code of a finding. */
export type FindingCode = (typeof findingCodes)[number];

/** One finding, in words and figures that name no card. */
export interface Finding {
  readonly code: FindingCode;
  /** What is concerned: a currency, a transaction, a payment, a terminal's batch. */
  readonly subject: string;
  readonly detail: string;
}

/** How a run ended. */
export type RunStatus = 'settled' | 'blocked' | 'failed';

const flags: ReadonlySet<FindingCode> = new Set([
  'payments-manual',
  'batch-differs',
  'batch-not-agreed',
]);

/** The status that findings lead to. */
export function statusOf(findings: readonly Finding[]): RunStatus {
  const serious = findings.filter((finding) => !flags.has(finding.code));
  if (serious.length === 0) return 'settled';
  return serious.every((finding) => finding.code === 'payments-open') ? 'blocked' : 'failed';
}
