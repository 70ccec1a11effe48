// Keys at rest in Postgres, wrapped; their life in slots; rotation. Export path ./key-store.
export {
  type KeyLoadFailure,
  type KeyStore,
  type KeyStoreErrorCode,
  type KeyStoreOptions,
  type KeyStoreRefusal,
  createPostgresKeyStore,
  keyStoreErrorCodes,
} from './key-store.ts';
export { keyBlockWrapper } from './key-wrapper.ts';
export { keyStoreMigrations, migrateKeyStore } from './migrate.ts';
export { type ExchangeAnswer, type Rotation, type RotationResult, rotateKey } from './rotation.ts';
