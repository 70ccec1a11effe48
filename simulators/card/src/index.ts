// The chip: computes cryptograms by its own road, never with cryptography or security-module.
export { type Card, type CardOptions, createCard, newCardState } from './card.ts';
export type { CardBehaviour } from './application-context.ts';
export type { ApplicationState, CardState, LastTransaction } from './card-state.ts';
export { type CommandName, type FaultEffect, type RequestedFault, commandNames } from './faults.ts';
export {
  type CardKeys,
  type PersonalisedApplication,
  type PersonalisedCard,
  personalise,
} from './personalise.ts';
export {
  type ApplicationFlow,
  type ApplicationProfile,
  type CardProfile,
  type CardScheme,
  type ContactlessData,
  type OfflineLimits,
  type ProfileMasterKeys,
} from './profile.ts';
export { type ProfileResult, parseCardProfile } from './parse-profile.ts';
export { type ProfileError, type ProfileErrorCode, ProfileReader } from './profile-reader.ts';
export {
  CardSimulatorFault,
  type ProfileName,
  issuerMasterKeys,
  profileNames,
  profiles,
} from './profiles.ts';
export {
  type AuthorityOptions,
  type AuthorityPems,
  type AuthorityPublicKey,
  type TestAuthority,
  authorityFromPems,
  authorityPublicKey,
  authorityToPems,
  createTestAuthority,
  sandboxAuthority,
} from './test-authority.ts';
export { type CryptogramName, type CryptogramRow, cryptogramRow } from './cryptogram.ts';
export {
  type InsertedCard,
  type VirtualReaderOptions,
  insertIntoVirtualReader,
} from './virtual-reader.ts';
