// Card verification codes of the soft module, static and dynamic.
import {
  TdesCipher,
  cvc3,
  cvc3InitialVector,
  cardVerificationValue,
  dynamicCvvDigits,
  deriveDynamicCodeKey,
  refuse,
  type Outcome,
} from '@chipswitch/cryptography';
import { equalTextConstantTime } from '../constant-time.ts';
import type { CardCodeInput } from '../operations/card-code.ts';
import type { SecurityOperations } from '../security-module.ts';
import type { KeyPurpose, KeyTable } from './key-table.ts';

/** Operations on card codes. */
export type CardCodeOperations = Pick<SecurityOperations, 'generateCardCode' | 'verifyCardCode'>;

const digits = (text: string, shortest: number, longest = shortest): boolean =>
  text.length >= shortest && text.length <= longest && /^[0-9]*$/.test(text);

type StaticInput = Exclude<CardCodeInput, { kind: 'dcvv' | 'cvc3' }>;
type DynamicInput = Extract<CardCodeInput, { kind: 'dcvv' | 'cvc3' }>;

// What stands behind the PAN: date and service code, or what a CAVV has in their place.
function trailerOf(input: StaticInput): string | undefined {
  if (input.kind === 'cavv') {
    const { unpredictableNumber, authenticationResult, secondFactor } = input;
    const fits =
      digits(unpredictableNumber, 4) && digits(authenticationResult, 1) && digits(secondFactor, 2);
    return fits ? unpredictableNumber + authenticationResult + secondFactor : undefined;
  }
  const code = input.kind === 'cvv' ? input.serviceCode : input.kind === 'cvv2' ? '000' : '999';
  return digits(input.expiry, 4) && digits(code, 3) ? input.expiry + code : undefined;
}

function staticCode(
  keys: KeyTable,
  input: StaticInput,
  purpose: KeyPurpose,
): Outcome<{ code: string }> {
  const key = keys.find(input.key, ['C0'], purpose);
  if (key === undefined) return keys.refusal(input.key);
  if (!(key.cipher instanceof TdesCipher) || key.ref.algorithm !== '2TDEA') {
    return refuse('key-usage', 'algorithm');
  }
  if (!digits(input.pan, 12, 19)) return refuse('input', 'pan');
  const trailer = trailerOf(input);
  if (trailer === undefined) return refuse('input', input.kind);
  return { ok: true, code: cardVerificationValue(key.cipher, input.pan + trailer) };
}

function codeUnderCardKey(input: DynamicInput, cardKey: Uint8Array): string {
  if (input.kind === 'dcvv') {
    const cipher = new TdesCipher(cardKey);
    try {
      const { pan, atc, expiry, serviceCode } = input;
      return cardVerificationValue(cipher, dynamicCvvDigits(pan, atc, expiry, serviceCode));
    } finally {
      cipher.wipe();
    }
  }
  const vector = cvc3InitialVector(cardKey, input.track);
  const code = cvc3(cardKey, vector, input.unpredictableNumber, input.atc);
  return code.slice(5 - (input.digits ?? 5));
}

function dynamicFault(input: DynamicInput): string | undefined {
  if (!digits(input.pan, 12, 19) || !digits(input.panSequenceNumber, 2)) return 'pan';
  if (input.atc.length !== 2) return 'atc';
  if (input.kind === 'dcvv') {
    return digits(input.expiry, 4) && digits(input.serviceCode, 3) ? undefined : 'dcvv';
  }
  if (input.unpredictableNumber.length !== 4) return 'unpredictable number';
  const { digits: shown = 5 } = input;
  if (!Number.isInteger(shown) || shown < 1 || shown > 5) return 'digits';
  return input.track.length === 0 ? 'track' : undefined;
}

function dynamicCode(keys: KeyTable, input: DynamicInput): Outcome<{ code: string }> {
  const key = keys.find(input.key, ['E6'], 'derive');
  if (key === undefined) return keys.refusal(input.key);
  if (!(key.cipher instanceof TdesCipher)) return refuse('key-usage', 'algorithm');
  const fault = dynamicFault(input);
  if (fault !== undefined) return refuse('input', fault);
  const { option = 'A', pan, panSequenceNumber } = input;
  if (option === 'C') return refuse('input', 'option');
  const cardKey = deriveDynamicCodeKey(key.cipher, option, pan, panSequenceNumber);
  try {
    return { ok: true, code: codeUnderCardKey(input, cardKey) };
  } finally {
    cardKey.fill(0);
  }
}

/** Card codes over a table of keys. */
export function cardCodeOperations(keys: KeyTable): CardCodeOperations {
  const codeOf = (input: CardCodeInput, purpose: KeyPurpose): Outcome<{ code: string }> =>
    input.kind === 'dcvv' || input.kind === 'cvc3'
      ? dynamicCode(keys, input)
      : staticCode(keys, input, purpose);
  return {
    generateCardCode: (input) => codeOf(input, 'generate'),
    verifyCardCode: (input) => {
      // A CVC3 comes with as many digits as the track had room for.
      const sized = input.kind === 'cvc3' ? { ...input, digits: input.code.length } : input;
      const made = codeOf(sized, 'verify');
      if (!made.ok) return made;
      return equalTextConstantTime(made.code, input.code) ? { ok: true } : refuse('not-verified');
    },
  };
}
