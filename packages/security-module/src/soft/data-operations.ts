// Encipherment of data, and of card data, in the soft module.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes, wipe, given } from '@chipswitch/bytes';
import {
  readCardData,
  type ClearCardData,
  cbcDecrypt,
  cbcEncrypt,
  ecbDecrypt,
  ecbEncrypt,
  type BlockCipher,
  refuse,
  type Outcome,
  hmacSha,
  type RandomSource,
  type KeyUsage,
} from '@chipswitch/cryptography';
import type { CardDataAnswer, CardDataInput, CipherInput } from '../operations/data.ts';
import type { SecurityOperations } from '../security-module.ts';
import type { HeldKey, KeyTable } from './key-table.ts';
import { readyKey, releaseKey, type ReadyKey } from './working-key.ts';

/** Operations that encipher data. */
export type DataOperations = Pick<
  SecurityOperations,
  'encrypt' | 'decrypt' | 'reencrypt' | 'decryptCardData'
>;

const dataUsages: readonly KeyUsage[] = ['D0'];
const GCM_NONCE = 12;
const GCM_TAG = 16;

interface Gcm {
  readonly held: HeldKey;
  readonly iv: Uint8Array;
  readonly additionalData: Uint8Array | undefined;
}

const gcmName = (held: HeldKey) => `aes-${(held.bytes.length * 8) as 128 | 192 | 256}-gcm` as const;

function gcmSeal({ held, iv, additionalData }: Gcm, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(gcmName(held), held.object, iv, { authTagLength: GCM_TAG });
  if (additionalData !== undefined) cipher.setAAD(additionalData);
  return concatBytes(cipher.update(data), cipher.final(), cipher.getAuthTag());
}

function gcmOpen({ held, iv, additionalData }: Gcm, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < GCM_TAG) return undefined;
  const cipher = createDecipheriv(gcmName(held), held.object, iv, { authTagLength: GCM_TAG });
  if (additionalData !== undefined) cipher.setAAD(additionalData);
  cipher.setAuthTag(sealed.subarray(sealed.length - GCM_TAG));
  const clear = cipher.update(sealed.subarray(0, sealed.length - GCM_TAG));
  try {
    cipher.final();
    return new Uint8Array(clear);
  } catch {
    // node:crypto throws where the tag does not hold; what was deciphered must not be used.
    clear.fill(0);
    return undefined;
  }
}

function withGcm(
  key: ReadyKey,
  input: CipherInput,
  direction: 'encrypt' | 'decrypt',
): Outcome<{ data: Uint8Array }> {
  const { held } = key;
  if (!held.ref.algorithm.startsWith('AES') || key.derived) return refuse('key-usage', 'algorithm');
  const { iv, additionalData, data } = input;
  if (iv?.length !== GCM_NONCE) return refuse('input', 'iv');
  const parts = { held, iv, additionalData };
  if (direction === 'encrypt') return { ok: true, data: gcmSeal(parts, data) };
  const clear = gcmOpen(parts, data);
  return clear === undefined ? refuse('not-verified') : { ok: true, data: clear };
}

function withBlocks(
  cipher: BlockCipher,
  input: CipherInput,
  direction: 'encrypt' | 'decrypt',
): Outcome<{ data: Uint8Array }> {
  const { data, iv, mode } = input;
  const size = cipher.blockLength;
  if (data.length === 0 || data.length % size !== 0) return refuse('input', 'length');
  if (mode === 'ecb') {
    if (iv !== undefined) return refuse('input', 'iv');
    const transform = direction === 'encrypt' ? ecbEncrypt : ecbDecrypt;
    return { ok: true, data: transform(cipher, data) };
  }
  if (iv !== undefined && iv.length !== size) return refuse('input', 'iv');
  const transform = direction === 'encrypt' ? cbcEncrypt : cbcDecrypt;
  return { ok: true, data: transform(cipher, data, iv) };
}

function transform(
  keys: KeyTable,
  input: CipherInput,
  direction: 'encrypt' | 'decrypt',
): Outcome<{ data: Uint8Array }> {
  const key = readyKey(keys, input, { use: 'data', usages: dataUsages, purpose: direction });
  if (!key.ok) return key;
  try {
    if (input.mode === 'gcm') return withGcm(key, input, direction);
    if (key.cipher === undefined) return refuse('key-usage', 'algorithm');
    return withBlocks(key.cipher, input, direction);
  } finally {
    releaseKey(key);
  }
}

const asText = (digits: Uint8Array): string => Array.from(digits).join('');

interface PanOutlets {
  readonly hmacKey: HeldKey | undefined;
  readonly dataKey: HeldKey | undefined;
}

function redacted(
  card: ClearCardData,
  { hmacKey, dataKey }: PanOutlets,
  random: RandomSource,
): CardDataAnswer {
  const { pan, expiry, serviceCode } = card;
  const ascii = pan.map((digit) => digit + 0x30);
  try {
    const iv = dataKey === undefined ? undefined : random(GCM_NONCE);
    const sealed =
      dataKey === undefined || iv === undefined
        ? undefined
        : concatBytes(iv, gcmSeal({ held: dataKey, iv, additionalData: undefined }, ascii));
    return {
      panFirst6: asText(pan.subarray(0, 6)),
      panLast4: asText(pan.subarray(-4)),
      panLength: pan.length,
      ...given({ expiry, serviceCode }),
      ...(hmacKey === undefined ? {} : { panHmac: hmacSha('sha256', hmacKey.object, ascii) }),
      ...given({ panEncrypted: sealed }),
    };
  } finally {
    wipe(ascii);
  }
}

function cardData(
  keys: KeyTable,
  random: RandomSource,
  input: CardDataInput,
): Outcome<{ card: CardDataAnswer }> {
  const { panHmacKey, panEncryptUnder } = input;
  const hmacKey = panHmacKey && keys.find(panHmacKey, ['M7'], 'generate');
  if (panHmacKey !== undefined && hmacKey === undefined) return keys.refusal(panHmacKey);
  const dataKey = panEncryptUnder && keys.find(panEncryptUnder, ['D0'], 'encrypt');
  if (panEncryptUnder !== undefined && dataKey === undefined) return keys.refusal(panEncryptUnder);
  if (dataKey !== undefined && dataKey.ref.algorithm !== 'AES256') {
    return refuse('key-usage', 'algorithm');
  }
  const clear = transform(keys, { ...input, mode: 'cbc' }, 'decrypt');
  if (!clear.ok) return clear;
  const card = readCardData(clear.data, input.template);
  try {
    if (card === undefined) return refuse('input', 'card data');
    return { ok: true, card: redacted(card, { hmacKey, dataKey }, random) };
  } finally {
    wipe(clear.data, card?.pan);
  }
}

/** Encipherment over a table of keys. */
export function dataOperations(keys: KeyTable, random: RandomSource): DataOperations {
  return {
    encrypt: (input) => transform(keys, input, 'encrypt'),
    decrypt: (input) => transform(keys, input, 'decrypt'),
    reencrypt: ({ from, to }) => {
      const clear = transform(keys, from, 'decrypt');
      if (!clear.ok) return clear;
      try {
        return transform(keys, { ...to, data: clear.data }, 'encrypt');
      } finally {
        wipe(clear.data);
      }
    },
    decryptCardData: (input) => cardData(keys, random, input),
  };
}
