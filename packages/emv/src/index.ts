// EMV data elements, kernel steps, offline authentication and EMVCo QR.

// Data: dictionary, decoders, EMVCo QR codes.
export * from './look-up.ts';
export {
  type Sensitivity,
  dolFormatOf,
  fillEmvDol,
  anySensitivityOf,
  searchIn,
  sensitivityOf,
} from './dictionary/tag-info.ts';
export {
  type Application,
  type Scheme,
  findApplication,
  listApplications,
  schemeOfAid,
} from './dictionary/application.ts';
export {
  type CodeMeaning,
  findAccountType,
  findPosEntryMode,
  findTransactionType,
} from './dictionary/code-meaning.ts';
export { type StripResult, stripSensitive } from './dictionary/strip-sensitive.ts';
export {
  type DecodeError,
  type DecodeErrorCode,
  type DecodeResult,
  type Decoded,
  type Refused,
  decodeErrorCodes,
} from './decoders/result.ts';
export {
  type DecodeContext,
  type DecodedData,
  type DolValue,
  type HexValue,
  type TagListValue,
  decodeValue,
} from './decoders/decode-value.ts';
export {
  type DescribeOptions,
  type DescribedObject,
  type Description,
  describeTlv,
  describeTlvUnmasked,
  formatDescription,
} from './decoders/describe.ts';
export { type BitPlace, type BitString, decodeTagBits } from './decoders/bits.ts';
export { type AflRead, type AflValue, decodeAfl } from './decoders/afl.ts';
export {
  type CvmListValue,
  type CvmResultsValue,
  type CvmRule,
  decodeCvmList,
  decodeCvmResults,
} from './decoders/cvm.ts';
export {
  type AdviceReason,
  type CidValue,
  type CryptogramType,
  decodeCid,
} from './decoders/cryptogram-information.ts';
export { type IssuerApplicationData, type MchipSessionKey, decodeIad } from './decoders/iad.ts';
export { type CardVerificationResults, type CvrLayout, decodeCvr } from './decoders/cvr.ts';
export { type FormFactorValue, decodeFormFactor } from './decoders/form-factor.ts';
export { type ProductExtension, decodeProductExtension } from './decoders/product-extension.ts';
export {
  type RegisteredDataValue,
  type RegisteredEntry,
  decodeRegisteredData,
} from './decoders/registered-data.ts';
export {
  type IssuerAuthenticationValue,
  type IssuerResponse,
  type IssuerResponseResult,
  type ReceivedScript,
  type ScriptCommandValue,
  type ScriptResult,
  type ScriptResultsValue,
  decodeIssuerAuthentication,
  decodeIssuerResponse,
  decodeScriptCommand,
  decodeScriptResults,
} from './decoders/issuer-response.ts';
export {
  type PanValue,
  type TrackValue,
  decodePan,
  decodeTrack1,
  decodeTrack2,
  decodeTrack3,
} from './decoders/track.ts';
export {
  type AidValue,
  type CodeValue,
  type CountryValue,
  type CurrenciesValue,
  type CurrencyValue,
  type KernelIdentifierValue,
  type LogEntryValue,
  type PriorityValue,
  type TerminalTypeValue,
  decodeAid,
  decodeTerminalType,
} from './decoders/codes.ts';
export {
  type ErrorIndicationValue,
  type OutcomeValue,
  type UserInterfaceValue,
  decodeErrorIndication,
  decodeOutcome,
  decodeUserInterface,
} from './decoders/outcome.ts';
export {
  type DateValue,
  type DigitsValue,
  type NumberValue,
  type TimeValue,
  decodeDate,
  decodeTime,
  formatAmount,
  fullYear,
} from './decoders/number.ts';
export {
  type LanguagesValue,
  type TextValue,
  decodeLocalText,
  decodeText,
} from './decoders/text.ts';
export {
  type MerchantQrBuildResult,
  type MerchantQrError,
  type MerchantQrErrorCode,
  type MerchantQrResult,
  type QrObject,
  buildMerchantQr,
  isQrTemplate,
  merchantQrErrorCodes,
  parseMerchantQr,
} from './qr/merchant.ts';
export {
  type MerchantAccount,
  type MerchantQr,
  type MerchantQrIssue,
  type MerchantQrIssueCode,
  type MerchantTip,
  additionalDataNames,
  checkMerchantQr,
  interpretMerchantQr,
  merchantQrObjects,
} from './qr/merchant-fields.ts';
export {
  type ConsumerQrError,
  type ConsumerQrErrorCode,
  type ConsumerQrResult,
  buildConsumerQr,
  parseConsumerQr,
} from './qr/consumer.ts';
export { crc16, qrCrc } from './qr/crc.ts';

// Kernel, offline authentication, contactless.
export type * from './kernel/types.ts';
export {
  type OutcomeReason,
  type OutcomeType,
  outcomeReasons,
  outcomeTypes,
} from './kernel/outcome-codes.ts';
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
export { type TsiBit, type TvrBit, hasTsi, hasTvr, tsiOf, tvrOf } from './kernel/bits.ts';
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
export { type IssuerScript, readScripts } from './kernel/scripts.ts';
export {
  type CertificateErrorCode,
  certificateErrorCodes,
  type IccCertificate,
  type IssuerCertificate,
  recoverIccCertificate,
  recoverIssuerCertificate,
} from './oda/certificate.ts';
export {
  type CombinedData,
  type DynamicData,
  type SignedDataErrorCode,
  signedDataErrorCodes,
  type StaticData,
  recoverCombinedData,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
  verifyStaticData,
} from './oda/signed-data.ts';
export { type StaticDataResult, staticDataOf } from './oda/static-data.ts';
export {
  type CaKey,
  type RevokedCertificate,
  caKeyChecksum,
  findCaKey,
  isRevoked,
} from './oda/ca-keys.ts';
export { type RsaPublicKey, recoverRsa } from './oda/rsa.ts';
export { runContactless } from './contactless/entry-point.ts';
export type { Combination, ContactlessConfig, RelayConfig } from './contactless/types.ts';
export { type Indicators, preProcess, preProcessOne } from './contactless/pre-processing.ts';
export { requestedKernel } from './contactless/combination-selection.ts';
export {
  type CvmDecision,
  type TerminalQualifiers,
  decideCvm,
  fastDdaTerminalData,
  readTtq,
} from './contactless/kernel-3.ts';
export {
  type RelayAnswer,
  type RelayVerdict,
  judgeRelay,
  readRelayAnswer,
} from './contactless/relay-resistance.ts';
export { addTorn, findTorn, removeTorn, withoutExpired } from './contactless/torn.ts';
export {
  type ChannelKeys,
  type SignatureCurve,
  type SignatureHash,
  blindPublicKey,
  channelCrypt,
  channelKeys,
  channelMac,
  edaMac,
  iadMac,
  isBlindedBy,
  publicKeyX,
  sharedSecret,
  verifyEcSdsa,
  verifyLocalCryptogram,
  wipeChannelKeys,
} from './contactless/kernel-8-cryptography.ts';
export {
  type ArqcRequest,
  type ArqcRequestErrorCode,
  arqcRequestOf,
  cardNumberOf,
  cryptogramSchemeOf,
} from './cryptogram/arqc-request.ts';
export {
  issuerAuthenticationData1,
  issuerAuthenticationData2,
  issuerScript,
} from './cryptogram/issuer-response.ts';
export {
  type Transcript,
  type TranscriptCryptogram,
  readTranscript,
} from './cryptogram/transcript.ts';
