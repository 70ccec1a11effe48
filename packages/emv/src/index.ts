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
export { type TsiBit, type TvrBit, hasTsi, hasTvr, tvrOf } from './kernel/bits.ts';
export { type ActionInput, type RequestedCryptogram, analyseAction } from './kernel/action.ts';
export { checkRestrictions } from './kernel/restrictions.ts';
export { checkVelocity, exceedsFloorLimit, selectsRandomly } from './kernel/risk.ts';
export {
  type CandidateList,
  type SelectOptions,
  buildCandidateList,
  parseFci,
} from './kernel/select.ts';
export { type GpoAnswer, type GpoCommand, buildGpo, parseGpo } from './kernel/initiate.ts';
export { type AcAnswer, parseAcAnswer } from './kernel/generate.ts';
export { type AflEntry, type AflResult, readAfl } from './kernel/read.ts';
export { type IssuerScript, readScripts } from './kernel/scripts.ts';
export {
  type CertificateErrorCode,
  type IccCertificate,
  type IssuerCertificate,
  recoverIccCertificate,
  recoverIssuerCertificate,
} from './oda/certificate.ts';
export {
  type CombinedData,
  type DynamicData,
  type SignedDataErrorCode,
  type StaticData,
  recoverCombinedData,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
  verifyStaticData,
} from './oda/signed-data.ts';
export { type StaticDataResult, staticDataOf } from './oda/static-data.ts';
export { caKeyChecksum, findCaKey, isRevoked } from './oda/ca-keys.ts';
export { type RsaPublicKey, recoverRsa } from './oda/rsa.ts';
