// Security vectors of PINs: blocks of formats 0 to 4, translation, policy, PVV, IBM 3624.
import {
  type ClearPin,
  clearPinFromText,
  clearPinText,
  decipherIso4,
  decodePinBlock,
  encipherIso4,
  encodePinBlock,
  ibm3624ValidationData,
  isPanFor,
  iso4PanField,
  isTranslationAllowed,
  makeCipher,
  naturalPin,
  newClearPin,
  offsetOfPin,
  type PinBlockFormat,
  type PinFill,
  pinFromOffset,
  TdesCipher,
  visaPvv,
} from '@chipswitch/cryptography';
import { createSoftModule, type SoftModule } from '@chipswitch/security-module';
import { bytesAt, bytesIfAny, comparing, type Fields, numberAt, textAt } from './emv-input.ts';
import { textOr } from './kinds-security-key.ts';
import type { Kinds } from './runner.ts';

/** A PIN block format out of a vector. */
export function formatAt(input: Fields, name: string): PinBlockFormat {
  const format = numberAt(input, name);
  if (![0, 1, 2, 3, 4].includes(format)) throw new Error(`no PIN block format ${format}`);
  return format as PinBlockFormat;
}

/** A PIN out of a vector. */
export function pinAt(input: Fields): ClearPin {
  const pin = clearPinFromText(textAt(input, 'pin'));
  if (pin === undefined) throw new Error('no PIN');
  return pin;
}

/** The fill digits that a vector prescribes. */
export function fillOf(input: Fields): PinFill {
  const nibbles = Uint8Array.from(textOr(input, 'fill', ''), (digit) => parseInt(digit, 16));
  return (count) => nibbles.slice(0, count);
}

const panOf = (input: Fields): string => textOr(input, 'pan', '');

/** A format 4 block enciphered under a key, its random half prescribed. */
export function encipheredIso4(key: Uint8Array, input: Fields): Uint8Array {
  const block = new Uint8Array(16);
  block.set(bytesAt(input, 'random'), 8);
  const error = encodePinBlock(4, pinAt(input), panOf(input), block, fillOf(input));
  if (error !== undefined) throw new Error(`refused: ${error}`);
  encipherIso4(makeCipher('AES128', key), block, panOf(input));
  return block;
}

function decoded(format: PinBlockFormat, block: Uint8Array, pan: string): string {
  const pin = newClearPin();
  return decodePinBlock(format, block, pan, pin) ?? `pin ${clearPinText(pin)}`;
}

function decipheredIso4(input: Fields): string {
  const block = bytesAt(input, 'block');
  if (block.length !== 16) return 'block-length';
  if (!isPanFor(4, panOf(input))) return 'pan';
  decipherIso4(makeCipher('AES128', bytesAt(input, 'key')), block, panOf(input));
  return decoded(4, block, panOf(input));
}

const pinOf = (result: string): Fields =>
  result.startsWith('pin ') ? { pin: result.slice(4) } : { error: result };

// The soft module's random source gives what the vector prescribes: bytes, or one nibble a byte
// (10 to 15 for format 3, which the module draws from bytes below 252 modulo six).
function moduleFor(input: Fields): SoftModule {
  const random = bytesIfAny(input, 'random');
  const fill = fillOf(input)(14);
  const high = numberAt(input, 'formatOut') === 3;
  return createSoftModule({
    allowClearKeysInProcess: true,
    randomSource: (length) => {
      if (random !== undefined) return random.slice(0, length);
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = high ? (fill[i] ?? 10) - 10 : (fill[i] ?? 0);
      return bytes;
    },
  });
}

const algorithmOf = (key: Uint8Array, format: PinBlockFormat) => {
  if (format === 4) return key.length === 16 ? 'AES128' : key.length === 24 ? 'AES192' : 'AES256';
  return key.length === 24 ? '3TDEA' : key.length === 16 ? '2TDEA' : 'DEA';
};

function translated(input: Fields): Fields {
  const module = moduleFor(input);
  const formatIn = formatAt(input, 'formatIn');
  const formatOut = formatAt(input, 'formatOut');
  const load = (id: string, format: PinBlockFormat) => {
    const bytes = bytesAt(input, id);
    const algorithm = algorithmOf(bytes, format);
    return module.loadClearKey({ id, usage: 'P0', algorithm, bytes });
  };
  const result = module.translatePin({
    from: {
      key: load('keyIn', formatIn),
      format: formatIn,
      block: bytesAt(input, 'block'),
      pan: panOf(input),
    },
    to: { key: load('keyOut', formatOut), format: formatOut },
  });
  return result.ok ? { block: result.block } : { error: result.error.code };
}

const natural = (input: Fields, length: number): Uint8Array =>
  naturalPin(
    new TdesCipher(bytesAt(input, 'pvk')),
    textAt(input, 'validationData').padEnd(16, 'F'),
    textAt(input, 'decimalisationTable'),
    length,
  );

/** Kinds of PINs. */
export const pinKinds: Kinds = {
  'pinblock.encode': comparing((input) => {
    const format = formatAt(input, 'format');
    const block = new Uint8Array(format === 4 ? 16 : 8);
    if (format === 4) block.set(bytesIfAny(input, 'random') ?? new Uint8Array(8), 8);
    const error = encodePinBlock(format, pinAt(input), panOf(input), block, fillOf(input));
    return error === undefined ? { block } : { error };
  }),
  'pinblock.decode': comparing((input) =>
    pinOf(decoded(formatAt(input, 'format'), bytesAt(input, 'block'), panOf(input))),
  ),
  'pinblock.decode.error': comparing((input) =>
    pinOf(decoded(formatAt(input, 'format'), bytesAt(input, 'block'), panOf(input))),
  ),
  'pinblock.iso4.panfield': comparing((input) => ({ field: iso4PanField(panOf(input)) })),
  'pinblock.iso4.encipher': comparing((input) => ({
    block: encipheredIso4(bytesAt(input, 'key'), input),
  })),
  'pinblock.iso4.decipher': comparing((input) => pinOf(decipheredIso4(input))),
  'pinblock.iso4.decipher.error': comparing((input) => pinOf(decipheredIso4(input))),
  'pin.translate': comparing(translated),
  'pin.translate.policy': comparing((input) => ({
    allowed: isTranslationAllowed(
      formatAt(input, 'formatIn'),
      formatAt(input, 'formatOut'),
      input['samePan'] !== false,
    ),
  })),
  'pin.pvv': comparing((input) => ({
    pvv: visaPvv(
      new TdesCipher(bytesAt(input, 'pvk')),
      panOf(input),
      textAt(input, 'pvki'),
      pinAt(input),
    ),
  })),
  'pin.ibm3624.pin': comparing((input) => {
    const offset = textAt(input, 'offset');
    const pin = newClearPin();
    pinFromOffset(natural(input, offset.length), offset, pin);
    return { pin: clearPinText(pin) };
  }),
  'pin.ibm3624.offset': comparing((input) => {
    const pin = pinAt(input);
    return { offset: offsetOfPin(natural(input, pin.length), pin) };
  }),
  'pin.ibm3624.validationdata': comparing((input) => ({
    block: ibm3624ValidationData(textAt(input, 'pinValidationData'), textAt(input, 'pan12')),
  })),
};
