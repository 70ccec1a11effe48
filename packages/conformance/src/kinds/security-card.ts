// Kinds of security vectors about cards: CVV, CAVV, dCVV, CVC3, ARQC, ARPC.
import {
  TdesCipher,
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
} from '@chipswitch/cryptography';
import * as v from 'valibot';
import {
  arc,
  arpc,
  atc,
  cryptogram,
  csu,
  pan,
  psn,
  tdesKey,
  unpredictable,
} from '../card-forms.ts';
import { bytes, bytesOf, digitsOf, maybe, object, oneNumberOf, oneOf, saying } from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';

const sessionKey = oneOf('VSDC', 'MCHIP', 'EMV_CSK');
const derivation = oneOf('A', 'B');
const card = { imk: tdesKey, pan, psn, atc };

/** Session key by the source's names: VSDC has none, MCHIP is Mastercard's, EMV_CSK the common one. */
function sessionKeyOf(
  cardKey: Uint8Array,
  input: {
    readonly sessionKey: v.InferOutput<typeof sessionKey>;
    readonly atc: Uint8Array;
    readonly unpredictable?: Uint8Array | undefined;
  },
): Uint8Array {
  if (input.sessionKey === 'VSDC') return cardKey;
  if (input.sessionKey === 'EMV_CSK') return commonSessionKey(cardKey, atcDiversifier(input.atc));
  if (input.unpredictable === undefined) throw new Error('MCHIP needs unpredictable');
  return mastercardSessionKey(cardKey, input.atc, input.unpredictable);
}

const cryptograms: Kinds = {
  arqc: kind({
    about: 'Request cryptogram under a card or session key.',
    input: object({
      ...card,
      masterKeyDerivation: derivation,
      sessionKey,
      unpredictable: maybe(saying(unpredictable, 'MCHIP')),
      padding: oneNumberOf(1, 2),
      data: bytes,
    }),
    expect: object({ arqc: cryptogram }),
    run: (input) => {
      const imk = new TdesCipher(input.imk);
      const cardKey = deriveCardKey(imk, input.masterKeyDerivation, input.pan, input.psn);
      const key = new TdesCipher(sessionKeyOf(cardKey, input));
      return { arqc: retailMac(key, input.data, input.padding) };
    },
  }),
  arpc: kind({
    about: 'Response cryptogram: under the card key (VSDC, MCHIP) or the session key (EMV_CSK).',
    input: object({
      ...card,
      sessionKey,
      method: oneNumberOf(1, 2),
      arqc: cryptogram,
      arc: maybe(saying(arc, 'method 1')),
      csu: maybe(saying(csu, 'method 2')),
    }),
    expect: object({ arpc }),
    run: ({ arqc, ...input }) => {
      const cardKey = deriveCardKey(new TdesCipher(input.imk), 'A', input.pan, input.psn);
      const key = input.sessionKey === 'EMV_CSK' ? sessionKeyOf(cardKey, input) : cardKey;
      const { encryption } = new TdesCipher(key);
      const [data, other] = input.method === 1 ? [input.arc, input.csu] : [input.csu, input.arc];
      if (data === undefined || other !== undefined) {
        throw new Error('method 1 takes arc, method 2 csu');
      }
      const respond = input.method === 1 ? arpcMethod1 : arpcMethod2;
      return { arpc: respond(encryption, arqc, data) };
    },
  }),
};

const cvk = bytesOf(16);
const expiry = digitsOf(4);
const serviceCode = digitsOf(3);
const code = digitsOf(3);

const codes: Kinds = {
  cvv: kind({
    about: 'Card verification value.',
    input: object({ cvk, pan, expiry, serviceCode }),
    expect: object({ cvv: code }),
    run: (input) => ({
      cvv: cardVerificationValue(
        new TdesCipher(input.cvk),
        input.pan + input.expiry + input.serviceCode,
      ),
    }),
  }),
  cavv: kind({
    about: 'Cardholder authentication verification value.',
    input: object({
      cvk,
      pan,
      unpredictable: digitsOf(4),
      authResult: digitsOf(1),
      secondFactor: digitsOf(2),
    }),
    expect: object({ cavv: code }),
    run: (input) => ({
      cavv: cardVerificationValue(
        new TdesCipher(input.cvk),
        input.pan + input.unpredictable + input.authResult + input.secondFactor,
      ),
    }),
  }),
  dcvv: kind({
    about: 'Dynamic card verification value.',
    input: object({ ...card, derivation, expiry, serviceCode }),
    expect: object({ dcvv: code }),
    run: (input) => {
      const imk = new TdesCipher(input.imk);
      const key = deriveDynamicCodeKey(imk, input.derivation, input.pan, input.psn);
      const covered = dynamicCvvDigits(input.pan, input.atc, input.expiry, input.serviceCode);
      return { dcvv: cardVerificationValue(new TdesCipher(key), covered) };
    },
  }),
  cvc3: kind({
    about: 'Dynamic card verification code: five digits.',
    input: v.union([
      object({ ...card, derivation, unpredictable, trackData: bytes }),
      object({ ...card, derivation, unpredictable, ivcvc3: bytesOf(2) }),
    ]),
    expect: object({ cvc3: digitsOf(5) }),
    run: (input) => {
      const imk = new TdesCipher(input.imk);
      const key = deriveDynamicCodeKey(imk, input.derivation, input.pan, input.psn);
      const iv = 'ivcvc3' in input ? input.ivcvc3 : cvc3InitialVector(key, input.trackData);
      return { cvc3: cvc3(key, iv, input.unpredictable, input.atc) };
    },
  }),
};

/** Kinds about cards. */
export const cardKinds: Kinds = { ...cryptograms, ...codes };
