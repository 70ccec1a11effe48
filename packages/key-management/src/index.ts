// The life of a key in its slot, and TR-34: symmetric keys to remote devices under RSA. The store: ./key-store.
export {
  type KeyAuditEntry,
  type KeyEvent,
  type KeySlot,
  type KeySlotErrorCode,
  type KeySlotEvent,
  type KeySlotStep,
  type KeyState,
  newKeySlot,
  nextKeyState,
  processingKeys,
  protectingKey,
  stepKeySlot,
} from './key-life.ts';
export type { ContentCipher } from './tr34/cms.ts';
export { type Tr34ErrorCode, type Tr34Refusal, tr34ErrorCodes } from './tr34/errors.ts';
export { importKeyToken } from './tr34/import.ts';
export {
  type KeyTokenCheck,
  type KeyTokenInput,
  type ReceivedKey,
  type TokenFreshness,
  type Tr34Identity,
  createKeyToken,
  createRandomToken,
  readRandomToken,
  receiveKeyToken,
} from './tr34/key-token.ts';
