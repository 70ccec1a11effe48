// Kinds of security vectors about PINs: blocks of formats 0 to 4, translation, policy, PVV, IBM 3624.
import {
  type PinBlockFormat,
  type PinFill,
  TdesCipher,
  clearPinText,
  decipherIso4,
  decodePinBlock,
  encipherIso4,
  encodePinBlock,
  ibm3624ValidationData,
  isPanFor,
  isTranslationAllowed,
  iso4PanField,
  makeCipher,
  naturalPin,
  newClearPin,
  offsetOfPin,
  pinFromOffset,
  visaPvv,
} from '@chipswitch/cryptography';
import { createSoftModule } from '@chipswitch/security-module';
import * as v from 'valibot';
import {
  boolean,
  digits,
  hex,
  maybe,
  object,
  oneNumberOf,
  refusal,
  saying,
  text,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { clearPinOf } from './emv-scripts.ts';

const format = oneNumberOf(0, 1, 2, 3, 4);
const fill = maybe(saying(text, 'hex digits that fill the block'), '');
const pan = maybe(saying(digits, 'the whole number with its check digit; not in formats 1 and 2'));
const blockWords = [
  'block-length',
  'control-field',
  'pin-length',
  'non-numeric',
  'filler',
  'pan',
] as const;

/** The fill digits that a vector prescribes. */
const fillOf =
  (nibbles: string): PinFill =>
  (count) =>
    Uint8Array.from(nibbles, (digit) => Number.parseInt(digit, 16)).slice(0, count);

/** A PIN block, in clear; the second half of format 4 is prescribed. */
export function pinBlockOf(input: {
  readonly format: PinBlockFormat;
  readonly pin: string;
  readonly pan?: string | undefined;
  readonly fill?: string;
  readonly random?: Uint8Array | undefined;
}): Uint8Array {
  const block = new Uint8Array(input.format === 4 ? 16 : 8);
  if (input.random !== undefined) block.set(input.random, 8);
  const pin = clearPinOf(input.pin);
  const error = encodePinBlock(input.format, pin, input.pan ?? '', block, fillOf(input.fill ?? ''));
  if (error !== undefined) throw new Error(`refused: ${error}`);
  return block;
}

/** A format 4 block enciphered under a key, its random half prescribed. */
export function encipheredIso4(
  key: Uint8Array,
  input: { readonly pin: string; readonly pan: string; readonly random: Uint8Array },
): Uint8Array {
  const block = pinBlockOf({ format: 4, ...input });
  encipherIso4(makeCipher('AES128', key), block, input.pan);
  return block;
}

interface BlockToRead {
  readonly format: PinBlockFormat;
  readonly block: Uint8Array;
  readonly pan?: string | undefined;
}

function readBlock(input: BlockToRead): unknown {
  const pin = newClearPin();
  const error = decodePinBlock(input.format, input.block, input.pan ?? '', pin);
  return error === undefined ? { pin: clearPinText(pin) } : { error };
}

const iso4Input = object({ key: hex, block: hex, pan: digits });

function readIso4(input: v.InferOutput<typeof iso4Input>): unknown {
  if (input.block.length !== 16) return { error: 'block-length' };
  if (!isPanFor(4, input.pan)) return { error: 'pan' };
  const block = input.block.slice();
  decipherIso4(makeCipher('AES128', input.key), block, input.pan);
  return readBlock({ format: 4, block, pan: input.pan });
}

const blockInput = object({ format, block: hex, pan });

const blocks: Kinds = {
  'pinblock.encode': kind({
    about: 'A clear PIN block (ISO 9564-1).',
    input: object({ format, pin: digits, pan, fill, random: maybe(saying(hex, 'format 4')) }),
    expect: object({ block: hex }),
    run: (input) => ({ block: pinBlockOf(input) }),
  }),
  'pinblock.decode': kind({
    about: 'The PIN in a clear block.',
    input: blockInput,
    expect: object({ pin: digits }),
    run: readBlock,
  }),
  'pinblock.decode.error': kind({
    about: 'Why a clear block is none.',
    input: blockInput,
    refusal: refusal(...blockWords),
    run: readBlock,
  }),
  'pinblock.iso4.panfield': kind({
    about: 'The account number field of format 4.',
    input: object({ pan: digits }),
    expect: object({ field: hex }),
    run: (input) => ({ field: iso4PanField(input.pan) }),
  }),
  'pinblock.iso4.encipher': kind({
    about: 'An enciphered block of format 4; random: its eight bytes of fill.',
    input: object({ key: hex, pin: digits, pan: digits, random: hex }),
    expect: object({ block: hex }),
    run: (input) => ({ block: encipheredIso4(input.key, input) }),
  }),
  'pinblock.iso4.decipher': kind({
    about: 'The PIN in an enciphered block of format 4.',
    input: iso4Input,
    expect: object({ pin: digits }),
    run: readIso4,
  }),
  'pinblock.iso4.decipher.error': kind({
    about: 'Why an enciphered block of format 4 is none.',
    input: iso4Input,
    refusal: refusal(...blockWords),
    run: readIso4,
  }),
};

const translation = object({
  keyIn: hex,
  formatIn: format,
  block: hex,
  pan,
  keyOut: hex,
  formatOut: format,
  fill,
  random: maybe(saying(hex, 'format 4')),
});

/** Random bytes as a vector prescribes them: bytes, or a nibble each (format 3 draws from 10 to 15). */
const randomOf =
  (input: v.InferOutput<typeof translation>) =>
  (length: number): Uint8Array => {
    if (input.random !== undefined) return input.random.slice(0, length);
    const nibbles = fillOf(input.fill)(length);
    const bytes = new Uint8Array(length);
    const lowest = input.formatOut === 3 ? 10 : 0;
    for (const [index, nibble] of nibbles.entries()) bytes[index] = nibble - lowest;
    return bytes;
  };

function algorithmOf(key: Uint8Array, of: PinBlockFormat) {
  if (of === 4) return key.length === 16 ? 'AES128' : key.length === 24 ? 'AES192' : 'AES256';
  return key.length === 24 ? '3TDEA' : key.length === 16 ? '2TDEA' : 'DEA';
}

function translate(input: v.InferOutput<typeof translation>): unknown {
  const randomSource = randomOf(input);
  const module = createSoftModule({ allowClearKeysInProcess: true, randomSource });
  const load = (id: string, bytes: Uint8Array, of: PinBlockFormat) =>
    module.loadClearKey({ id, usage: 'P0', algorithm: algorithmOf(bytes, of), bytes });
  const result = module.translatePin({
    from: {
      key: load('keyIn', input.keyIn, input.formatIn),
      format: input.formatIn,
      block: input.block,
      pan: input.pan ?? '',
    },
    to: { key: load('keyOut', input.keyOut, input.formatOut), format: input.formatOut },
  });
  if (!result.ok) throw new Error(`refused: ${result.error.code}`);
  return { block: result.block };
}

const translations: Kinds = {
  'pin.translate': kind({
    about: 'A PIN block from one key and format to another.',
    input: translation,
    expect: object({ block: hex }),
    run: translate,
  }),
  'pin.translate.policy': kind({
    about: 'Whether ISO 9564-1 allows a translation; samePan: the account number stays.',
    input: object({ formatIn: format, formatOut: format, samePan: maybe(boolean, true) }),
    expect: object({ allowed: boolean }),
    run: ({ formatIn, formatOut, samePan }) => ({
      allowed: isTranslationAllowed(formatIn, formatOut, samePan),
    }),
  }),
};

const ibmKey = { pvk: hex, decimalisationTable: digits, validationData: text };

const natural = (
  input: {
    readonly pvk: Uint8Array;
    readonly decimalisationTable: string;
    readonly validationData: string;
  },
  length: number,
): Uint8Array =>
  naturalPin(
    new TdesCipher(input.pvk),
    input.validationData.padEnd(16, 'F'),
    input.decimalisationTable,
    length,
  );

const verification: Kinds = {
  'pin.pvv': kind({
    about: 'Visa PIN verification value.',
    input: object({ pvk: hex, pvki: digits, pin: digits, pan: digits }),
    expect: object({ pvv: digits }),
    run: (input) => ({
      pvv: visaPvv(new TdesCipher(input.pvk), input.pan, input.pvki, clearPinOf(input.pin)),
    }),
  }),
  'pin.ibm3624.pin': kind({
    about: 'The PIN that an IBM 3624 offset stands for.',
    input: object({ ...ibmKey, offset: digits }),
    expect: object({ pin: digits }),
    run: (input) => {
      const pin = newClearPin();
      pinFromOffset(natural(input, input.offset.length), input.offset, pin);
      return { pin: clearPinText(pin) };
    },
  }),
  'pin.ibm3624.offset': kind({
    about: 'The IBM 3624 offset of a PIN.',
    input: object({ ...ibmKey, pin: digits }),
    expect: object({ offset: digits }),
    run: (input) => {
      const pin = clearPinOf(input.pin);
      return { offset: offsetOfPin(natural(input, pin.length), pin) };
    },
  }),
  'pin.ibm3624.validationdata': kind({
    about: 'Validation data with N replaced by digits of the account number.',
    input: object({ pinValidationData: text, pan12: digits }),
    expect: object({ block: text }),
    run: (input) => ({ block: ibm3624ValidationData(input.pinValidationData, input.pan12) }),
  }),
};

/** Kinds about PINs. */
export const pinKinds: Kinds = { ...blocks, ...translations, ...verification };
