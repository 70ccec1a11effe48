// PIN operations of the soft module: translation, verification, what issuers keep of a PIN.
import { wipe } from '@chipswitch/bytes';
import {
  TdesCipher,
  refuse,
  type Outcome,
  type Refusal,
  isDecimalisationTable,
  isStrongDecimalisationTable,
  ibm3624ValidationData,
  naturalPin,
  offsetOfPin,
  pinFromOffset,
  isPanFor,
  newClearPin,
  wipePin,
  isPinBlockFormat,
  isTranslationAllowed,
  visaPvv,
  type KeyUsage,
} from '@chipswitch/cryptography';
import { equalTextConstantTime } from '../constant-time.ts';
import type { KeyRef } from '../key-ref.ts';
import type {
  OffsetReference,
  PinCheck,
  PinDataAnswer,
  PinDataInput,
  PinTranslation,
  PvvReference,
} from '../operations/pin.ts';
import type { SecurityOperations } from '../security-module.ts';
import type { KeyPurpose } from './key-table.ts';
import { moveFormat0, openPin, pinCipher, type PinContext, sealPin } from './pin-box.ts';

/** Operations on PINs. */
export type PinOperations = Pick<
  SecurityOperations,
  'translatePin' | 'verifyPin' | 'generatePinData'
>;

/** What the operations share: keys, random source, PINs that nobody may have. */
export interface PinOperationsContext extends PinContext {
  readonly excludedPins: ReadonlySet<string>;
}

// The one PIN at hand; every operation wipes it before it returns.
const pin = newClearPin();

function verificationCipher(
  { keys }: PinContext,
  key: KeyRef,
  usage: KeyUsage,
  purpose: KeyPurpose,
): TdesCipher | Refusal {
  const held = keys.find(key, [usage, 'V0'], purpose);
  if (held === undefined) return keys.refusal(key);
  return held.cipher instanceof TdesCipher ? held.cipher : refuse('key-usage', 'algorithm');
}

function pvvOf(
  context: PinContext,
  reference: Omit<PvvReference, 'method' | 'pvv'>,
  pan: string,
  purpose: KeyPurpose,
): Outcome<{ value: string }> {
  const cipher = verificationCipher(context, reference.key, 'V2', purpose);
  if (!(cipher instanceof TdesCipher)) return cipher;
  if (!/^[0-9]$/.test(reference.pvki)) return refuse('input', 'pvki');
  if (!/^[0-9]{12,19}$/.test(pan)) return refuse('input', 'pan');
  return { ok: true, value: visaPvv(cipher, pan, reference.pvki, pin) };
}

interface NaturalInput {
  readonly reference: Omit<OffsetReference, 'method' | 'offset'>;
  readonly pan: string;
  readonly length: number;
  readonly purpose: KeyPurpose;
}

function naturalOf(context: PinContext, input: NaturalInput): Outcome<{ digits: Uint8Array }> {
  const { reference, pan, length, purpose } = input;
  const cipher = verificationCipher(context, reference.key, 'V1', purpose);
  if (!(cipher instanceof TdesCipher)) return cipher;
  const table = reference.decimalisationTable;
  if (!isDecimalisationTable(table)) return refuse('decimalisation', 'table');
  if (!isStrongDecimalisationTable(table)) return refuse('decimalisation', 'weak');
  // The account number is the twelve digits before the check digit.
  const data = ibm3624ValidationData(reference.validationData, pan.slice(-13, -1));
  if (data === undefined) return refuse('input', 'validation data');
  if (length < 4 || length > 12) return refuse('pin-length');
  return { ok: true, digits: naturalPin(cipher, data, table, length) };
}

function matchesPvv(context: PinContext, reference: PvvReference, pan: string): Outcome {
  if (!/^[0-9]{4}$/.test(reference.pvv)) return refuse('input', 'pvv');
  const made = pvvOf(context, reference, pan, 'verify');
  if (!made.ok) return made;
  return equalTextConstantTime(made.value, reference.pvv) ? { ok: true } : refuse('not-verified');
}

function matchesOffset(context: PinContext, reference: OffsetReference, pan: string): Outcome {
  // Offsets come filled up with F to twelve characters; their digits say how many are checked.
  const offset = reference.offset.replace(/F+$/i, '');
  if (!/^[0-9]{4,12}$/.test(offset)) return refuse('input', 'offset');
  const length = offset.length;
  const natural = naturalOf(context, { reference, pan, length, purpose: 'verify' });
  if (!natural.ok) return natural;
  try {
    const right = equalTextConstantTime(offsetOfPin(natural.digits, pin, length), offset);
    return right && pin.length >= length ? { ok: true } : refuse('not-verified');
  } finally {
    wipe(natural.digits);
  }
}

