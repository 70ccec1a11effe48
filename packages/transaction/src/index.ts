// The life of one payment: requests read, keys, routes, the step function, messages to both sides.
export {
  type AmountLimit,
  type AmountLimits,
  type LimitedPayment,
  compileAmountLimits,
} from './amount-limit.ts';
export {
  type BatchBucket,
  type BatchItem,
  type BatchItemKind,
  type BatchTotals,
  type TotalsFields,
  batchItemKinds,
  batchNetMinor,
  batchTotals,
  totalsDifferences,
  totalsElements,
  totalsFields,
  withoutReversals,
} from './batch-totals.ts';
export { type Effect, type TimerName } from './effect.ts';
export {
  type AnswerErrorCode,
  type AnswerRules,
  type Asked,
  type FollowUpParts,
  type HostRequestParts,
  answerVerdict,
  hostAdvice,
  hostRequest,
  hostReversal,
  replacedAmount,
  replacementAmounts,
  originalDataElements,
  outgoingFacts,
  differingElement,
  readHostAnswer,
} from './host-message.ts';
export { type ClaimOutcome, type IdempotencyStore } from './idempotency.ts';
export { type IsoMessage, bytesOf, textOf } from './iso-message.ts';
export { type KeyParts, fingerprintText, paymentKey, yearOfLocalDate } from './key.ts';
export { type LocalClock, dayBefore, isTimedHere, keyTimeOf } from './local-clock.ts';
export {
  type AskedBy,
  type Booking,
  type DrawsOn,
  type KindFigures,
  type KindRow,
  type OriginalFigures,
} from './kinds/kind.ts';
export {
  type CategoryRule,
  type HoldRule,
  type KindRules,
  holdExpiresOn,
  kindRules,
  percentMaxOf,
} from './kinds/merchant-rules.ts';
export {
  type KindMarks,
  type PaymentKinds,
  kindAskedFor,
  kindOf,
  paymentKinds,
  tableOfKinds,
} from './kinds/payment-kinds.ts';
export {
  type HostAnswer,
  type HostTimers,
  type LateAnswer,
  type Payment,
  type PaymentEvent,
  type PaymentKind,
} from './payment.ts';
export {
  type OriginalData,
  fitsOriginal,
  keyEndingsOf,
  keysOfOriginal,
  namedOriginal,
  reversedOriginal,
} from './original-data.ts';
export { passableElements, passedOnOf } from './passed-on.ts';
export {
  type BookingState,
  type PaymentOutcome,
  bookingStateOf,
  openStates,
  outcomeOfRecord,
  paymentOutcome,
} from './payment-outcome.ts';
export {
  type FollowUpFacts,
  type OriginalFacts,
  type PaymentFacts,
  readPaymentFacts,
  writtenFacts,
} from './payment-facts.ts';
export { approvedMinor, originalOf, paymentOf } from './recorded-payment.ts';
export {
  type PrivateData,
  type PrivateDataError,
  privateDataText,
  readPrivateData,
} from './private-data.ts';
export {
  type PaymentRequest,
  type RequestError,
  type RequestErrorCode,
  type RequestResult,
  readPaymentRequest,
} from './request.ts';
export {
  type RetrievalReferences,
  businessDateOfReference,
  createRetrievalReferences,
  retrievalReferencesOfDay,
} from './retrieval-reference.ts';
export { type RefusalReason, refusalCode, refusalOf } from './refusal-code.ts';
export {
  type CardRange,
  type RangeErrorCode,
  type StatedRange,
  readCardRange,
} from './routing/card-range.ts';
export { type HostCost, type HostState } from './routing/choose-host.ts';
export {
  type RecordedPayment,
  type RouteMove,
  type RoutingComparison,
  type RoutingToCompare,
  compareRouting,
} from './routing/compare-routing.ts';
export {
  type HostChoice,
  type HostList,
  type RoutingCondition,
  type RoutingRule,
  hostChoices,
  minuteOf,
} from './routing/routing-rule.ts';
export {
  type RouteDecision,
  type RouteReason,
  type RouteRow,
  type Routing,
  type RoutingError,
  type RoutingErrorCode,
  type RoutingPlan,
  type RoutingQuestion,
  compileRouting,
  createTurns,
  routeReasonText,
} from './routing/routing.ts';
export type { OutgoingFacts } from './outgoing-facts.ts';
export { endsTerminalReversal } from './acknowledgement.ts';
export {
  type PaymentState,
  awaitsAcknowledgement,
  finalStates,
  isApprovedByHost,
  isForward,
} from './state.ts';
export { type StepOutcome, openingState, step } from './step.ts';
export {
  certifiedTerminalId,
  certifiedTerminalIdPattern,
  terminalUri,
} from './terminal-certificate.ts';
export { terminalAnswer } from './terminal-message.ts';
export {
  type NumberSource,
  type TraceNumbers,
  createTraceNumbers,
  traceNumberCount,
  traceNumberOf,
} from './trace-number.ts';
