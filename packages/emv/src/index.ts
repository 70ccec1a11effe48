// EMV data elements, kernel steps, offline authentication and EMVCo QR.

// Kernel, offline authentication, contactless.
export type * from './kernel/types.ts';
export { runContact } from './kernel/contact.ts';
export {
  type Card,
  type PersonRequest,
  type SlowCard,
  cardAnswer,
  drive,
  driveAsync,
} from './kernel/drive.ts';
export {
  type RecordedExchange,
  type Recording,
  recordCard,
  recordSlowCard,
  replayCard,
} from './kernel/recording.ts';
export { EmvFault, type EmvFaultCode } from './kernel/errors.ts';
