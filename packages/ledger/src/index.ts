// Money, accounts, postings and the payment journal; no driver is loaded by importing this.
export { type Currency, type MinorUnits, currencyOf, formatMoney, minorUnits } from './money.ts';
export {
  type AccountClass,
  type AccountType,
  account,
  accountClass,
  chartOfAccounts,
} from './chart.ts';
export {
  type LedgerTransaction,
  type Posting,
  type PostingError,
  type PostingErrorCode,
  checkPostings,
} from './posting.ts';
export {
  type EndingHold,
  type PaymentFigures,
  bookingsThatStand,
  capturePostings,
  captureReleasingHoldPostings,
  captureReleasingHoldReversalPostings,
  captureReversalPostings,
  holdPostings,
  holdReleasePostings,
  incrementPostings,
  incrementReversalPostings,
  loadPostings,
  loadReversalPostings,
  refundPostings,
  refundReversalPostings,
  releasePostings,
  releaseReversalPostings,
  unloadPostings,
  unloadReversalPostings,
} from './posting-templates.ts';
export type {
  JournalErrorCode,
  Json,
  NewPayment,
  OpenResult,
  PaymentJournal,
  PaymentRecord,
  PaymentSearch,
  PaymentStep,
  StepResult,
} from './payment-journal.ts';
export { approvedStates, declinedStates, undoneStates } from './payment-states.ts';
export {
  type DrawErrorCode,
  type DrawVerdict,
  type DrawnOriginal,
  type OriginalDrawn,
  type StandingDraw,
  authorisedMinor,
  holdExpiryKind,
  isDrawError,
  judgeDraw,
} from './draw.ts';
export { type MemoryJournal, createMemoryJournal } from './memory-journal.ts';

// Settlement rules.
export {
  type Settled,
  type SettlementError,
  type SettlementErrorCode,
  settlementErrorCodes,
} from './settlement/settlement-error.ts';
export {
  type Decimal,
  type RoundingMode,
  addDecimals,
  compareDecimals,
  decimalOf,
  formatDecimal,
  multiplyDecimals,
  oneDecimal,
  parseDecimal,
  roundDecimal,
  roundRatio,
  roundingModes,
  scaleDecimal,
  zeroDecimal,
} from './settlement/decimal.ts';
export { parseMinorUnits, readDecimal, readRoundingMode } from './settlement/plan-text.ts';
export {
  type Fee,
  type FeeComponent,
  type FeeComponentText,
  type FeeTerms,
  componentValue,
  feeOf,
  readFeeComponent,
  readFeeComponents,
} from './settlement/fee.ts';
export {
  type FeeConditions,
  type FeeRule,
  type FeeRuleText,
  type FeeSchedule,
  type PricedPayment,
  type ScheduledFee,
  readFeeRules,
  scheduledFee,
} from './settlement/fee-schedule.ts';
export {
  type TierFee,
  type TierPart,
  type TierTerms,
  type VolumeTier,
  type VolumeTierText,
  readVolumeTiers,
  tierFee,
} from './settlement/volume-tiers.ts';
export { allocate } from './settlement/allocation.ts';
export {
  type NetItem,
  type NetItemKind,
  type NetSettlement,
  type NetTerms,
  netItemKinds,
  netSettlement,
} from './settlement/net-settlement.ts';
export {
  type BusinessCalendar,
  type CalendarVersion,
  type CutOffTerms,
  businessCalendar,
  calendarVersionOf,
  sameTerms,
  versionedCalendar,
} from './settlement/business-calendar.ts';
export { type TimeZone, canonicalTimeZone, timeZoneOf } from './settlement/zoned-time.ts';
export { formatCalendarDate, isoWeekday, parseCalendarDate } from './settlement/calendar-date.ts';
export { type ValueDateTerms, valueDate } from './settlement/value-date.ts';
export {
  type LineType,
  type MoneyLine,
  type Reconciliation,
  type ReconciliationCode,
  type ReconciliationException,
  type ReconciliationInput,
  type SwitchLine,
  reconcile,
  reconciliationCodes,
} from './settlement/reconciliation.ts';
export {
  type BookOutcome,
  type BookPosting,
  type BookTransaction,
  type PostingBook,
  openPostingBook,
} from './settlement/posting-book.ts';
export { type RefundedSale, refundFees } from './settlement/refund-fees.ts';
export {
  type ReserveEvent,
  type ReserveHolding,
  type ReserveMovement,
  type ReserveTerms,
  applyReserveEvent,
} from './settlement/rolling-reserve.ts';
export { type PeriodBilling, billPeriod } from './settlement/billing.ts';
export { type TaxTerms, type TaxedFee, taxFee } from './settlement/taxed-fee.ts';
