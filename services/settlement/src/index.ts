// The nightly batch: proves a business date's books and settles it, once.
export {
  type PositionTotal,
  type SettleErrorCode,
  type SettleOutcome,
  type SettleParts,
  type SettlementResult,
  migrateSettlement,
  settleBusinessDay,
} from './settle-business-day.ts';
export { settleDaysOver } from './catch-up.ts';
export { type Finding, type FindingCode, type RunStatus, findingCodes } from './finding.ts';
export { type TrialBalanceRow } from './prove-books.ts';
export { type Nightly, type NightlyTerms, cronPattern, startNightly } from './nightly.ts';
export { reportLines } from './report.ts';
