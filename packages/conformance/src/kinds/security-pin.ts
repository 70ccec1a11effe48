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
import { aesKey, anyKey, pan as wholePan, pin, tdesKey } from '../card-forms.ts';
import {
  boolean,
  bytesOf,
  digits,
  digitsFrom,
  digitsOf,
  hex,
  maybe,
  object,
  oneNumberOf,
  refusal,
  saying,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { clearPinOf } from './emv-scripts.ts';

const format = oneNumberOf(0, 1, 2, 3, 4);
const nibbles = v.pipe(
  v.string(),
  v.regex(/^[0-9A-F]{0,14}$/, 'is no fill'),
  v.title('at most 14 hex digits'),
);
const fill = maybe(saying(nibbles, 'fill the block'), '');
const panWords = 'the whole number with its check digit; not in formats 1 and 2';
const pan = maybe(saying(wholePan, panWords));
const random = bytesOf(8);

/** A card number stands with the formats that hold it, and with no other (ISO 9564-1). */
function misfit(input: { readonly format: number; readonly pan?: string | undefined }) {
  const takesNone = input.format === 1 || input.format === 2;
  return (input.pan === undefined) === takesNone ? undefined : 'pan: stands with formats 0, 3, 4';
}
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
  (nibbleText: string): PinFill =>
  (count) =>
    Uint8Array.from(nibbleText, (digit) => Number.parseInt(digit, 16)).slice(0, count);

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
  const clear = clearPinOf(input.pin);
  const error = encodePinBlock(
    input.format,
    clear,
    input.pan ?? '',
    block,
    fillOf(input.fill ?? ''),
  );
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
  const clear = newClearPin();
  const error = decodePinBlock(input.format, input.block, input.pan ?? '', clear);
  return error === undefined ? { pin: clearPinText(clear) } : { error };
}

const iso4Input = object({ key: aesKey, block: bytesOf(16), pan: wholePan });
const iso4Refused = object({ key: aesKey, block: hex, pan: digits });

function readIso4(input: v.InferOutput<typeof iso4Refused>): unknown {
  if (input.block.length !== 16) return { error: 'block-length' };
  if (!isPanFor(4, input.pan)) return { error: 'pan' };
  const block = input.block.slice();
  decipherIso4(makeCipher('AES128', input.key), block, input.pan);
  return readBlock({ format: 4, block, pan: input.pan });
}

const blockRefused = object({ format, block: hex, pan: maybe(saying(digits, panWords)) });

const blocks: Kinds = {
  'pinblock.encode': kind({
    about: 'A clear PIN block (ISO 9564-1).',
    input: object({ format, pin, pan, fill, random: maybe(saying(random, 'format 4')) }),
    misfit,
    expect: object({ block: bytesOf(8, 16) }),
    run: (input) => ({ block: pinBlockOf(input) }),
  }),
  'pinblock.decode': kind({
    about: 'The PIN in a clear block.',
    input: object({ format, block: bytesOf(8, 16), pan }),
    misfit,
    expect: object({ pin }),
    run: readBlock,
  }),
  'pinblock.decode.error': kind({
    about: 'Why a clear block is none.',
    input: blockRefused,
    refusal: refusal(...blockWords),
    run: readBlock,
  }),
  'pinblock.iso4.panfield': kind({
    about: 'The account number field of format 4.',
    input: object({ pan: digitsFrom(1, 19) }),
    expect: object({ field: bytesOf(16) }),
    run: (input) => ({ field: iso4PanField(input.pan) }),
  }),
  'pinblock.iso4.encipher': kind({
    about: 'An enciphered block of format 4; random: its eight bytes of fill.',
    input: object({ key: aesKey, pin, pan: wholePan, random }),
    expect: object({ block: bytesOf(16) }),
    run: (input) => ({ block: encipheredIso4(input.key, input) }),
  }),
  'pinblock.iso4.decipher': kind({
    about: 'The PIN in an enciphered block of format 4.',
    input: iso4Input,
    expect: object({ pin }),
    run: readIso4,
  }),
  'pinblock.iso4.decipher.error': kind({
    about: 'Why an enciphered block of format 4 is none.',
    input: iso4Refused,
    refusal: refusal(...blockWords),
    run: readIso4,
  }),
};

const translation = object({
  keyIn: anyKey,
  formatIn: format,
  block: bytesOf(8, 16),
  pan,
  keyOut: anyKey,
  formatOut: format,
  fill,
  random: maybe(saying(random, 'format 4')),
});

/** Random bytes as a vector prescribes them: bytes, or a nibble each (format 3 draws from 10 to 15). */
const randomOf =
  (input: v.InferOutput<typeof translation>) =>
  (length: number): Uint8Array => {
    if (input.random !== undefined) return input.random.slice(0, length);
    const drawn = fillOf(input.fill)(length);
    const bytes = new Uint8Array(length);
    const lowest = input.formatOut === 3 ? 10 : 0;
    for (const [index, nibble] of drawn.entries()) bytes[index] = nibble - lowest;
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
    expect: object({ block: bytesOf(8, 16) }),
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

const validation = v.pipe(
  v.string(),
  v.regex(/^[0-9A-F]{1,16}$/, 'is no validation data'),
  v.title('1 to 16 hex digits'),
);
const withPlaceOfPan = v.pipe(
  v.string(),
  v.regex(/^[0-9A-F]*N[0-9A-F]*$/, 'is no validation data'),
  v.maxLength(16, 'is longer than a block'),
  v.title('hex digits and one N'),
);
const ibmKey = { pvk: tdesKey, decimalisationTable: digitsOf(16), validationData: validation };

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
    input: object({ pvk: tdesKey, pvki: digitsOf(1), pin, pan: wholePan }),
    expect: object({ pvv: digitsOf(4) }),
    run: (input) => ({
      pvv: visaPvv(new TdesCipher(input.pvk), input.pan, input.pvki, clearPinOf(input.pin)),
    }),
  }),
  'pin.ibm3624.pin': kind({
    about: 'The PIN that an IBM 3624 offset stands for.',
    input: object({ ...ibmKey, offset: pin }),
    expect: object({ pin }),
    run: (input) => {
      const found = newClearPin();
      pinFromOffset(natural(input, input.offset.length), input.offset, found);
      return { pin: clearPinText(found) };
    },
  }),
  'pin.ibm3624.offset': kind({
    about: 'The IBM 3624 offset of a PIN.',
    input: object({ ...ibmKey, pin }),
    expect: object({ offset: pin }),
    run: (input) => {
      const clear = clearPinOf(input.pin);
      return { offset: offsetOfPin(natural(input, clear.length), clear) };
    },
  }),
  'pin.ibm3624.validationdata': kind({
    about: 'Validation data with N replaced by digits of the account number.',
    input: object({ pinValidationData: withPlaceOfPan, pan12: digitsOf(12) }),
    expect: object({ block: validation }),
    run: (input) => ({ block: ibm3624ValidationData(input.pinValidationData, input.pan12) }),
  }),
};

/** Kinds about PINs. */
export const pinKinds: Kinds = { ...blocks, ...translations, ...verification };
