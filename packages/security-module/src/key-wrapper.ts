// How a key leaves a module for a store and comes back: always wrapped, by the module itself.
import type { Outcome } from '@chipswitch/cryptography';
import type { KeyRef } from './key-ref.ts';
import type { Awaitable } from './security-module.ts';

/** A stored key: its reference and its block. */
export interface StoredKey extends KeyRef {
  readonly wrapped: string;
}

/** Wraps and unwraps keys for a store. */
export interface KeyWrapper {
  /** Name that is stored beside the block, so that another wrapper refuses it. */
  readonly name: string;
  readonly wrap: (key: KeyRef) => Awaitable<Outcome<{ wrapped: string }>>;
  readonly unwrap: (stored: StoredKey) => Awaitable<Outcome<{ key: KeyRef }>>;
}
