// Keys by reference and every operation that uses one; the soft module. What the interface speaks of comes with it.
export {
  type Outcome,
  type Refusal,
  refuse,
  type SecurityError,
  type SecurityErrorCode,
  securityErrorCodes,
  SecurityFault,
  type SecurityFaultCode,
  blockLengthOf,
  type Exportability,
  type KeyAlgorithm,
  type KeyAttributes,
  keyLengthBytes,
  type KeyUsage,
  keyUsages,
  type ModeOfUse,
  usualModeOfUse,
} from '@chipswitch/cryptography';
export type {
  ArpcRequest,
  CardDataTemplate,
  CardKeyOption,
  CryptogramScheme,
  CryptogramVersionId,
  DukptKeyType,
  MacPadding,
  OptionalBlock,
  PinBlockFormat,
  RandomSource,
  TagValues,
} from '@chipswitch/cryptography';
export type { KeyRef } from './key-ref.ts';
export type {
  Awaitable,
  ModuleHealth,
  SecurityModule,
  SecurityOperations,
} from './security-module.ts';
export type * from './operations/card-code.ts';
export type * from './operations/data.ts';
export type * from './operations/emv.ts';
export type * from './operations/keys.ts';
export type * from './operations/pin.ts';
export type { KeyWrapper, StoredKey } from './key-wrapper.ts';
export { arqcDataOf, checkArqcInput } from './arqc-input.ts';
export { createSoftModule, type SoftModule, type SoftModuleOptions } from './soft/soft-module.ts';
export type { NewKey } from './soft/key-table.ts';
