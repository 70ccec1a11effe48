// Key management of the soft module.
import { wipe } from '@chipswitch/bytes';
import {
  aesInitialKey,
  tdesBaseKey,
  tdesInitialKey,
  refuse,
  type Outcome,
  type Refusal,
  keyLengthBytes,
  combineComponents,
  checkBlock,
  referenceKcv,
  adjustParity,
  type RandomSource,
  type KeyAlgorithm,
} from '@chipswitch/cryptography';
import { equalTextConstantTime } from '../constant-time.ts';
import type { KeyRef } from '../key-ref.ts';
import type {
  DeriveInitialKeyInput,
  ExportKeyInput,
  FormKeyInput,
  GenerateKeyAnswer,
  GenerateKeyInput,
  ImportKeyAnswer,
  ImportKeyInput,
  KcvInput,
  KeyBlockFormat,
} from '../operations/keys.ts';
import type { SecurityOperations } from '../security-module.ts';
import { readKeyBlock, writeKeyBlock } from './key-block-exchange.ts';
import type { HeldKey, KeyPurpose, KeyTable } from './key-table.ts';

/** Operations on keys themselves. */
export type KeyOperations = Pick<
  SecurityOperations,
  | 'generateKey'
  | 'importKey'
  | 'exportKey'
  | 'formKey'
  | 'kcv'
  | 'deriveInitialKey'
  | 'destroyKey'
  | 'listKeys'
>;

interface KeyContext {
  readonly keys: KeyTable;
  readonly random: RandomSource;
}

const lengthOf = (algorithm: KeyAlgorithm): number =>
  algorithm === 'HMAC' ? 32 : keyLengthBytes[algorithm];

// An id is used once, and a table has an end.
function roomFor(keys: KeyTable, id: string): Refusal | undefined {
  if (keys.has(id)) return refuse('not-allowed', 'id in use');
  return keys.isFull() ? refuse('not-allowed', 'key table full') : undefined;
}

// Key blocks stand under a key block protection key or a key encryption key, ECB under the latter.
function wrappingKey(
  keys: KeyTable,
  ref: KeyRef,
  format: KeyBlockFormat | undefined,
  purpose: KeyPurpose,
): HeldKey | undefined {
  return keys.find(ref, format === 'ansi-ecb' ? ['K0'] : ['K1', 'K0'], purpose);
}

function generateKey(
  { keys, random }: KeyContext,
  input: GenerateKeyInput,
): Outcome<GenerateKeyAnswer> {
  const { wrapUnder, ...attributes } = input;
  const refusal = roomFor(keys, input.id);
  if (refusal !== undefined) return refusal;
  const format = wrapUnder?.format;
  const under = wrapUnder && wrappingKey(keys, wrapUnder.key, format, 'encrypt');
  if (wrapUnder !== undefined && under === undefined) return keys.refusal(wrapUnder.key);
  // A key that is to leave at once is exportable unless the caller says otherwise, and is refused.
  const exportability = input.exportability ?? (under === undefined ? 'N' : 'E');
  if (under !== undefined && exportability === 'N') return refuse('not-allowed', 'exportability');
  const bytes = random(lengthOf(input.algorithm));
  try {
    if (input.algorithm.endsWith('DEA')) adjustParity(bytes);
    const key = keys.add({ ...attributes, exportability, bytes });
    if (under === undefined || format === undefined) return { ok: true, key };
    const held = keys.get(key);
    if (held === undefined) return keys.refusal(key);
    const written = writeKeyBlock({ key: held, under, format }, random);
    if (written.ok) return { ok: true, key, wrapped: written.block };
    keys.discard(key);
    return written;
  } finally {
    wipe(bytes);
  }
}

function importKey({ keys }: KeyContext, input: ImportKeyInput): Outcome<ImportKeyAnswer> {
  const refusal = roomFor(keys, input.id);
  if (refusal !== undefined) return refusal;
  const under = wrappingKey(keys, input.under, input.format, 'decrypt');
  if (under === undefined) return keys.refusal(input.under);
  const read = readKeyBlock(input, under);
  if (!read.ok) return read;
  try {
    const { algorithm, bytes } = read.key;
    if (input.kcv !== undefined && !kcvMatches(referenceKcv(algorithm, bytes), input.kcv)) {
      return refuse('not-verified', 'check value');
    }
    const key = keys.add({ ...read.key, id: input.id });
    return {
      ok: true,
      key,
      parityAdjusted: read.parityAdjusted,
      optionalBlocks: read.optionalBlocks,
    };
  } finally {
    wipe(read.key.bytes);
  }
}

