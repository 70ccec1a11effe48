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
import { digits, hex, maybe, object, oneNumberOf, oneOf, saying } from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';

const sessionKey = oneOf('VSDC', 'MCHIP', 'EMV_CSK');
const derivation = oneOf('A', 'B');
const card = { imk: hex, pan: digits, psn: digits, atc: hex };

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
      unpredictable: maybe(saying(hex, 'MCHIP')),
      padding: oneNumberOf(1, 2),
      data: hex,
    }),
    expect: object({ arqc: hex }),
    run: ({ imk, masterKeyDerivation, pan, psn, ...input }) => {
      const cardKey = deriveCardKey(new TdesCipher(imk), masterKeyDerivation, pan, psn);
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
      arqc: hex,
      arc: maybe(saying(hex, 'method 1')),
      csu: maybe(saying(hex, 'method 2')),
    }),
    expect: object({ arpc: hex }),
    run: ({ imk, pan, psn, arqc, arc, csu, ...input }) => {
      const cardKey = deriveCardKey(new TdesCipher(imk), 'A', pan, psn);
      const key = input.sessionKey === 'EMV_CSK' ? sessionKeyOf(cardKey, input) : cardKey;
      const { encryption } = new TdesCipher(key);
      const data = input.method === 1 ? arc : csu;
      if (data === undefined) throw new Error('method 1 takes arc, method 2 csu');
      const respond = input.method === 1 ? arpcMethod1 : arpcMethod2;
      return { arpc: respond(encryption, arqc, data) };
    },
  }),
};

const codes: Kinds = {
  cvv: kind({
    about: 'Card verification value.',
    input: object({ cvk: hex, pan: digits, expiry: digits, serviceCode: digits }),
    expect: object({ cvv: digits }),
    run: ({ cvk, pan, expiry, serviceCode }) => ({
      cvv: cardVerificationValue(new TdesCipher(cvk), pan + expiry + serviceCode),
    }),
  }),
  cavv: kind({
    about: 'Cardholder authentication verification value.',
    input: object({
      cvk: hex,
      pan: digits,
      unpredictable: digits,
      authResult: digits,
      secondFactor: digits,
    }),
    expect: object({ cavv: digits }),
    run: ({ cvk, pan, unpredictable, authResult, secondFactor }) => ({
      cavv: cardVerificationValue(
        new TdesCipher(cvk),
        pan + unpredictable + authResult + secondFactor,
      ),
    }),
  }),
  dcvv: kind({
    about: 'Dynamic card verification value.',
    input: object({ ...card, derivation, expiry: digits, serviceCode: digits }),
    expect: object({ dcvv: digits }),
    run: (input) => {
      const { pan, psn, atc, expiry, serviceCode } = input;
      const key = deriveDynamicCodeKey(new TdesCipher(input.imk), input.derivation, pan, psn);
      const covered = dynamicCvvDigits(pan, atc, expiry, serviceCode);
      return { dcvv: cardVerificationValue(new TdesCipher(key), covered) };
    },
  }),
  cvc3: kind({
    about: 'Dynamic card verification code: five digits.',
    input: v.union([
      object({ ...card, derivation, unpredictable: hex, trackData: hex }),
      object({ ...card, derivation, unpredictable: hex, ivcvc3: hex }),
    ]),
    expect: object({ cvc3: digits }),
    run: (input) => {
      const { imk, pan, psn, unpredictable, atc } = input;
      const key = deriveDynamicCodeKey(new TdesCipher(imk), input.derivation, pan, psn);
      const iv = 'ivcvc3' in input ? input.ivcvc3 : cvc3InitialVector(key, input.trackData);
      return { cvc3: cvc3(key, iv, unpredictable, atc) };
    },
  }),
};

/** Kinds about cards. */
export const cardKinds: Kinds = { ...cryptograms, ...codes };
