// The switch as a library: for tests, the seeded world and the benchmark.
export {
  type BatchStore,
  type BatchesAtClose,
  type CloseVerdict,
  type ClosedBatch,
  type OpenBatch,
  createBatchStore,
} from './batch/batch-store.ts';
export { judgeClose, totalsAgree } from './batch/judge-close.ts';
export { type CardVault, type CardVaultKeys, createCardVault } from './card-vault.ts';
export {
  type HostConfig,
  type ListenConfig,
  type ListenTlsConfig,
  type PortConfig,
  type SwitchConfig,
  type TerminalConfig,
  parseSwitchConfig,
  readSwitchConfig,
} from './config.ts';
export { type CounterName, type Counters, counterNames, createCounters } from './counters.ts';
export type { LogLine } from './desk.ts';
export { type BusinessDays, type BusinessDaysParts, openBusinessDays } from './business-days.ts';
export { type ClaimParts, type InstanceClaim, claimInstance } from './instance-claim.ts';
export {
  type NumberStore,
  type Numbers,
  type NumbersParts,
  claimNumbers,
  createNumberStore,
  createMemoryNumbers,
} from './number-blocks.ts';
export { createMemoryIdempotency } from './idempotency-memory.ts';
export { type RedisIdempotencyOptions, createRedisIdempotency } from './idempotency-redis.ts';
export { type OpenedSecurity, openSecurity } from './security/open-security.ts';
export type { SecurityConfig } from './security/security-config.ts';
export { checkNamedKeys, vaultKeyCheck } from './security/key-references.ts';
export { type KsnRegister, createKsnRegister } from './security/ksn-register.ts';
export { macPlaces, messageAuthentication } from './security/message-authentication.ts';
export { type HostKeyParts, takeHostKey } from './security/host-keys.ts';
export {
  type WorkingKeyStore,
  WorkingKeys,
  createWorkingKeyStore,
} from './security/working-keys.ts';
export { proveMacs } from './security/prove-macs.ts';
export { type LoadedKeys, loadKeyFile } from './security/soft-keys.ts';
export {
  type PaymentLink,
  type Switch,
  SwitchAssembly,
  type SwitchParts,
  createSwitch,
} from './switch.ts';
// Its single parts, for a world whose sockets, disk and time are virtual.
export { type AdoptionParts, adoptEvery, adoptPayments } from './adoption.ts';
export { authorize } from './authorize.ts';
export type { Desk } from './desk.ts';
export { HostLink } from './links/host-link.ts';
export type { HostLinkParts, LinkStatus } from './links/link-parts.ts';
export { type HostDialects, hostDialects, registryOf } from './dialects/host-dialects.ts';
export type { HostDialect } from './dialects/host-dialect.ts';
export { type HostProtocol, openProtocol } from './links/host-protocol.ts';
export { type HostSettings, hostSettings } from './links/host-settings.ts';
export type { Awaiting, Clock, NotSentReason } from './in-flight/ports.ts';
export {
  type CloseErrorCode,
  type ClosePorts,
  type CloseResult,
  type Unknown,
  type UnknownVerdict,
  confirmClose,
  listUnknowns,
  proposeClose,
} from './unknowns/close-unknown.ts';
export { hotCardFileName } from './file-update.ts';
export { type HotCardChange, type HotCardFile, type HotCardOutcome } from './hot-card-file.ts';
export { type ExpiryPorts, expireHolds } from './holds/expire-holds.ts';
export { recover } from './in-flight/recovery.ts';
export { answerFault, answerOverdue } from './refuse.ts';
export { newApiKey } from './http/api-keys.ts';
export { type HttpRequests, createHttpRequests } from './http/http-requests.ts';
export { localClockOf, terminalDoors } from './doors/terminal-doors.ts';
export type { TerminalFrame } from './doors/terminal-frame.ts';
export { type LineFrame, Question, type QuestionTime, type UntimedFrame } from './question.ts';
export {
  type ChangeResult,
  importDocument,
  rollBack,
} from './configuration/change-configuration.ts';
export {
  type ConfigurationDatabase,
  withConfiguration,
} from './configuration/configuration-database.ts';
export {
  type ConfigurationStore,
  createConfigurationStore,
} from './configuration/configuration-store.ts';
export { type Answer, type Request, answerRequest } from './configuration/answer-request.ts';
export { type SwitchStatus } from './switch-status.ts';
export { type Sweeps, sweepEvery } from './sweeps.ts';
