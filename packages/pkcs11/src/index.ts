// PKCS #11 tokens behind the security module's interface, for what they can do wholly inside; pkcs11js is an optional peer.
export { type Pkcs11Module, openPkcs11Module } from './module.ts';
export type { Cryptoki, TokenSettings } from './token.ts';
export type { ClearTokenKey } from './token-keys.ts';
