// Money, accounts, postings and the payment journal; no driver is loaded by importing this.
export { type Currency, type MinorUnits, currencyOf, formatMoney, minorUnits } from './money.ts';
export { type AccountClass, type AccountType, accountClass, chartOfAccounts } from './chart.ts';
export {
  type LedgerTransaction,
  type Posting,
  type PostingError,
  type PostingErrorCode,
  checkPostings,
} from './posting.ts';
export {
  type PaymentFigures,
  capturePostings,
  captureReversalPostings,
  holdPostings,
  holdReleasePostings,
  refundPostings,
  refundReversalPostings,
} from './posting-templates.ts';
export type {
  JournalErrorCode,
  Json,
  NewPayment,
  OpenResult,
  PaymentJournal,
  PaymentRecord,
  PaymentStep,
  StepResult,
} from './payment-journal.ts';
export { type MemoryJournal, createMemoryJournal } from './memory-journal.ts';