// All of the list is looked at, whichever entry is met.
function isExcluded({ excludedPins }: PinOperationsContext): boolean {
  let found = 0;
  for (const excluded of excludedPins) {
    let difference = excluded.length ^ pin.length;
    for (let i = 0; i < pin.length; i++) {
      difference |= (excluded.charCodeAt(i) & 15) ^ pin.digits[i];
    }
    found |= difference === 0 ? 1 : 0;
  }
  return found === 1;
}

// Ten digits out of bytes below 250, so that none is likelier than another.
function drawPin({ random }: PinContext, length: number): void {
  for (let done = 0; done < length;) {
    for (const byte of random(2 * length)) {
      if (byte < 250 && done < length) pin.digits[done++] = byte % 10;
    }
  }
  pin.length = length;
}

type MakingInput = Extract<PinDataInput, { kind: 'random' | 'ibm-3624-natural' }>;

function makePin(context: PinOperationsContext, input: MakingInput): Refusal | undefined {
  const length = input.pinLength;
  if (!Number.isInteger(length) || length < 4 || length > 12) return refuse('pin-length');
  if (input.kind === 'random') {
    for (let tries = 0; tries < 100; tries++) {
      drawPin(context, length);
      if (!isExcluded(context)) return undefined;
    }
    return refuse('not-allowed', 'every PIN is excluded');
  }
  const { pan } = input.to;
  const natural = naturalOf(context, { reference: input, pan, length, purpose: 'generate' });
  if (!natural.ok) return natural;
  pinFromOffset(natural.digits, '0'.repeat(length), pin);
  wipe(natural.digits);
  return undefined;
}

function dataOfPin(
  context: PinOperationsContext,
  input: Exclude<PinDataInput, MakingInput>,
): Outcome<PinDataAnswer> {
  const refusal = openPin(context, input.pin, pin);
  if (refusal !== undefined) return refusal;
  if (isExcluded(context)) return refuse('not-allowed', 'excluded PIN');
  const { pan } = input.pin;
  if (input.kind === 'visa-pvv') return pvvOf(context, input, pan, 'generate');
  const { length } = pin;
  const natural = naturalOf(context, { reference: input, pan, length, purpose: 'generate' });
  if (!natural.ok) return natural;
  try {
    return { ok: true, value: offsetOfPin(natural.digits, pin) };
  } finally {
    wipe(natural.digits);
  }
}

type Translated = Outcome<{ block: Uint8Array; pinLength: number }>;

function translateDirectly({ keys }: PinContext, { from, to }: PinTranslation): Translated {
  const cipherIn = pinCipher(keys, from.key, 'decrypt', 0);
  if ('ok' in cipherIn) return cipherIn;
  const cipherOut = pinCipher(keys, to.key, 'encrypt', 0);
  if ('ok' in cipherOut) return cipherOut;
  if (!(cipherIn instanceof TdesCipher && cipherOut instanceof TdesCipher)) {
    return refuse('key-usage', 'algorithm');
  }
  return moveFormat0(cipherIn, cipherOut, from);
}

function translate(context: PinContext, input: PinTranslation): Translated {
  const { from, to } = input;
  if (!isPinBlockFormat(from.format) || !isPinBlockFormat(to.format)) return refuse('pin-format');
  const pan = to.pan ?? from.pan;
  if (!isTranslationAllowed(from.format, to.format, pan === from.pan)) {
    return refuse('not-allowed', 'format');
  }
  const plain = from.ksn === undefined && to.ksn === undefined;
  if (plain && from.format === 0 && to.format === 0) return translateDirectly(context, input);
  if (!isPanFor(to.format, pan)) return refuse('input', 'pan');
  try {
    const refusal = openPin(context, from, pin);
    if (refusal !== undefined) return refusal;
    const sealed = sealPin(context, { ...to, pan }, pin);
    return sealed.ok ? { ok: true, block: sealed.block, pinLength: pin.length } : sealed;
  } finally {
    wipePin(pin);
  }
}

function check(context: PinContext, { pin: enciphered, reference }: PinCheck): Outcome {
  const refusal = openPin(context, enciphered, pin);
  if (refusal !== undefined) return refusal;
  return reference.method === 'visa-pvv'
    ? matchesPvv(context, reference, enciphered.pan)
    : matchesOffset(context, reference, enciphered.pan);
}

/** PIN operations over a table of keys. */
export function pinOperations(context: PinOperationsContext): PinOperations {
  return {
    translatePin: (input) => translate(context, input),
    verifyPin: (input) => {
      try {
        return check(context, input);
      } finally {
        wipePin(pin);
      }
    },
    generatePinData: (input) => {
      try {
        if (input.kind === 'visa-pvv' || input.kind === 'ibm-3624-offset') {
          return dataOfPin(context, input);
        }
        return makePin(context, input) ?? sealPin(context, input.to, pin);
      } finally {
        wipePin(pin);
      }
    },
  };
}
