// Opening and sealing of PIN blocks in the soft module, under PIN keys and DUKPT working keys.
import { refuse, type Outcome, type Refusal } from '../errors.ts';
import { decipherIso4, encipherIso4 } from '../pin/iso4.ts';
import { decodePinBlock, encodePinBlock, isPanFor } from '../pin/pin-block.ts';
import { readyKey, releaseKey, type ReadyKey } from './working-key.ts';
import type { ClearPin, PinBlockError, PinFill } from '../pin/pin-block.ts';
import type { KeyTable } from './key-table.ts';
import type { RandomSource } from './soft-module.ts';
import type { KeyUsage } from '../key.ts';
import type { EncipheredPin, PinBlockFormat, PinKey } from '../operations/pin.ts';

/** Under what, as what and for which PAN a PIN is enciphered. */
export interface PinTarget extends PinKey {
  readonly format: PinBlockFormat;
  readonly pan: string;
}

const pinUsages: readonly KeyUsage[] = ['P0'];
const clear = new Uint8Array(16);
const clear8 = clear.subarray(0, 8);

function blockRefusal(error: PinBlockError): Refusal {
  if (error === 'pin-length') return refuse('pin-length');
  return error === 'pan' ? refuse('input', 'pan') : refuse('pin-block');
}

const blockLengthOf = (format: PinBlockFormat): 8 | 16 => (format === 4 ? 16 : 8);

function pinKey(
  keys: KeyTable,
  input: PinKey,
  format: PinBlockFormat,
  purpose: 'encrypt' | 'decrypt',
): ReadyKey | Refusal {
  const type = format === 4 ? undefined : '2TDEA';
  const key = readyKey(keys, input, { use: 'pin', usages: pinUsages, purpose, type });
  if (!key.ok) return key;
  if (key.cipher?.blockLength !== blockLengthOf(format)) {
    releaseKey(key);
    return refuse('key-usage', 'algorithm');
  }
  return key;
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

/** Deciphers a block into `pin`, which the caller wipes also after a refusal; undefined when done. */
export function openPin(
  { keys }: PinContext,
  input: EncipheredPin,
  pin: ClearPin,
): Refusal | undefined {
  const { format, block, pan } = input;
  const key = pinKey(keys, input, format, 'decrypt');
  if (!key.ok) return key;
  try {
    const { cipher } = key;
    if (cipher === undefined) return refuse('key-usage', 'algorithm');
    if (block.length !== blockLengthOf(format)) return refuse('input', 'block');
    if (!isPanFor(format, pan)) return refuse('input', 'pan');
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
    releaseKey(key);
  }
}

/** Enciphers a PIN. */
export function sealPin(
  { keys, random }: PinContext,
  to: PinTarget,
  pin: ClearPin,
): Outcome<{ block: Uint8Array }> {
  const { format, pan } = to;
  const key = pinKey(keys, to, format, 'encrypt');
  if (!key.ok) return key;
  try {
    const { cipher } = key;
    if (cipher === undefined) return refuse('key-usage', 'algorithm');
    const block = new Uint8Array(blockLengthOf(format));
    if (format === 4) block.set(random(8), 8);
    const fill = format === 1 ? fillAny : fillHigh;
    const error = encodePinBlock(format, pin, pan, block, fill(random));
    if (error !== undefined) return blockRefusal(error);
    if (format === 4) encipherIso4(cipher, block, pan);
    else cipher.encryptBlock(block, 0, block, 0);
    return { ok: true, block };
  } finally {
    releaseKey(key);
  }
}
