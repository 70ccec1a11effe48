// payShield: host-command codec, frames, the client, and the security module over its TCP port.
export {
  type DecodedMessage,
  type DecodedResponse,
  type EncodeRequest,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
} from './codec.ts';
export type { FieldValue, Fields, ReadFields } from './fields.ts';
export {
  type FrameParts,
  FrameReader,
  decodeFrame,
  encodeFrame,
  messageLengthMax,
} from './frame.ts';
export { isKeyField, keyBlockAlgorithm, keyBlockUsage, keyFieldLength } from './key-field.ts';
export {
  type CodecResult,
  type PayshieldCodecError,
  type PayshieldCodecErrorCode,
  payshieldCodecErrorCodes,
} from './result.ts';
export {
  type CommandOutcome,
  PayshieldClient,
  type PayshieldClientSettings,
  createPayshieldClient,
} from './client.ts';
export type { HsmAddress } from './link.ts';
export { type PayshieldLinkErrorCode, payshieldLinkErrorCodes } from './link-errors.ts';
export type { PoolSettings, PoolStatistics } from './pool.ts';
export { securityErrorOf } from './hsm-errors.ts';
export { type PayshieldKey } from './key-record.ts';
export {
  type PayshieldModule,
  type PayshieldModuleOptions,
  createPayshieldModule,
} from './module.ts';
export { lmkWrapper } from './lmk-wrapper.ts';
