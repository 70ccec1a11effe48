// Which cipher an operation runs with: a key's own, or a DUKPT working key made for the occasion.
import { wipe } from '@chipswitch/bytes';
import {
  type BlockCipher,
  makeCipher,
  aesInitialKey,
  aesKsnFault,
  aesTransactionKey,
  aesWorkingKey,
  type DukptKeyType,
  dukptKeyTypes,
  type DukptKeyUsage,
  type KsnErrorCode,
  tdesBaseKey,
  tdesInitialKey,
  tdesKsnFault,
  tdesTransactionKey,
  tdesWorkingKey,
  type TdesWorkingKeyPurpose,
  refuse,
  type Outcome,
  type Refusal,
  type KeyUsage,
} from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';
import type { DukptDirection } from '../operations/data.ts';
import type { HeldKey, KeyPurpose, KeyTable } from './key-table.ts';

/** What a working key is wanted for. */
export type WorkingKeyUse = 'pin' | 'mac' | 'data';

/** What an operation says of its key. */
export interface WorkingKeyInput {
  readonly key: KeyRef;
  readonly ksn?: Uint8Array | undefined;
  readonly direction?: DukptDirection | undefined;
  readonly workingKeyType?: DukptKeyType | undefined;
}

/** Usages and purpose that the key itself must allow where it is no derivation key. */
export interface KeyDemand {
  readonly use: WorkingKeyUse;
  readonly usages: readonly KeyUsage[];
  readonly purpose: KeyPurpose;
  /** Type of AES DUKPT working key that the operation needs, unless the input says. */
  readonly type?: DukptKeyType | undefined;
}

/** A key ready for use; `release` wipes what was made for the occasion. */
export interface ReadyKey {
  readonly ok: true;
  readonly type: DukptKeyType | undefined;
  readonly bytes: Uint8Array;
  /** Undefined for HMAC keys. */
  readonly cipher: BlockCipher | undefined;
  readonly held: HeldKey;
  /** True for a key made for the occasion. */
  readonly derived: boolean;
}

const derivationUsages: readonly KeyUsage[] = ['B0', 'B1'];

const tdesPurposes: Readonly<Record<WorkingKeyUse, Record<string, TdesWorkingKeyPurpose>>> = {
  pin: { request: 'pin', response: 'pin' },
  mac: { request: 'mac-request', response: 'mac-response' },
  data: { request: 'data-request', response: 'data-response' },
};

// A device generates and encrypts requests, verifies and decrypts responses (X9.24-3 table 3).
const aesUsages: Readonly<Record<WorkingKeyUse, Record<DukptDirection, DukptKeyUsage>>> = {
  pin: { request: 'pin', response: 'pin', both: 'pin' },
  mac: { request: 'mac-generation', response: 'mac-verification', both: 'mac-both' },
  data: { request: 'data-encryption', response: 'data-decryption', both: 'data-both' },
};

function refuseKsn(fault: KsnErrorCode): Refusal {
  return fault === 'length' ? refuse('ksn', 'length') : refuse('ksn-exhausted', fault);
}

function tdesBytes(
  held: HeldKey,
  ksn: Uint8Array,
  { use }: KeyDemand,
  direction: DukptDirection,
): Uint8Array | Refusal {
  const fault = tdesKsnFault(ksn);
  if (fault !== undefined) return refuseKsn(fault);
  const purpose = tdesPurposes[use][direction];
  if (purpose === undefined) return refuse('input', 'direction');
  const initial = held.ref.usage === 'B1' ? held.bytes : initialKeyOf(held, ksn);
  const transaction = tdesTransactionKey(initial, ksn);
  try {
    return tdesWorkingKey(transaction, purpose);
  } finally {
    wipe(transaction, initial === held.bytes ? undefined : initial);
  }
}

function initialKeyOf(held: HeldKey, ksn: Uint8Array): Uint8Array {
  held.base ??= tdesBaseKey(held.bytes);
  return tdesInitialKey(held.base, ksn);
}

function aesBytes(
  held: HeldKey,
  ksn: Uint8Array,
  { use }: KeyDemand,
  rest: { readonly direction: DukptDirection; readonly type: DukptKeyType },
): Uint8Array | Refusal {
  const fault = aesKsnFault(ksn);
  if (fault !== undefined) return refuseKsn(fault);
  // A working key may not be stronger than what it is made from (X9.24-3 6.2.1).
  if (dukptKeyTypes[rest.type][1] > held.bytes.length * 8) {
    return refuse('not-allowed', 'working key longer than its base');
  }
  const initial =
    held.ref.usage === 'B1' ? held.bytes : aesInitialKey(held.bytes, ksn.subarray(0, 8));
  const transaction = aesTransactionKey(initial, ksn);
  try {
    return aesWorkingKey(transaction, ksn, aesUsages[use][rest.direction], rest.type);
  } finally {
    wipe(transaction, initial === held.bytes ? undefined : initial);
  }
}

function cipherFor(type: DukptKeyType, bytes: Uint8Array): BlockCipher | undefined {
  if (type.startsWith('HMAC')) return undefined;
  return makeCipher(type.startsWith('AES') ? 'AES128' : '2TDEA', bytes);
}

/**
 * The key of an operation, checked against what the operation demands; a derivation key needs a key
 * serial number, and gives a working key that `releaseKey` wipes.
 */
export function readyKey(
  keys: KeyTable,
  input: WorkingKeyInput,
  demand: KeyDemand,
): ReadyKey | (Outcome & { ok: false }) {
  const { ksn } = input;
  if (ksn === undefined) {
    const held = keys.find(input.key, demand.usages, demand.purpose);
    if (held === undefined) return keys.refusal(input.key);
    const { bytes, cipher } = held;
    return { ok: true, bytes, cipher, held, derived: false, type: undefined };
  }
  const held = keys.find(input.key, derivationUsages, 'derive');
  if (held === undefined) return keys.refusal(input.key);
  const { algorithm } = held.ref;
  const direction = input.direction ?? 'request';
  if (algorithm === '2TDEA') {
    const bytes = tdesBytes(held, ksn, demand, direction);
    if (!(bytes instanceof Uint8Array)) return bytes;
    const cipher = makeCipher('2TDEA', bytes);
    return { ok: true, bytes, cipher, held, derived: true, type: '2TDEA' };
  }
  if (algorithm !== 'AES128' && algorithm !== 'AES192' && algorithm !== 'AES256') {
    return refuse('key-usage', 'algorithm');
  }
  const type = input.workingKeyType ?? demand.type ?? algorithm;
  const bytes = aesBytes(held, ksn, demand, { direction, type });
  if (!(bytes instanceof Uint8Array)) return bytes;
  return { ok: true, bytes, cipher: cipherFor(type, bytes), held, derived: true, type };
}

/** Wipes a key that was made for the occasion. */
export function releaseKey(key: { readonly ok: boolean } | ReadyKey | undefined): void {
  if (key === undefined || !('derived' in key) || !key.derived) return;
  key.bytes.fill(0);
  key.cipher?.wipe();
}
