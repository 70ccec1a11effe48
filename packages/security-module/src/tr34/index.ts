// TR-34: symmetric keys to remote devices under RSA, one-pass and two-pass. Export path ./tr34.
export type { ContentCipher } from './cms.ts';
export { type Tr34ErrorCode, type Tr34Refusal, tr34ErrorCodes } from './errors.ts';
export { importKeyToken } from './import.ts';
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
} from './key-token.ts';