function kcvMatches(own: string, given: string): boolean {
  const length = Math.min(own.length, given.length);
  if (length < 4) return false;
  return equalTextConstantTime(own.slice(0, length), given.toUpperCase().slice(0, length));
}

function exportKey(
  { keys, random }: KeyContext,
  { key: ref, under: underRef, format, optionalBlocks }: ExportKeyInput,
): Outcome<{ block: string }> {
  const key = keys.get(ref);
  if (key === undefined) return keys.refusal(ref);
  const under = wrappingKey(keys, underRef, format, 'encrypt');
  if (under === undefined) return keys.refusal(underRef);
  // E: under key blocks only; S: in any form; N: not at all (X9.143 table 6).
  const { exportability } = key.attributes;
  if (exportability === 'N' || (exportability === 'E' && format === 'ansi-ecb')) {
    return refuse('not-allowed', 'exportability');
  }
  return writeKeyBlock({ key, under, format, optionalBlocks }, random);
}

function formKey({ keys }: KeyContext, input: FormKeyInput): Outcome<{ key: KeyRef }> {
  const { components, ...attributes } = input;
  let bytes: Uint8Array | undefined;
  try {
    const refusal = roomFor(keys, input.id);
    if (refusal !== undefined) return refusal;
    const length = lengthOf(input.algorithm);
    if (components.length < 2 || components.some((part) => part.length !== length)) {
      return refuse('input', 'components');
    }
    bytes = combineComponents(components);
    if (input.algorithm.endsWith('DEA')) adjustParity(bytes);
    return { ok: true, key: keys.add({ ...attributes, bytes }) };
  } finally {
    wipe(bytes, ...components);
  }
}

function kcv(
  { keys }: KeyContext,
  { key, method, lengthBytes = 3 }: KcvInput,
): Outcome<{ kcv: Uint8Array }> {
  const held = keys.get(key);
  if (held === undefined) return keys.refusal(key);
  if (held.cipher === undefined) return refuse('key-usage', 'no block cipher');
  // What is left of the block after the longest check value keeps it from being a known block.
  if (!Number.isInteger(lengthBytes) || lengthBytes < 2 || lengthBytes > 8) {
    return refuse('input', 'length');
  }
  return { ok: true, kcv: checkBlock(held.cipher, method).slice(0, lengthBytes) };
}

function initialKeyBytes(held: HeldKey, ksn: Uint8Array): Uint8Array | undefined {
  if (held.ref.algorithm === '2TDEA') {
    if (ksn.length !== 10) return undefined;
    held.base ??= tdesBaseKey(held.bytes);
    return tdesInitialKey(held.base, ksn);
  }
  if (ksn.length !== 8 && ksn.length !== 12) return undefined;
  return aesInitialKey(held.bytes, ksn.subarray(0, 8));
}

function deriveInitialKey(
  { keys }: KeyContext,
  input: DeriveInitialKeyInput,
): Outcome<{ key: KeyRef }> {
  const refusal = roomFor(keys, input.id);
  if (refusal !== undefined) return refusal;
  const held = keys.find(input.key, ['B0'], 'derive');
  if (held === undefined) return keys.refusal(input.key);
  const { algorithm } = held.ref;
  if (algorithm !== '2TDEA' && !algorithm.startsWith('AES')) {
    return refuse('key-usage', 'algorithm');
  }
  const bytes = initialKeyBytes(held, input.ksn);
  if (bytes === undefined) return refuse('ksn', 'length');
  try {
    // An initial key is made to be loaded into a device, so it may leave in a key block.
    const attributes = { usage: 'B1', algorithm, exportability: 'E' } as const;
    return { ok: true, key: keys.add({ id: input.id, ...attributes, bytes }) };
  } finally {
    wipe(bytes);
  }
}

/** Key management over a table of keys. */
export function keyOperations(context: KeyContext): KeyOperations {
  const { keys } = context;
  return {
    generateKey: (input) => generateKey(context, input),
    importKey: (input) => importKey(context, input),
    exportKey: (input) => exportKey(context, input),
    formKey: (input) => formKey(context, input),
    kcv: (input) => kcv(context, input),
    deriveInitialKey: (input) => deriveInitialKey(context, input),
    destroyKey: ({ key }) => (keys.destroy(key) ? { ok: true } : keys.refusal(key)),
    listKeys: () => ({ ok: true, keys: keys.list() }),
  };
}
