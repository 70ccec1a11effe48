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
export {
  type ClearingFileErrorCode,
  type ClearingFileResult,
  clearingFileErrorCodes,
  readClearingFile,
} from './clearing-file.ts';
export {
  type ClearingDelivery,
  type DayReconciliation,
  type ReconcileErrorCode,
  type ReconcileOutcome,
  reconcileDay,
} from './reconcile-day.ts';
export { settleDaysOver } from './catch-up.ts';
export { type Finding, type FindingCode, type RunStatus, findingCodes } from './finding.ts';
export { type TrialBalanceRow } from './prove-books.ts';
export { type Nightly, type NightlyTerms, cronPattern, startNightly } from './nightly.ts';
export { reconciliationLines, reportLines } from './report.ts';
export {
  type BatchEnd,
  type EndBatchErrorCode,
  type EndBatchResult,
  type UnequalBatch,
  confirmBatchEnd,
  proposeBatchEnd,
  unequalBatches,
  unequalBatchesMax,
} from './unequal-batches.ts';
