// What computes over clear keys: ciphers, MACs, PIN blocks, DUKPT, key blocks, EMV keys and cryptograms.
export {
  type Outcome,
  type Refusal,
  refuse,
  type SecurityError,
  type SecurityErrorCode,
  securityErrorCodes,
  SecurityFault,
  type SecurityFaultCode,
} from './errors.ts';
export {
  blockLengthOf,
  type Exportability,
  type KeyAlgorithm,
  type KeyAttributes,
  keyLengthBytes,
  type KeyUsage,
  keyUsages,
  type ModeOfUse,
  usualModeOfUse,
} from './key.ts';
export type { RandomSource } from './random-source.ts';

export { AesCipher } from './cipher/aes.ts';
export type { DesSchedule } from './cipher/des.ts';
export { loadWords, storeWords, TdesCipher } from './cipher/tdes.ts';
export {
  type BlockCipher,
  cbcDecrypt,
  cbcEncrypt,
  ecbDecrypt,
  ecbEncrypt,
} from './cipher/block-cipher.ts';
export { makeCipher } from './cipher/make-cipher.ts';
export { adjustParity, adjustParityEven, hasOddParity, keyVariant } from './key/parity.ts';
export { checkBlock, type KcvMethod, referenceKcv } from './key/kcv.ts';
export { cmac } from './mac/cmac.ts';
export { hmacSha } from './mac/hmac.ts';
export {
  macAlgorithm1,
  macChain,
  retailMac,
  retailMacChain,
  retailMacLast,
} from './mac/iso9797.ts';
export { type MacPadding, padForMac } from './mac/padding.ts';
export {
  checkFormat0,
  type ClearPin,
  clearPinFromText,
  clearPinText,
  decodePinBlock,
  encodePinBlock,
  isPanFor,
  iso4PanField,
  newClearPin,
  panOfAccount,
  type PinBlockErrorCode,
  type PinBlockFormat,
  type PinFill,
  wipePin,
} from './pin/pin-block.ts';
export { isPinBlockFormat, isTranslationAllowed } from './pin/policy.ts';
export {
  type CryptogramScheme,
  type CryptogramVersion,
  cryptogramVersion,
  type CryptogramVersionId,
  cryptogramVersionOf,
  cryptogramVersions,
  type IadLayout,
  iadLayout,
  type RecipeItem,
  type ScriptRecipe,
} from './emv/cryptogram-versions.ts';
export { cryptogramData, type TagValues } from './emv/cryptogram-data.ts';
export {
  applicationCryptogram,
  type CryptogramContext,
  type CryptogramStep,
  type CryptogramWork,
  issuerAnswer,
  verifyAesCryptogram,
  verifyTdesCryptogram,
} from './emv/cryptogram.ts';
export {
  aesRule,
  cardKeyItself,
  type CardKeyRule,
  commonRule,
  mastercardRule,
  type SessionKeyInput,
  type SessionKeyRule,
  type TwoBlocksRule,
  unionPayRule,
} from './emv/session-key-rules.ts';
export {
  cardKeyDiversifier,
  type CardKeyOption,
  deriveCardKey,
  deriveDynamicCodeKey,
  isCardNumber,
} from './emv/card-key.ts';
export {
  aesSessionKey,
  atcDiversifier,
  commonSessionKey,
  emv2000SessionKey,
  mastercardSessionKey,
  type SessionKeyTree,
  unionPaySessionKey,
  visaSecureMessagingKey,
} from './emv/session-key.ts';
export { arpcMethod1, arpcMethod2, type ArpcRequest } from './emv/arpc.ts';
export {
  type ScriptEncipherment,
  type ScriptSessionKey,
  isoPinChangeBlock,
  scriptEncrypt,
  scriptMac,
  scriptSessionKey,
  visaPinChangeBlock,
} from './emv/secure-messaging.ts';
export { pinChangeCommand, type PinChangeParts } from './emv/pin-change.ts';
export { combineComponents } from './key/components.ts';
export { decipherIso4, encipherIso4 } from './pin/iso4.ts';
export { visaPvv } from './pin/pvv.ts';
export { ibm3624ValidationData, naturalPin, offsetOfPin, pinFromOffset } from './pin/ibm3624.ts';
export {
  decimaliseByScan,
  decimaliseByTable,
  isDecimalisationTable,
  isStrongDecimalisationTable,
} from './pin/decimalise.ts';
export { cardVerificationValue, dynamicCvvDigits } from './card/cvv.ts';
export { type CardDataTemplate, type ClearCardData, readCardData } from './card/card-data.ts';
export { cvc3, cvc3InitialVector } from './card/cvc3.ts';
export {
  type KsnErrorCode,
  nextTdesKsn,
  type TdesBaseKey,
  tdesBaseKey,
  tdesCounter,
  tdesInitialKey,
  tdesKsnFault,
  tdesTransactionKey,
  tdesWorkingKey,
  type TdesWorkingKeyPurpose,
  wholeTdesKsn,
} from './dukpt/tdes.ts';
export {
  aesCounter,
  aesInitialKey,
  aesKsnFault,
  aesTransactionKey,
  aesUpdateKey,
  aesWorkingKey,
  type DukptKeyType,
  dukptKeyTypes,
  type DukptKeyUsage,
  dukptKeyUsages,
  nextAesKsn,
} from './dukpt/aes.ts';
export {
  formatKeyBlockHeader,
  type HeaderRead,
  type KeyBlockErrorCode,
  keyBlockErrorCodes,
  type KeyBlockHeader,
  type KeyBlockRefusal,
  type KeyBlockVersion,
  type OptionalBlock,
  parseKeyBlockHeader,
  withoutScheme,
} from './tr31/header.ts';
export {
  deriveProtectionKeys,
  protectionKeyLengths,
  type ProtectionKeys,
} from './tr31/protection-keys.ts';
export {
  isKeyBlockVersion,
  type UnwrappedKey,
  unwrapKeyBlock,
  wrapKeyBlock,
  type WrapOptions,
} from './tr31/key-block.ts';
export {
  decryptUnderLmk,
  decryptUnderZoneKey,
  encryptUnderLmk,
  encryptUnderZoneKey,
  type LmkKeyRead,
  type VariantLmk,
  type VariantLmkErrorCode,
  type VariantScheme,
} from './thales/variant-lmk.ts';
export { unwrapThalesKeyBlock, wrapThalesKeyBlock } from './thales/key-block.ts';
