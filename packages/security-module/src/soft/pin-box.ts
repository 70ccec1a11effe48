// Opening and sealing of PIN blocks in the soft module, under PIN keys and DUKPT working keys.
import {
  refuse,
  type Outcome,
  type Refusal,
  decipherIso4,
  encipherIso4,
  loadWords,
  storeWords,
  type TdesCipher,
  checkFormat0,
  decodePinBlock,
  encodePinBlock,
  isPanFor,
  isPinBlockFormat,
  type BlockCipher,
  type ClearPin,
  type PinBlockErrorCode,
  type PinFill,
  type RandomSource,
  type KeyUsage,
  type PinBlockFormat,
} from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';
import type { EncipheredPin, PinKey } from '../operations/pin.ts';
import type { KeyTable } from './key-table.ts';
import { readyKey, releaseKey } from './working-key.ts';

/** Under what, as what and for which PAN a PIN is enciphered. */
export interface PinTarget extends PinKey {
  readonly format: PinBlockFormat;
  readonly pan: string;
}

const pinUsages: readonly KeyUsage[] = ['P0'];
const clear = new Uint8Array(16);
const clear8 = clear.subarray(0, 8);

function blockRefusal(error: PinBlockErrorCode): Refusal {
  if (error === 'pin-length') return refuse('pin-length');
  return error === 'pan' ? refuse('input', 'pan') : refuse('pin-block');
}

const blockLengthOf = (format: PinBlockFormat): 8 | 16 => (format === 4 ? 16 : 8);

// The cipher for a format: the key's own, or that of a working key, which is wiped after `work`.
function withPinCipher<T>(
  keys: KeyTable,
  input: PinKey,
  purpose: 'encrypt' | 'decrypt',
  format: PinBlockFormat,
  work: (cipher: BlockCipher) => T,
): T | Refusal {
  if (input.ksn === undefined) {
    const cipher = pinCipher(keys, input.key, purpose, format);
    return 'ok' in cipher ? cipher : work(cipher);
  }
  const type = format === 4 ? undefined : '2TDEA';
  const key = readyKey(keys, input, { use: 'pin', usages: pinUsages, purpose, type });
  if (!key.ok) return key;
  try {
    if (key.cipher?.blockLength !== blockLengthOf(format)) return refuse('key-usage', 'algorithm');
    return work(key.cipher);
  } finally {
    releaseKey(key);
  }
}

/** The cipher of a PIN key (P0) for a format, or why not. */
export function pinCipher(
  keys: KeyTable,
  key: KeyRef,
  purpose: 'encrypt' | 'decrypt',
  format: PinBlockFormat,
): BlockCipher | Refusal {
  const held = keys.find(key, pinUsages, purpose);
  if (held === undefined) return keys.refusal(key);
  const { cipher } = held;
  return cipher?.blockLength === blockLengthOf(format) ? cipher : refuse('key-usage', 'algorithm');
}

// Format 1 takes any nibbles.
const fillAny =
  (random: RandomSource): PinFill =>
  (count) =>
    random(count).map((byte) => byte & 15);

// Format 3 takes A to F: six values, drawn from bytes below 252 so that none is likelier.
const fillHigh =
  (random: RandomSource): PinFill =>
  (count) => {
    const nibbles = new Uint8Array(count);
    for (let done = 0; done < count;) {
      for (const byte of random(2 * count)) {
        if (byte < 252 && done < count) nibbles[done++] = 10 + (byte % 6);
      }
    }
    return nibbles;
  };

/** What opening and sealing need. */
export interface PinContext {
  readonly keys: KeyTable;
  readonly random: RandomSource;
}

function openWith(cipher: BlockCipher, input: EncipheredPin, pin: ClearPin): Refusal | undefined {
  const { format, block, pan } = input;
  if (!isPinBlockFormat(format)) return refuse('pin-format');
  if (block.length !== blockLengthOf(format)) return refuse('input', 'block');
  if (!isPanFor(format, pan)) return refuse('input', 'pan');
  try {
    let field = clear8;
    if (format === 4) {
      field = clear;
      clear.set(block);
      decipherIso4(cipher, clear, pan);
    } else cipher.decryptBlock(block, 0, clear, 0);
    const error = decodePinBlock(format, field, pan, pin);
    return error === undefined ? undefined : blockRefusal(error);
  } finally {
    clear.fill(0);
  }
}

/**
 * Deciphers a block into `pin`, which the caller wipes also after a refusal; undefined when done.
 */
export function openPin(
  { keys }: PinContext,
  input: EncipheredPin,
  pin: ClearPin,
): Refusal | undefined {
  return withPinCipher(keys, input, 'decrypt', input.format, (cipher) =>
    openWith(cipher, input, pin),
  );
}

/** Enciphers a PIN. */
export function sealPin(
  { keys, random }: PinContext,
  to: PinTarget,
  pin: ClearPin,
): Outcome<{ block: Uint8Array }> {
  const { format, pan } = to;
  if (!isPinBlockFormat(format)) return refuse('pin-format');
  return withPinCipher(keys, to, 'encrypt', format, (cipher) => {
    const block = new Uint8Array(blockLengthOf(format));
    if (format === 4) block.set(random(8), 8);
    const fill = format === 1 ? fillAny : fillHigh;
    const error = encodePinBlock(format, pin, pan, block, fill(random));
    if (error !== undefined) return blockRefusal(error);
    if (format === 4) encipherIso4(cipher, block, pan);
    else cipher.encryptBlock(block, 0, block, 0);
    return { ok: true, block } as const;
  });
}

const words = new Int32Array(2);

/**
 * Format 0 to format 0 of one PAN under PIN keys, the work of a switch: the clear block is the same
 * on both sides, so it is checked and enciphered again, not taken apart and built anew.
 */
export function moveFormat0(
  from: TdesCipher,
  to: TdesCipher,
  input: EncipheredPin,
): Outcome<{ block: Uint8Array; pinLength: number }> {
  if (input.block.length !== 8) return refuse('input', 'block');
  loadWords(input.block, 0, words);
  from.decryptWords(words);
  const pinLength = checkFormat0(words, input.pan);
  if (typeof pinLength === 'string') {
    words[0] = words[1] = 0;
    return blockRefusal(pinLength);
  }
  to.encryptWords(words);
  const block = new Uint8Array(8);
  storeWords(words, block, 0);
  return { ok: true, block, pinLength };
}
