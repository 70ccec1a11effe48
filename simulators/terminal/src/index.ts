// The kernel against the card; single device or fleet.
export {
  type NetworkResult,
  type Terminal,
  type TerminalParts,
  createTerminal,
} from './terminal.ts';
export { type TerminalClock, localTime, systemClock } from './terminal-clock.ts';
export {
  type TerminalActionCodes,
  type TerminalApplication,
  type TerminalProfile,
  type TerminalProfileResult,
  type TerminalTimers,
  parseTerminalProfile,
} from './profile.ts';
export { contactlessConfig, kernelConfig, ridsOf } from './kernel-config.ts';
export type {
  Cardholder,
  ChipResult,
  PaymentOrder,
  PaymentOutcome,
  PaymentReason,
  PaymentResult,
} from './payment.ts';
export { type ExchangeResult, type HostLink } from './host-link.ts';
export { type ApduTrace, type CardPort, readCard } from './card-reader.ts';
export { type BatchClose } from './batch.ts';
export { type FollowUpOrder, type FollowUpResult } from './follow-up.ts';
export { type AskedFor, type FollowUpKind, type RequestKind, countsAs } from './request-kinds.ts';
export { DeviceMemory } from './device-memory.ts';
export {
  type JournalEvent,
  JournalFold,
  type JournalItem,
  type TerminalJournal,
  abandonedItems,
  createMemoryJournal,
  journalItems,
} from './journal.ts';
export {
  type BatchTotals,
  type NetworkFunction,
  type PlainFacts,
  type RequestFacts,
  type ReversalReason,
  type TerminalIdentity,
  buildBatchItem,
  buildNetworkManagement,
  buildOfflineAdvice,
  buildReconciliation,
  buildRepeat,
  buildRequest,
  buildReversal,
  originalDataElements,
} from './messages.ts';
export {
  type CardData,
  type IssuerResponse,
  cardDataOf,
  iccData,
  readIssuerResponse,
  requestTags,
  reversalTags,
} from './icc-data.ts';
export { PinPad, type PinPadErrorCode, type PinPadKeys, type PinPadResult } from './pin-pad.ts';
export {
  type EntryMethod,
  type SwipeDecision,
  type Stripe,
  decideSwipe,
  entryMode,
  readStripe,
} from './entry.ts';
export { type ChipSlipData, type SlipData, slipLines } from './slip.ts';
export {
  type LinkCounters,
  TerminalLink,
  type TerminalLinkOptions,
  encodePosMessage,
} from './terminal-link.ts';
export { type FileJournalOptions, openFileJournal } from './journal-file.ts';
export { TerminalFault, type TerminalFaultCode } from './terminal-fault.ts';
export {
  type FleetOptions,
  type FleetReport,
  type LatencyReport,
  runFleet,
  seededRandom,
} from './fleet.ts';
export { type BookEntry, bookOf } from './book.ts';
export {
  type PcscCard,
  type PcscErrorCode,
  type PcscOptions,
  type PcscResult,
  openPcscCard,
} from './pcsc-card.ts';
export { type FleetConfig, type FleetConfigResult, parseFleetConfig } from './fleet-config.ts';
