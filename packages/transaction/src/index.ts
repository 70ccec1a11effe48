// The life of one payment: requests read, keys, routes, the step function, messages to both sides.
export { type Effect, type TimerName } from './effect.ts';
export {
  type AnswerFault,
  type FollowUpParts,
  type HostRequestParts,
  type OutgoingFacts,
  hostAdvice,
  hostRequest,
  hostReversal,
  originalDataElements,
  outgoingFacts,
  readHostAnswer,
} from './host-message.ts';
export { type ClaimOutcome, type IdempotencyStore } from './idempotency.ts';
export { type ElementValue, type IsoMessage, bytesOf, textOf } from './iso-message.ts';
export { type KeyParts, fingerprintText, paymentKey, yearOfLocalDate } from './key.ts';
export {
  type HostAnswer,
  type HostTimers,
  type Payment,
  type PaymentEvent,
  type PaymentKind,
  kindsWithEffect,
} from './payment.ts';
export {
  type PaymentRequest,
  type RequestError,
  type RequestErrorCode,
  type RequestResult,
  readPaymentRequest,
} from './request.ts';
export {
  type RetrievalReferences,
  createRetrievalReferences,
  retrievalReferencesOfDay,
} from './retrieval-reference.ts';
export {
  type RefusalReason,
  type ResponseCode,
  refusalCode,
  responseCode,
} from './response-code.ts';
export { type RouteRow, type RouteTable, buildRouteTable } from './route.ts';
export { type PaymentState, finalStates, isForward, openStates } from './state.ts';
export { type StepOutcome, openingState, step } from './step.ts';
export {
  certifiedTerminalId,
  certifiedTerminalIdPattern,
  terminalUri,
} from './terminal-certificate.ts';
export { answerMti, terminalAnswer } from './terminal-message.ts';
export {
  type NumberSource,
  type TraceNumbers,
  createTraceNumbers,
  traceNumberCount,
  traceNumberOf,
} from './trace-number.ts';
